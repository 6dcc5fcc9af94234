"""Names of the Celery queues."""

from __future__ import annotations

#: In the order in which `prelabel doctor` lists them.
QUEUES = ("control", "io", "cpu", "ocr_gpu", "gpu")
