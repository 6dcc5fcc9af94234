"""Checks of a project's ML backends."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.ml_backends import MlBackend, list_ml_backends


def check_ml_backends(client: LabelStudio, project_id: int) -> Iterator[Check]:
    """Warn of backends that Label Studio does not reach, and of those for which it waits too long."""
    try:
        yield from (_check(project_id, backend) for backend in list_ml_backends(client, project_id))
    except PrelabelError as error:
        yield Check(f"project {project_id}, ML backend", "warning", str(error))


def _check(project_id: int, backend: MlBackend) -> Check:
    name = f"project {project_id}, ML backend"
    if not backend.reached:
        cure = "at a private address it needs ML_BLOCK_LOCAL_IP=false in Label Studio's environment"
        return Check(name, "warning", f"Label Studio does not reach {backend.origin}: start it; {cure}")
    if backend.has_password:
        cost = "when it is away, opening a page hangs for up to 100 s"
        return Check(name, "warning", f"{backend.origin} has a password (basic auth): {cost}; use one without")
    return Check(name, "ok", f"Label Studio reaches {backend.origin}")
