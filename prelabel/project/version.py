"""The pipeline version: which settings, tagger, linker and OCR engines made a prediction.

The same settings and models give the same version, everywhere and always. OCR workers know no tagger and gpu workers
know no engines: each kind compares its own part. A prediction keeps its exact version in the `meta` of its regions;
its `model_version` is the name that all predictions of the project share (`names`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from prelabel import page
from prelabel.ledger.workers import Announcement
from prelabel.settings import TAGGER_KINDS, ProjectSettings

#: The name of predictions in Label Studio, unless the project shows another name of ours already.
NAME = "prelabel"
#: The patterns of all names of our predictions. Older releases named them by their exact versions.
OUR_NAMES = (NAME, f"{NAME}-*")

_DIGITS = 8


def pipeline_version(settings: ProjectSettings, tagger: Announcement, engines: Mapping[str, str]) -> str:
    """Join "prelabel", the tagger's name and two digests, e.g. "prelabel-compact-1f09c3a7-b2e4d610".

    `engines`: the version of each engine of the project's OCR plan.
    """
    return f"{_tagging(settings, tagger)}-{_reading(settings, engines)}"


def is_ours(name: str) -> bool:
    """Return whether predictions of this name, or of this exact version, come from prelabel."""
    return name == NAME or name.startswith(f"{NAME}-")


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
    own = settings.model_dump(mode="json", exclude={"linker"})
    own["ser"] = settings.ser if settings.ser in TAGGER_KINDS else ""  # the announcement tells models better than paths
    parts = {"settings": own, "worker": worker, "format": page.FORMAT}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:_DIGITS]
