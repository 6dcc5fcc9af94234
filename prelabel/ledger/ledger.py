"""The truth about every page: which stage it has reached, who holds it, and which pages failed.

All state changes are small Lua scripts (`prelabel/lua/`), so that each is one step for every process. What a claim is,
and when it is free, is written in `docs/architecture.md`. Counting (`ledger.runs`), workers (`ledger.roster`), the
failed list (`ledger.failed_list`), and documents on their way in (`ledger.register`, `ledger.pieces`) have modules of
their own.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, cast

import redis

from prelabel.errors import ClaimLost, PrelabelError, SettingError
from prelabel.ledger.audit import Upkeep
from prelabel.ledger.documents import Register
from prelabel.ledger.failed_list import FailedList, FailedPage
from prelabel.ledger.halts import Steering
from prelabel.ledger.page_store import pack, unpack
from prelabel.ledger.pieces import Pieces
from prelabel.ledger.redis_state import RedisState, redis_errors
from prelabel.ledger.runs import Runs
from prelabel.ledger.syncs import Syncs
from prelabel.ledger.workers import Roster
from prelabel.page import Page, PageRef
from prelabel.queues import broker
from prelabel.settings import Settings

Stage = Literal["ocr", "extract", "upload"]
STAGES: tuple[Stage, ...] = ("ocr", "extract", "upload")

#: Crashes of a process that works on one page alone until that page is put on the failed list.
MAX_CRASHES = 2
#: How long it is known that an upload was begun: longer than any that may still arrive.
INTENT_KEPT_S = 3600
#: How long a lock outlives a holder that died.
LOCK_LEASE_S = 20.0


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one chain to work on a page. All that a message carries."""

    project_id: int
    task_id: int
    token: str
    version: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A stage that may now work: the page's image reference, failed tries so far, and whether it must run alone."""

    ref: PageRef
    attempts: int
    alone: bool


