"""Checks of a project's ML backends, as Label Studio sees them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.peers import origin

_CONNECTED = "CO"


def check_ml_backends(client: LabelStudio, project_id: int) -> Iterator[Check]:
    """Warn of backends that Label Studio does not reach, and of those for which it waits too long."""
    try:
        rows = client.get("/api/ml/", params={"project": project_id}).json()
    except PrelabelError as error:
        yield Check(f"project {project_id}, ML backends", "warning", str(error))
        return
    for row in rows:
        name, where = f"project {project_id}, ML backend", origin(httpx.URL(row["url"]))
        if row.get("state") != _CONNECTED:
            cure = "at a private address it needs ML_BLOCK_LOCAL_IP=false in Label Studio's environment"
            yield Check(name, "warning", f"Label Studio does not reach {where}: start it; {cure}")
        elif row.get("auth_method") == "BASIC_AUTH":
            cost = "when it is away, opening a page hangs for up to 100 s"
            yield Check(name, "warning", f"{where} has a password (basic auth): {cost}; use an address without one")
        else:
            yield Check(name, "ok", f"Label Studio reaches {where}")
