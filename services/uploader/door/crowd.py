"""The crowd at the door: connections of strangers, bounded by address and in all, beside those of members.

A member has shown the key or its cookie. Newcomers are always let in; when there is one stranger too many, the one that
has been at the same thing for longest has to go, from the address with the most of them. So a client that is quick is
served even from an address that others abuse.
"""

from __future__ import annotations

from collections.abc import Callable

from services.uploader.error_answers import Refused

#: Connections of strangers in all and from one address, and of members. Each takes a file descriptor.
MOST_STRANGERS, MOST_BY_ADDRESS, MOST_MEMBERS = 300, 100, 500


class Guest:
    """One connection. `address`: of its client, or while no request runs that of the proxy in between."""

    def __init__(self, crowd: Crowd, close: Callable[[], None]) -> None:
        self.close = close
        self.member = False
        self.address = self._peer = ""
        self.gone = False
        self._crowd = crowd

    def arrives(self, peer: str) -> None:
        """Note a new connection."""
        self._peer = peer
        self._crowd.enter(self, peer, member=False)

    def begins(self, address: str, *, member: bool) -> None:
        """Note the head of a request. Raises Refused when there are too many members."""
        self._crowd.enter(self, address, member=member)

    def becomes_member(self) -> None:
        """Note that the request holds the key. Raises Refused when there are too many members."""
        self._crowd.enter(self, self.address, member=True)

    def rests(self) -> None:
        """Note the end of an answer."""
        self._crowd.enter(self, self._peer, member=self.member)

    def leaves(self) -> None:
        """Note the end of the connection; its request may still run."""
        self.gone = True
        self._crowd.leave(self)


class Crowd:
    """All connections of the process. Used in the event loop only."""

    def __init__(
        self, strangers: int = MOST_STRANGERS, by_address: int = MOST_BY_ADDRESS, members: int = MOST_MEMBERS
    ) -> None:
        self._most, self._most_by_address, self._most_members = strangers, by_address, members
        self._members: set[Guest] = set()
        #: By address; the guest that has been at the same thing for longest comes first.
        self._strangers: dict[str, dict[Guest, None]] = {}
        self._count = 0

    def enter(self, guest: Guest, address: str, *, member: bool) -> None:
        """Note that a guest begins something new; close strangers' connections that are too many.

        Raises Refused when there are too many members.
        """
        if member and guest not in self._members and len(self._members) >= self._most_members:
            raise Refused(503, "busy", f"{self._most_members} clients are served already", "try again in a moment")
        self.leave(guest)
        guest.address, guest.member = address, member
        if guest.gone:
            return
        if member:
            self._members.add(guest)
            return
        self._strangers.setdefault(address, {})[guest] = None
        self._count += 1
        while one := self._one_too_many(address):
            self.leave(one)
            one.close()

    def leave(self, guest: Guest) -> None:
        """Forget a guest."""
        self._members.discard(guest)
        here = self._strangers.get(guest.address, {})
        if guest not in here:
            return
        del here[guest]
        self._count -= 1
        if not here:
            del self._strangers[guest.address]

    def _one_too_many(self, address: str) -> Guest | None:
        if len(self._strangers[address]) > self._most_by_address:
            return next(iter(self._strangers[address]))
        if self._count > self._most:
            greediest = max(self._strangers, key=lambda each: len(self._strangers[each]))
            return next(iter(self._strangers[greediest]))
        return None
