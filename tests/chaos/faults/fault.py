"""The form of a fault: a function that injects it into a world, waits until it is over, and tells what was in hand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.chaos.held import Held
from tests.chaos.world import World


@dataclass(frozen=True, slots=True)
class Hit:
    """Work that a fault has interrupted. `outage`: the pages on their way when a server came back.

    `began_at`: time (monotonic s) from which its recovery counts.
    """

    held: Sequence[Held] = ()
    outage: bool = False
    began_at: float = 0.0


Fault = Callable[[World, random.Random], Hit]

NOTHING = Hit()


def came_back(held: Sequence[Held]) -> Hit:
    """Return the hit of an outage that is over now."""
    return Hit(held, outage=True, began_at=time.monotonic())
