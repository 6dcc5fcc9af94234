"""ML backends of a project, as Label Studio sees them."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.peers import origin

#: Label Studio's states of a backend that it does not reach: disconnected, error.
_AWAY = ("DI", "ER")


@dataclass(frozen=True, slots=True)
class MlBackend:
    """An ML backend. `reached`: by Label Studio, just now; `has_password`: Label Studio signs in by basic auth."""

    origin: str
    reached: bool
    has_password: bool


def list_ml_backends(client: LabelStudio, project_id: int) -> list[MlBackend]:
    """Return the project's ML backends; Label Studio calls each of them. Raises ProjectNotFound."""
    rows = client.get("/api/ml/", params={"project": project_id}).json()
    return [
        MlBackend(origin(httpx.URL(row["url"])), row.get("state") not in _AWAY, row.get("auth_method") == "BASIC_AUTH")
        for row in rows
    ]
