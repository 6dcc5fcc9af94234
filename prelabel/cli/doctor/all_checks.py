"""All checks of `prelabel doctor`, in the order in which problems cause each other. No check raises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prelabel.cli.doctor.bucket import check_bucket
from prelabel.cli.doctor.check import Check
from prelabel.cli.doctor.label_studio import check_label_studio
from prelabel.cli.doctor.models import check_linker, check_tagger
from prelabel.cli.doctor.network import check_network
from prelabel.cli.doctor.ocr_engines import check_ocr_engines
from prelabel.cli.doctor.redis import check_redis
from prelabel.cli.doctor.servers import check_servers
from prelabel.cli.doctor.settings import check_settings
from prelabel.settings import Settings


def check_all(settings: Settings, project_ids: Sequence[int], *, repair: bool = False) -> Iterator[Check]:
    """Check the sources of settings, servers, workers, OCR engines and models, and the set-up of these projects.

    `repair`: what earlier settings and releases left in Redis is moved or removed.
    """
    yield from check_settings()
    yield from check_network(settings)
    yield from check_label_studio(settings, project_ids)
    yield from check_redis(settings)
    yield from check_servers(settings, repair=repair)
    yield check_bucket(settings)
    yield from check_ocr_engines(settings)
    yield check_tagger(settings)
    yield check_linker(settings)
