"""The Celery app for `celery -A workers ...`: Celery looks for a module of this name."""

from __future__ import annotations

from tasks.app import app

__all__ = ["app"]
