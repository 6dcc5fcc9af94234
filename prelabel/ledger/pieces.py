"""Pieces of work on documents: opening one (page 0), rendering a page. Who has them in hand, and what was lost.

Documents wait in one line and give out a piece each in turn, up to a bound on all pieces in flight: one of 10,000 pages
neither floods Redis nor stands before the others. A piece is alone in its process, so a process that dies with it in
hand is charged to it.
"""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass
from typing import Literal

from prelabel.errors import ClaimLost, PrelabelError
from prelabel.ledger.documents import entry
from prelabel.ledger.redis_state import RedisState, redis_errors

#: Crashes of its process until a piece has failed.
MAX_CRASHES = 2
#: Pieces taken from the line in one step.
_PORTION = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """The right to do one piece of work. All that a message carries."""

    project_id: int
    document: str
    number: int
    token: str


class Pieces:
    """See the module. Raises ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def take(self, *, bound: int, lease_s: float) -> list[Piece]:
        """The next pieces, whose messages must now be sent; [] when `bound` are in flight, or nothing waits.

        `lease_s`: how long they may wait in their queue.
        """
        tokens = [secrets.token_hex(8) for _ in range(_PORTION)]
        row = [part.decode() for part in self._state.run("take_pieces", bound, lease_s, *tokens)]
        return [Piece(int(row[i]), row[i + 1], int(row[i + 2]), row[i + 3]) for i in range(0, len(row), 4)]

    def begin(self, piece: Piece, owner: str, *, lease_s: float, dead_owner: str = "") -> int | Literal["busy"]:
        """Take a piece into hand for `lease_s`; the number of its tries that failed. "busy": a living worker has it.

        `dead_owner`: a worker that the caller knows to be dead though its heartbeat has not run out.
        Raises ClaimLost when the piece is somebody else's, or done, by now.
        """
        answer = self._state.run("begin_piece", *astuple(piece), owner, dead_owner, lease_s, MAX_CRASHES)
        word = answer[0].decode()
        if word == "lost":
            raise ClaimLost(f"document {piece.document} page {piece.number}: another chain works on it")
        return int(answer[1]) if word == "run" else "busy"

    def owner(self, piece: Piece) -> str:
        """The worker that has it in hand, or ''."""
        with redis_errors():
            record = self._state.name("piece", piece.project_id, piece.document, piece.number)
            name = self._state.redis.hget(record, "owner")
        return name.decode() if isinstance(name, bytes) else ""

    def reserve(self, piece: Piece, worker: str, *, lease_s: float) -> None:
        """A worker has fetched the message and will begin when it has a free hand."""
        self._state.run("wait_piece", *astuple(piece), lease_s, 0, worker)

    def pause(self, piece: Piece, *, lease_s: float) -> None:
        """A try failed and the next will come within `lease_s`."""
        self._state.run("wait_piece", *astuple(piece), lease_s, 1, "")

    def opened(self, piece: Piece, pages: int, page_suffix: str) -> None:
        """The document has so many pages, and they may be rendered. Raises ClaimLost when the piece is stale."""
        self._end(piece, "opened", pages, page_suffix)

    def rendered(self, piece: Piece, *, importing: bool) -> None:
        """The page is in the bucket; `importing`: we import it ourselves. Raises ClaimLost when the piece is stale."""
        self._end(piece, "rendered", int(importing))

    def fail(self, piece: Piece, error: PrelabelError) -> None:
        """It is failed until somebody retries it; nothing for a stale piece."""
        self._state.run("end_piece", *astuple(piece), "failed", entry(error))

    def hung(self, piece: Piece, error: PrelabelError) -> None:
        """Its process was ended, because it hung: a crash, of which more is known. It comes again, or fails."""
        self._state.run("end_piece", *astuple(piece), "hung", entry(error), MAX_CRASHES)

    def recover(self) -> int:
        """Put what nobody works on any more back into the line; how many pieces those were."""
        return int(self._state.run("lost_pieces", MAX_CRASHES))

    def _end(self, piece: Piece, *outcome: object) -> None:
        if not self._state.run("end_piece", *astuple(piece), *outcome):
            raise ClaimLost(f"document {piece.document} page {piece.number}: another chain works on it")
