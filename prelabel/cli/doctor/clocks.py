"""Check of the clocks: how far each host's time of day is from that of Redis."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping

from prelabel.cli.doctor.check import Check
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.workers import Clock

#: No decision compares the clocks of two hosts, but logs, tokens and presigned addresses do.
_WARN_FROM_S = 2.0


def check_clocks(ledger: Ledger) -> Iterator[Check]:
    """Warn of each host whose clock is surely 2 s or more from Redis's; one line where all agree."""
    clocks = _by_host({f"{socket.gethostname()}:": ledger.workers.own_clock(), **ledger.workers.clocks()})
    wrong = {host: clock for host, clock in clocks.items() if _surely_s(clock) >= _WARN_FROM_S}
    if not wrong:
        most_s = max(_surely_s(clock) for clock in clocks.values())
        hosts = "1 host agrees" if len(clocks) == 1 else f"{len(clocks)} hosts agree"
        yield Check("clocks", "ok", f"{hosts} with Redis within {max(most_s, 0.1):.1f} s")
        return
    cure = "let NTP set it (timedatectl set-ntp true)"
    if len(wrong) == len(clocks) > 1 and len({clock.ahead_s > 0 for clock in wrong.values()}) == 1:
        cure = "all hosts differ alike, so look at the clock of Redis's host first"
    for host, clock in sorted(wrong.items()):
        side = "ahead of" if clock.ahead_s > 0 else "behind"
        yield Check("clocks", "warning", f"the clock of {host} is {abs(clock.ahead_s):.0f} s {side} Redis's; {cure}")


def _by_host(clocks: Mapping[str, Clock]) -> dict[str, Clock]:
    """Return the best measure of each host. `clocks`: by worker, whose name begins with its host."""
    best: dict[str, Clock] = {}
    for worker, clock in clocks.items():
        host = worker.partition(":")[0]
        if host not in best or clock.within_s < best[host].within_s:
            best[host] = clock
    return best


def _surely_s(clock: Clock) -> float:
    return abs(clock.ahead_s) - clock.within_s
