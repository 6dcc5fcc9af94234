"""The waits of a run: those of the shipped settings, all scaled by one factor, or short ones for many runs.

Waits that are constants of prelabel, not settings, are scaled by the same factor (`planted_worker`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prelabel.settings import Settings

#: A run's second is so many seconds of an installation.
SPEED = 5
#: A file in the run's folder that asks the next io worker with an import to freeze just before it.
STOP_FILE = "stop-before-import"
#: The settings that are waits.
_WAITS = (
    *("heartbeat", "select_interval", "sync_interval", "probe_interval", "http_timeout", "claim_wait"),
    *("retry_backoff", "upload_wait", "ocr_time_limit", "extract_time_limit", "render_time_limit"),
)
#: What decides how much can be in hand at once; no wait.
_ALWAYS = {
    "CPU_PROCESSES": "2",
    "LINKER": "alignment",
    "PDF_DPI": "36",
    "OCR_TIME_LIMIT": "10",
    "EXTRACT_TIME_LIMIT": "4",
    "RENDER_TIME_LIMIT": "10",
    "PLANTED_READ_S": "0.2",
}


@dataclass(frozen=True, slots=True)
class Timing:
    """The environment of a run's processes, and durations of faults.

    `stopped_s`: of a frozen process, longer than its lease. `away_s`: of a server that refuses, or of a short outage.
    `outage_s`: of an outage that outlasts all tries. `retry_after_s`: the shortest and the longest wait that a server
    names.
    """

    env: Mapping[str, str]
    stopped_s: float
    away_s: float
    outage_s: float
    retry_after_s: tuple[float, float] = (5 / SPEED, 120 / SPEED)

    @property
    def http_timeout_s(self) -> float:
        return float(self.env["HTTP_TIMEOUT"])

    @property
    def probe_interval_s(self) -> float:
        return float(self.env["PROBE_INTERVAL"])


def _shipped(name: str) -> float:
    """Return the default of a setting, in seconds of a run."""
    field = Settings.model_fields.get(name)
    return float(field.default if field else 5.0) / SPEED


#: The shipped settings: intervals, timeouts and heartbeats in the proportions that installations have.
SHIPPED = Timing({name.upper(): f"{_shipped(name):g}" for name in _WAITS} | _ALWAYS, 12.0, 3.0, 15.0)
#: Short timeouts and frequent selections: more happens in less time.
BRISK = Timing(
    dict(SHIPPED.env) | {"SELECT_INTERVAL": "1.5", "HTTP_TIMEOUT": "3", "CLAIM_WAIT": "20", "UPLOAD_WAIT": "0.3"},
    *(6.0, 1.5, 8.0),
)
