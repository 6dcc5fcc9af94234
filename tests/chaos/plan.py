"""The parts of a run: its size, the plan that a seed draws, and the report of the result."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from tests.chaos.faults import FAULTS, Pace

#: The reasons with which a poisoned page must fail. A page that hangs may also be in hand at two kills from outside.
POISONED: dict[str, frozenset[str]] = {
    "ocr-crash": frozenset({"crashed"}),
    "ocr-killed": frozenset({"crashed"}),
    "ocr-hang": frozenset({"ocr_failed", "crashed"}),
    "ocr-memory": frozenset({"ocr_failed"}),
    "ocr-unreadable": frozenset({"image_unreadable"}),
    "ocr-rubbish": frozenset({"unexpected"}),
    "extract-crash": frozenset({"crashed"}),
    "extract-hang": frozenset({"crashed"}),
    "extract-memory": frozenset({"extract_failed"}),
    "extract-rubbish": frozenset({"unexpected"}),
    "image-missing": frozenset({"image_missing"}),
    "upload-dropped": frozenset({"prediction_dropped"}),
    "upload-refused": frozenset({"prediction_rejected"}),
}
#: Reasons of pages that fail because an outage outlasts their retries. A person retries them after the outage.
OUTAGE = ("service_unavailable", "ambiguous_upload", "auth")
#: Outages that use up retries of uploads, so that one dropped prediction may fail the page.
_USE_UP_RETRIES = frozenset({"answer-429", "answer-500", "answer-502", "hang", "cut", "cut-late"})


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a run. `patience_s`: pages count as lost after this time without any progress."""

    pages: int
    poisoned: int
    faults: int
    span_s: float
    patience_s: float
    pace: Pace
    env: Mapping[str, str]


_ENV = {
    "CPU_PROCESSES": "2",
    "LINKER": "alignment",
    "RETRY_BACKOFF": "0.5",
    "OCR_TIME_LIMIT": "10",
    "EXTRACT_TIME_LIMIT": "4",
    "UPLOAD_WAIT": "0.3",
    "PLANTED_LOCK_LEASE_S": "4",
}
SMALL = Size(
    *(40, 4, 4, 6.0, 60.0, Pace(stopped_s=6.0, away_s=1.5)),
    _ENV
    | {
        "HEARTBEAT": "1",
        "SELECT_INTERVAL": "1",
        "CLAIM_WAIT": "20",
        "HTTP_TIMEOUT": "3",
        "PAGES_IN_FLIGHT": "20",
        "UPLOAD_CHUNK": "5",
        "PLANTED_READ_S": "0.2",
    },
)
FULL = Size(
    *(200, 8, 8, 20.0, 60.0, Pace(stopped_s=30.0, away_s=3.0)),
    _ENV
    | {
        "HEARTBEAT": "2",
        "SELECT_INTERVAL": "2",
        "CLAIM_WAIT": "30",
        "HTTP_TIMEOUT": "5",
        "PAGES_IN_FLIGHT": "60",
        "UPLOAD_CHUNK": "20",
        "PLANTED_READ_S": "0.2",
    },
)


#: The default settings where they decide how soon work goes on; reading takes long enough for faults to find pages in
#: hand.
SHIPPED = Size(
    *(150, 0, 4, 60.0, 120.0, FULL.pace),
    {"CPU_PROCESSES": "2", "LINKER": "alignment", "PLANTED_LOCK_LEASE_S": "20", "PLANTED_READ_S": "1"},
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The faults of a run with their starting times in seconds, and the poisoned pages. The seed decides the rest."""

    seed: int
    schedule: tuple[tuple[float, str], ...]
    poisoned: Mapping[int, str] = field(default_factory=dict)

    @property
    def uses_up_retries(self) -> bool:
        """True when outages may use up the retries of uploads."""
        return any(name in _USE_UP_RETRIES for _, name in self.schedule)

    @classmethod
    def draw(cls, seed: int, size: Size) -> Plan:
        """Draw a plan; the same seed and size give the same plan."""
        rng = random.Random(seed)
        pages = rng.sample(range(1, size.pages + 1), size.poisoned)
        poisoned = dict(zip(pages, rng.sample(sorted(POISONED), size.poisoned), strict=True))
        faults = rng.sample(sorted(FAULTS), size.faults)
        return cls(seed, tuple(sorted((round(rng.uniform(0, size.span_s), 1), name) for name in faults)), poisoned)


@dataclass(slots=True)
class Report:
    """The result of a run, which has passed when `broken` is empty."""

    plan: Plan
    seconds: float = 0.0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    #: Second predictions that a look found and removed.
    removed: int = 0
    #: Seconds until the pages advanced that a worker had in hand at a fault, by fault.
    recovery_s: dict[str, float] = field(default_factory=dict)
    #: Pages that were retried by hand after an outage.
    by_hand: int = 0
    #: The run could not begin and another one was started; its counts are of the pages that were left then.
    begun_again: bool = False
    broken: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return asdict(self)