class Ledger:
    """See the module. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, client: redis.Redis, server_id: str) -> None:
        self._state = RedisState(client, server_id)
        self.steering = Steering(self._state)
        self.upkeep = Upkeep(self._state)
        self.runs = Runs(self._state, self.steering)
        self.roster = Roster(self._state)
        self.failed_list = FailedList(self._state)
        self.syncs = Syncs(self._state)
        self.register = Register(self._state)
        self.pieces = Pieces(self._state)

    @classmethod
    def from_settings(cls, settings: Settings) -> Ledger:
        """Connect lazily; the first call tells whether Redis is there. SettingError: an address is wrong."""
        if not settings.label_studio_url:
            raise SettingError("LABEL_STUDIO_URL is not set: the ledger keeps the pages of each server apart")
        return cls(broker.connect(settings, health_check_interval=30), settings.server_id)

    # -- pages ----------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """Redis's clock in unix seconds; read it before a listing that `claim` is to be compared with."""
        with redis_errors():
            seconds, micros = self._state.redis.time()
            return float(seconds) + float(micros) / 1e6

    def claim(self, ref: PageRef, version: str, *, lease_s: float, listed_at: float) -> tuple[Claim, Stage] | None:
        """Claim a page and tell the stage its chain begins with.

        None when somebody has it, when it ended, or when the project is halted.
        """
        token = secrets.token_hex(8)
        found = self._state.run(
            "claim", ref.project_id, ref.task_id, ref.image, version, token, lease_s, listed_at, MAX_CRASHES
        )
        if found is None:
            return None
        return Claim(ref.project_id, ref.task_id, token, version), found[0].decode()

    def begin(
        self, claim: Claim, stage: Stage, owner: str, *, charge: str = "", dead_owner: str = "", lease_s: float = 60.0
    ) -> Begun | Literal["ahead", "busy", "halted"]:
        """Take the page into hand. "ahead": this stage's output is stored already; "busy": a living worker has it.

        "halted": the project is paused; the page waits in the ledger until a selection after the pause starts it.
        `lease_s`: how long the page stays in hand without `renew`.
        `dead_owner`: a worker that the caller knows to be dead though its heartbeat has not run out.
        Raises ClaimLost when the claim is stale.
        """
        answer = self._state.run("begin", *_key(claim), stage, owner, dead_owner, charge, MAX_CRASHES, lease_s)
        word = answer[0].decode()
        if word == "run":
            ref = PageRef(claim.project_id, claim.task_id, answer[1].decode())
            return Begun(ref, int(answer[2]), answer[3] == b"1")
        if word == "lost":
            raise ClaimLost(f"page {claim.task_id}: another chain works on it")
        return cast(Literal["ahead", "busy", "halted"], word)

    def reserve(self, claim: Claim, worker: str, *, lease_s: float = 60.0) -> None:
        """A worker has fetched the message and will begin when it has a free hand.

        The claim is free when the worker dies, and when it does not `renew` it within `lease_s`.
        """
        self._state.run("reserve", *_key(claim), worker, lease_s)

    def owner(self, claim: Claim) -> str:
        """The worker that has the page in hand, or ''."""
        with redis_errors():
            name = self._state.redis.hget(self._state.name("page", claim.project_id, claim.task_id), "owner")
        return name.decode() if isinstance(name, bytes) else ""

    def holds(self, claims: Sequence[Claim]) -> list[bool]:
        """Which claims are still good, in one call."""
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for c in claims:
                pipe.hget(self._state.name("page", c.project_id, c.task_id), "token")
            return [token == c.token.encode() for token, c in zip(pipe.execute(), claims, strict=True)]

    def charge(self, claims: Iterable[Claim], charge: Literal["alone", ""]) -> None:
        """Say before dangerous work which pages would be to blame for a crash; '' takes it back."""
        parts = [part for c in claims for part in _key(c)]
        if parts:
            self._state.run("charge", charge, *parts)

    def advance(
        self, claim: Claim, next_stage: Stage, page: Page, *, lease_s: float, ttl_s: float, seconds: Mapping[str, float]
    ) -> None:
        """Store the page as it is now and let its next stage begin. Raises ClaimLost when the claim is stale."""
        times = [x for pair in seconds.items() for x in pair]
        if not self._state.run("advance", *_key(claim), next_stage, lease_s, pack(page), ttl_s, *times):
            raise ClaimLost(f"page {claim.task_id}: another chain works on it")

    def load(self, claim: Claim) -> Page | None:
        """The page as the stage before left it; None when its time to live is over."""
        with redis_errors():
            data = self._state.redis.get(self._state.name("words", claim.project_id, claim.task_id))
        return unpack(data) if isinstance(data, bytes) else None

    def pause(self, claim: Claim, *, lease_s: float) -> None:
        """A try failed and a retry will come within `lease_s`."""
        self._state.run("pause", *_key(claim), lease_s, 1)

    def release(self, claim: Claim) -> None:
        """Hand the page back: the next selection claims it anew."""
        self._state.run("pause", *_key(claim), 0, 0)

    def extend(self, claims: Iterable[Claim], *, lease_s: float) -> None:
        """Let claims wait in their queue for `lease_s` from now."""
        for claim in claims:
            self._state.run("extend", *_key(claim), lease_s)

    def renew(self, claims: Iterable[Claim], worker: str, *, lease_s: float) -> None:
        """The worker still has these pages in hand, or has fetched their messages; one call."""
        if parts := [part for c in claims for part in _key(c)]:
            self._state.run("renew", worker, lease_s, *parts)

    def finish(self, claim: Claim, *, seconds: Mapping[str, float]) -> None:
        """The page's prediction is confirmed."""
        times = [x for pair in seconds.items() for x in pair]
        self._state.run("finish", *_key(claim), "done", "", *times)

    def skip(self, claim: Claim, reason: str) -> None:
        """The page needs nothing from us any more, e.g. its Label Studio task was deleted."""
        self._state.run("finish", *_key(claim), "skipped", reason)

    def set_aside(self, claim: Claim, reason: str) -> None:
        """The page is not for us: it counts as skipped, and is never selected until a retry names it."""
        self._state.run("set_aside", *_key(claim), reason)

    def fail(self, claim: Claim, stage: Stage, error: PrelabelError, attempts: int) -> None:
        """Put the page on the failed list, with the error's code and message."""
        self._state.run("fail", *_key(claim), _entry(stage, error, attempts))

    def hung(self, claim: Claim, stage: Stage, error: PrelabelError) -> None:
        """The process that worked on the page was ended, because it hung: the page is free, or fails with the error.

        It may have been frozen from outside, so this counts as a crash: only the second one alone is the page's fault.
        """
        self._state.run("hung", *_key(claim), MAX_CRASHES, _entry(stage, error, MAX_CRASHES))

    def free_claims(self, project_id: int) -> list[PageRef]:
        """Pages in flight whose chain is gone: a worker died, or a message was lost."""
        rows = self._state.run("free_claims", project_id)
        return [
            PageRef(project_id, int(page), image.decode()) for page, image in zip(rows[::2], rows[1::2], strict=True)
        ]

    def in_flight(self, project_id: int) -> int:
        """Pages of the project that are claimed now."""
        return self._count(project_id, "queued", *STAGES)

    def in_flight_now(self, project_id: int, task_id: int) -> bool:
        """Is this page claimed?"""
        with redis_errors():
            return bool(self._state.redis.exists(self._state.name("page", project_id, task_id)))

    def before_upload(self, project_id: int) -> int:
        """Claimed pages that have not yet reached their upload."""
        return self._count(project_id, "queued", "ocr", "extract")

    def _count(self, project_id: int, *states: str) -> int:
        with redis_errors(), self._state.redis.pipeline(transaction=True) as pipe:
            for state in states:
                pipe.scard(self._state.name("state", project_id, state))
            return sum(pipe.execute())

    def intend(self, claims: Sequence[Claim], now: float) -> None:
        """Record, before a POST, that these pages' predictions are about to be sent."""
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for c in claims:
                pipe.set(self._state.name("intent", c.project_id, c.task_id), now, ex=INTENT_KEPT_S)
            pipe.execute()

    def intents(self, claims: Sequence[Claim]) -> dict[int, float]:
        """Unix time of the recorded intent by task id, where there is one."""
        with redis_errors():
            old = self._state.redis.mget([self._state.name("intent", c.project_id, c.task_id) for c in claims])
        return {c.task_id: float(x) for c, x in zip(claims, old, strict=True) if x is not None}

    def forget_intents(self, claims: Sequence[Claim]) -> None:
        """The outcome is known: stored, or certainly not."""
        if claims:
            with redis_errors():
                self._state.redis.delete(*(self._state.name("intent", c.project_id, c.task_id) for c in claims))

    def failed(self, project_id: int) -> list[FailedPage]:
        """The whole failed list of a project, oldest first; `failed_list` reads long ones in portions."""
        return list(self.failed_list.pages(project_id))

    def first(self, name: str, *, within_s: float) -> bool:
        """True for one caller in `within_s`, over all processes."""
        with redis_errors():
            return bool(self._state.redis.set(self._state.name("first", name), 1, nx=True, px=int(within_s * 1000)))

    @contextmanager
    def lock(self, name: str, *, wait_s: float = 0.0) -> Iterator[bool]:
        """One holder at a time over all processes; yields False when it could not be had within `wait_s`.

        The lease is renewed while the block runs, so that a dead holder's lock is free within LOCK_LEASE_S.
        """
        with redis_errors():
            lock = self._state.redis.lock(
                self._state.name("lock", name), timeout=LOCK_LEASE_S, sleep=0.05, thread_local=False
            )
            held = lock.acquire(blocking_timeout=wait_s)
        if not held:
            yield False
            return
        over = threading.Event()
        renewer = threading.Thread(target=_renew, args=(lock, over), name=f"renew {name}", daemon=True)
        renewer.start()
        try:
            yield True
        finally:
            over.set()
            renewer.join()
            with redis_errors(), suppress(redis.exceptions.LockError):  # lease lost: it is another holder's now
                lock.release()


def _key(claim: Claim) -> tuple[int, int, str]:
    return claim.project_id, claim.task_id, claim.token


def _entry(stage: Stage, error: PrelabelError, attempts: int) -> str:
    """What the failed list says of a page."""
    entry = {"reason": error.code, "message": str(error), "stage": stage, "attempts": attempts}
    return json.dumps(entry, ensure_ascii=False)


def _renew(lock: Any, over: threading.Event) -> None:
    while not over.wait(LOCK_LEASE_S / 4):
        with suppress(redis.exceptions.RedisError):
            lock.reacquire()
