"""Aliases of versions (champion, challenger, previous) and the pin: what each change makes of them. No input or output.

A change is an entry of a history that only grows. The last entry says what holds; nothing else stores it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

from prelabel.errors import ConfigurationError

What = Literal["push", "promote", "rollback", "pin", "unpin"]


@dataclass(frozen=True, slots=True)
class Aliases:
    """Numbers of versions; None: no version has the alias. `pinned`: nobody may change the champion."""

    champion: int | None = None
    challenger: int | None = None
    previous: int | None = None
    pinned: bool = False

    def pushed(self, number: int) -> Aliases:
        """Return the aliases after a push: the version wants to be champion."""
        return replace(self, challenger=number)

    def promoted(self, number: int) -> Aliases:
        """Return the aliases with another champion. Raises ConfigurationError for the champion, or with a pin."""
        self._check_free()
        if number == self.champion:
            raise ConfigurationError(f"version {number} is the champion already")
        return self._with_champion(number)

    def rolled_back(self) -> Aliases:
        """Return the aliases with the previous champion. Raises ConfigurationError without one, or with a pin."""
        self._check_free()
        if self.previous is None:
            raise ConfigurationError("no version was champion before: promote one (`prelabel models promote`)")
        return self._with_champion(self.previous)

    def with_pin(self, number: int) -> Aliases:
        """Return the aliases with this version as a champion that nobody replaces."""
        made = self if number == self.champion else self._with_champion(number)
        return replace(made, pinned=True)

    def without_pin(self) -> Aliases:
        """Return the aliases without the pin."""
        return replace(self, pinned=False)

    def names(self, number: int) -> list[str]:
        """Return the aliases of a version."""
        names = [name for name in ("champion", "challenger", "previous") if getattr(self, name) == number]
        return [*names, "pinned"] if self.pinned and number == self.champion else names

    def _with_champion(self, number: int) -> Aliases:
        challenger = None if self.challenger == number else self.challenger
        return replace(self, champion=number, challenger=challenger, previous=self.champion)

    def _check_free(self) -> None:
        if self.pinned:
            raise ConfigurationError(
                f"version {self.champion} is pinned: `prelabel models pin PROJECT --off` lets it be replaced"
            )


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the history. `number`: counts from 1; `aliases`: as they are after it; `at`: unix time.

    `gate`: name of the comparison that allowed it; empty where a person did without.
    """

    number: int
    what: What
    version: int | None
    aliases: Aliases
    who: str
    why: str
    at: float
    gate: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the entry as one object."""
        return asdict(self)

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Self:
        """Read an entry. Raises ValueError where it is none."""
        try:
            fields = {name: made[name] for name in cls.__dataclass_fields__}
            return cls(**fields | {"aliases": Aliases(**made["aliases"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"it has another form ({error})") from None
