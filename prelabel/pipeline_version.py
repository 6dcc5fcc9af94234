"""The pipeline version: what a prediction carries as its `model_version`.

Same settings of the project + same tagger = same version, on every machine and after every restart. Label Studio's
label stream shows only predictions whose version equals the project's exactly, so one configuration has one version.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from prelabel import page
from prelabel.roster import Announcement
from prelabel.settings import ProjectSettings


def pipeline_version(settings: ProjectSettings, tagger: Announcement) -> str:
    """`prelabel-` + the tagger's name + a digest, e.g. "prelabel-compact-1f09c3a7b2"."""
    parts = {"settings": settings.model_dump(mode="json"), "tagger": asdict(tagger), "format": page.FORMAT}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return f"prelabel-{tagger.name}-{digest[:10]}"
