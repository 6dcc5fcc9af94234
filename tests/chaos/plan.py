"""The parts of a run: its size, and the plan that a seed draws: faults, poisoned pages and the scene."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.chaos.timing import BRISK, SHIPPED, Timing

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
    "image-nowhere": frozenset({"service_unavailable"}),
    "image-refused": frozenset({"service_unavailable"}),
    "upload-dropped": frozenset({"prediction_dropped", "ambiguous_upload"}),  # it is sent alone; the last try counts
    "upload-refused": frozenset({"prediction_rejected"}),
}


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a run. `pages` in images of Label Studio, a share of them on another host (`hosted`).

    `documents` are added while the faults come. `outside`: pages of a second project that no run has.
    `patience_s`: pages count as lost after this time without any progress. `in_flight`, `chunk`: as in the settings.
    """

    pages: int
    hosted: int
    documents: int
    outside: int
    poisoned: int
    faults: int
    span_s: float
    patience_s: float
    in_flight: int
    chunk: int

    @property
    def limits(self) -> dict[str, str]:
        """The settings that belong to the size."""
        return {"PAGES_IN_FLIGHT": str(self.in_flight), "UPLOAD_CHUNK": str(self.chunk)}

    @property
    def env(self) -> dict[str, str]:
        """The settings of a world of this size without faults."""
        return {**BRISK.env, **self.limits}


SMALL = Size(36, 4, 2, 4, 4, 4, 6.0, 60.0, in_flight=20, chunk=5)
FULL = Size(160, 16, 6, 16, 8, 8, 20.0, 90.0, in_flight=60, chunk=20)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the machines of a run are like.

    `skewed`: a process whose clock is ahead by `skew_s`. `spelling`: the sender writes Label Studio's address in
    another way than the workers. `small`: the cpu worker has little memory, and replaces a process after a few pages.
    `older`: the folder of another release, whose workers and senders are there, too, while the faults come.
    """

    timing: Timing = BRISK
    io_workers: int = 1
    skewed: str = ""
    skew_s: float = 0.0
    spelling: bool = False
    small: bool = False
    older: Path | None = None

    @classmethod
    def draw(cls, rng: random.Random) -> Scene:
        """Draw a scene."""
        skewed = rng.random() < 0.3
        return cls(
            SHIPPED if rng.random() < 0.3 else BRISK,
            io_workers=2 if rng.random() < 0.3 else 1,
            skewed=rng.choice(["cpu", "gpu", "io", "beat"]) if skewed else "",
            skew_s=rng.choice([-3600.0, -40.0, 40.0, 3600.0]) if skewed else 0.0,
            spelling=rng.random() < 0.2,
            small=rng.random() < 0.15,
        )

    def __str__(self) -> str:
        """Name what is unusual."""
        words = [
            "shipped" * (self.timing is SHIPPED),
            "two-io" * (self.io_workers > 1),
            f"{self.skewed}{self.skew_s:+.0f}s" if self.skewed else "",
            "spelling" * self.spelling,
            "small-memory" * self.small,
            "older" * (self.older is not None),
        ]
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Plan:
    """The faults of a run with their starting times in seconds, and the poisoned pages. The seed decides the rest."""

    seed: int
    schedule: tuple[tuple[float, str], ...]
    poisoned: Mapping[int, str] = field(default_factory=dict)
    scene: Scene = Scene()

    def has(self, *faults: str) -> bool:
        """Return whether one of these faults is in the plan."""
        return any(name in faults for _, name in self.schedule)

    def beside(self, older: Path) -> Plan:
        """Return the same plan with workers of another release, in this folder, beside the present ones."""
        return replace(self, scene=replace(self.scene, older=older))

    def with_faults(self, faults: Iterable[tuple[float, str]]) -> Plan:
        """Return the same plan with other faults."""
        return replace(self, schedule=tuple(faults))

    @property
    def forgets(self) -> bool:
        """True when Redis loses what it knows."""
        return self.has("redis-flush", "redis-failover-loss")

    @classmethod
    def draw(cls, seed: int, size: Size) -> Plan:
        """Draw a plan; the same seed and size give the same plan."""
        from tests.chaos.faults import FAULTS

        rng = random.Random(seed)
        pages = rng.sample(range(size.hosted + 1, size.pages + 1), size.poisoned)
        poisoned = dict(zip(pages, rng.sample(sorted(POISONED), size.poisoned), strict=True))
        faults = rng.sample(sorted(FAULTS), size.faults)
        schedule = sorted((round(rng.uniform(0, size.span_s), 1), name) for name in faults)
        return cls(seed, tuple(schedule), poisoned, Scene.draw(rng))
