"""The look of one page: faces and sizes, rules, shading."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from synthetic.printing.fonts import face
from synthetic.printing.lettering import Hand
from synthetic.printing.sheet import Type


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a page. `label`, `value`, `body`, `small`, `head`, `title`: types.

    `leading`: line pitch in font sizes. `thick`: of rules, points. `shade`: share of ink under labels and column heads;
    `dark`: they are white on dark instead.
    """

    label: Type
    value: Type
    body: Type
    small: Type
    head: Type
    title: Type
    leading: float
    thick: float
    shade: float
    dark: bool
    boxed: bool

    @classmethod
    def draw(cls, rng: Random, language: str, kind: str, *, held_out: bool | None = None) -> Look:
        """Return the look of one page; values on copies are often typewritten. `held_out`: see `fonts.face`."""
        size = rng.choice((8.5, 9, 9.5, 10, 10, 10.5, 11))
        roles: tuple[str, ...] = ("sans", "serif") if language == "en" else ("gothic", "myeongjo")
        if language == "en" and kind == "copied":
            roles += ("typewriter",)
        role = rng.choice(roles)
        text = face(language, rng, roles=(role,), held_out=held_out)
        typed = rng.random() < (0.6 if kind == "copied" else 0.15)
        machine = ("typewriter",) if language == "en" else ("typewriter", role)
        filled = face(language, rng, roles=machine, held_out=held_out) if typed else text
        strong = face(language, rng, roles=(role,), bold=True, held_out=held_out) if rng.random() < 0.5 else text
        title = face(language, rng, roles=(rng.choice(roles),), bold=True, held_out=held_out)
        # Copies have no gray.
        pale = rng.choice((1.0, 1.0, 1.0, 0.8, 0.65)) if kind != "copied" else 1.0
        spaced = rng.choice((0, 0, 0, 0.06, 0.15, 0.3))
        return cls(
            label=Type(strong, size * rng.choice((1, 1, 0.9)), strength=pale),
            value=Type(filled, size, Hand(0, 0.008 if typed else 0), strength=pale),
            body=Type(text, size * rng.choice((1, 1, 0.9))),
            small=Type(text, rng.uniform(6.5, 7.8), strength=pale),
            head=Type(strong, size * rng.choice((1, 1.1, 1.25)), strength=1.0),
            title=Type(title, rng.uniform(15, 28), Hand(spaced)),
            leading=rng.uniform(1.35, 1.9),
            thick=rng.choice((0.4, 0.5, 0.75, 1.0)),
            shade=rng.choice((0.0, 0.0, 0.07, 0.12, 0.2)),
            dark=rng.random() < 0.3,
            boxed=rng.random() < 0.6,
        )
