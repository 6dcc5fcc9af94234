"""The pipeline version: the `model_version` of a prediction.

The same project settings, tagger, linker and OCR engines give the same version, everywhere and always. Label Studio's
label stream shows only predictions whose version equals the project's exactly, so one configuration has one version.
OCR workers know no tagger and gpu workers know no engines: each kind compares its own part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

from prelabel import page
from prelabel.ledger.workers import Announcement
from prelabel.settings import ProjectSettings

#: The pattern of all pipeline versions.
OUR_VERSIONS = "prelabel-*"

_DIGITS = 8


def pipeline_version(settings: ProjectSettings, tagger: Announcement, engines: Mapping[str, str]) -> str:
    """Join "prelabel", the tagger's name and two digests, e.g. "prelabel-compact-1f09c3a7-b2e4d610".

    `engines`: the version of each engine of the project's OCR plan.
    """
    return f"{_tagging(settings, tagger)}-{_reading(settings, engines)}"


def is_ours(version: str) -> bool:
    """Return whether a prediction of this version comes from prelabel."""
    return fnmatchcase(version, OUR_VERSIONS)


def is_tagged_by(version: str, settings: ProjectSettings, tagger: Announcement) -> bool:
    """Return whether predictions of this version come from this tagger with these settings."""
    return version.rpartition("-")[0] == _tagging(settings, tagger)


def is_read_by(version: str, settings: ProjectSettings, engines: Mapping[str, str]) -> bool:
    """Return whether predictions of this version come from these OCR engines with these settings."""
    return version.rpartition("-")[2] == _reading(settings, engines)


def _tagging(settings: ProjectSettings, tagger: Announcement) -> str:
    return f"prelabel-{tagger.name}-{_digest(settings, asdict(tagger))}"


def _reading(settings: ProjectSettings, engines: Mapping[str, str]) -> str:
    return _digest(settings, dict(engines))


def _digest(settings: ProjectSettings, worker: dict[str, Any]) -> str:
    parts = {"settings": settings.model_dump(mode="json"), "worker": worker, "format": page.FORMAT}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:_DIGITS]
