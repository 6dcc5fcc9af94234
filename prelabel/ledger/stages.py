"""Stages of a page in flight, in their order."""

from __future__ import annotations

from typing import Literal

Stage = Literal["ocr", "extract", "upload"]
STAGES: tuple[Stage, ...] = ("ocr", "extract", "upload")
