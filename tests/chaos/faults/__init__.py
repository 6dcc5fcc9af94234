"""All faults, by name; a seed draws some of them."""

from __future__ import annotations

from tests.chaos.faults import machines, people, processes, redis, servers
from tests.chaos.faults.fault import Fault

FAULTS: dict[str, Fault] = {
    **processes.FAULTS,
    **redis.FAULTS,
    **servers.FAULTS,
    **people.FAULTS,
    **machines.FAULTS,
}
