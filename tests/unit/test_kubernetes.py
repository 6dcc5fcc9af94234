"""deploy/k8s: valid by Kubernetes' own schemas, the same commands as docker compose, closed by default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "k8s"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
RESOURCES = {
    f"{resource['kind']} {resource['metadata']['name']}": resource
    for name in KUSTOMIZATION["resources"]
    for resource in yaml.safe_load_all((FOLDER / name).read_text("utf-8"))
}
OURS = ["cpu", "gpu", "io", "beat", "flower", "uploader"]


def container(name: str) -> dict[str, Any]:
    (only,) = RESOURCES[f"Deployment {name}"]["spec"]["template"]["spec"]["containers"]
    return dict(only)


def test_every_file_is_applied() -> None:
    assert {*KUSTOMIZATION["resources"], "kustomization.yaml"} == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("name", RESOURCES)
def test_resources_fit_kubernetes_schema(name: str) -> None:
    kubernetes_validate.validate(RESOURCES[name], desired_version="1.30", strict=True)


@pytest.mark.parametrize("name", OURS)
def test_pods_run_the_commands_of_compose(name: str) -> None:
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"][name]
    assert " ".join(container(name)["args"]) == service["command"]
    assert container(name)["image"] == service["image"]
    assert container(name)["image"] in {image["name"] for image in KUSTOMIZATION["images"]}


@pytest.mark.parametrize("name", OURS)
def test_pods_have_a_liveness_probe_and_no_privileges(name: str) -> None:
    pod = RESOURCES[f"Deployment {name}"]["spec"]["template"]["spec"]
    assert container(name)["livenessProbe"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container(name)["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert container(name)["envFrom"] == [{"secretRef": {"name": "prelabel"}}]


@pytest.mark.parametrize("name", ["cpu", "gpu", "io"])
def test_workers_end_their_page_before_they_are_killed(name: str) -> None:
    assert RESOURCES[f"Deployment {name}"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 180


def test_nothing_is_open_to_the_outside() -> None:
    services = [resource for name, resource in RESOURCES.items() if name.startswith("Service ")]
    assert [service["spec"].get("type", "ClusterIP") for service in services] == ["ClusterIP"] * len(services)
    assert RESOURCES["NetworkPolicy redis"]["spec"]["policyTypes"] == ["Ingress"]


def test_redis_keeps_the_queues() -> None:
    redis = RESOURCES["StatefulSet redis"]["spec"]["template"]["spec"]["containers"][0]
    assert "--appendonly yes" in " ".join(redis["args"])
    assert redis["volumeMounts"] == [{"name": "data", "mountPath": "/data"}]
