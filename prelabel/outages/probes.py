"""Probes of the servers that work needs: whether each is there, by one cheap call."""

from __future__ import annotations

from prelabel.errors import BUCKET, LABEL_STUDIO, PrelabelError
from prelabel.labelstudio.http.probes import PROBE_LIMIT_S, probe_image_host, probe_label_studio
from prelabel.workplace import Workplace

__all__ = ["PROBE_LIMIT_S", "probe"]

#: A full disk may still take a small file.
_PROBE_BYTES = 2**16


def probe(workplace: Workplace, server: str) -> PrelabelError | None:
    """Ask a server whether it is there; return the error that shows that it is away, or None."""
    try:
        if server == LABEL_STUDIO:
            probe_label_studio(workplace.client)
        elif server == BUCKET:
            _probe_bucket(workplace)
        else:
            probe_image_host(workplace.client, server, workplace.ledger.outages.served_path(server))
    except PrelabelError as error:
        return error if error.server == server else None
    return None


def _probe_bucket(workplace: Workplace) -> None:
    """Store small files and delete them: a missing bucket, refused keys and a full disk show."""
    for prefix in (workplace.keys.raw, workplace.keys.stored):
        workplace.bucket.put(f"{prefix}probe", bytes(_PROBE_BYTES), "application/octet-stream")
        workplace.bucket.delete(f"{prefix}probe")
