"""The wish of a person for a project, and its fulfilment step by step: see `set_up`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Part = Literal["project", "labelling configuration", "storage", "webhooks", "watch"]
#: left out: not asked for, or not possible with these settings. incomplete: works, but not with all that is possible.
Outcome = Literal["created", "updated", "unchanged", "left out", "incomplete", "refused"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the project shall have.

    `labels`: none: the shipped ones in a new project, any in an existing one. `bucket`: s3://NAME or a folder; "": no
    storage. `webhook`: address of the uploader as Label Studio reaches it; "": none; None: PRELABEL_UPLOADER_URL, if
    PRELABEL_WEBHOOK_SECRET is set. `replace`: replace the labelling configuration of an existing project. `watch`: let
    beat select pages.
    """

    labels: tuple[str, ...] = ()
    bucket: str = ""
    prefix: str | None = None
    webhook: str | None = None
    replace: bool = False
    watch: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the set-up and its outcome; `detail` also says what to do, where something is missing."""

    part: Part
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SetUp:
    """A project and what was done. `address`: where people open it."""

    project_id: int
    title: str
    address: str
    page_count: int
    steps: tuple[Step, ...]

    @property
    def changed(self) -> bool:
        """True where a step made or changed something."""
        return any(step.outcome in {"created", "updated"} for step in self.steps)

    @property
    def refused(self) -> bool:
        """True where a step did not succeed; the other steps were done all the same."""
        return any(step.outcome == "refused" for step in self.steps)
