"""Forms with check boxes by seed: groups of options in several layouts, plain fields, and what looks like a box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image

from synthetic.check_boxes.layouts import GROUPS, Form, plain_field
from synthetic.check_boxes.look_alikes import LOOK_ALIKES
from synthetic.check_boxes.sheet import FINE, CheckBoxSheet, DrawnBox
from synthetic.printing.fonts import face
from synthetic.printing.scanning import Wear, scan

LANGUAGES = ("en", "ko")
DPIS = (100, 150, 200, 300)
#: Wear of `printing.scanning`; skewed pages are turned by 1 to 3 degrees.
WEARS = ("clean", "skewed", "noisy", "jpeg")


@dataclass(frozen=True, slots=True)
class CheckBoxPage:
    """A picture (mode L) with its check boxes, the pairs of question and option that they make, and plain fields."""

    image: Image.Image
    boxes: tuple[DrawnBox, ...]
    pairs: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]


def check_box_page(
    seed: int, *, language: str = "", dpi: int = 0, wear: str = "", layout: str = "", kind: str = ""
) -> CheckBoxPage:
    """Return the page of this seed, the same wherever the same fonts are installed.

    What is not given is drawn: `language`, `dpi` and `wear` from the lists above, `layout` from `layouts.GROUPS`,
    `kind` of box from `layouts.KINDS`. EngineUnavailable where fonts are missing.
    """
    rng = Random(f"check boxes {seed}")
    language, dpi = language or rng.choice(LANGUAGES), dpi or rng.choice(DPIS)
    wear = wear or rng.choice(WEARS)
    roles = ("sans", "serif") if language == "en" else ("gothic", "myeongjo")
    sheet = CheckBoxSheet(
        rng, face(language, rng, roles=roles), dpi, 480, 400, rng.uniform(10, 13) if dpi > 100 else rng.uniform(12, 14)
    )
    _compose(Form.draw(sheet, language, kind), layout)
    noise = np.random.default_rng(seed)
    worn = Wear.draw(wear, noise)
    skew = float(noise.uniform(1, 3) * noise.choice((-1, 1))) if wear == "skewed" else worn.skew_deg
    ink, boxes = sheet.turned(skew)
    return CheckBoxPage(scan(ink, worn, dpi, noise, fine=FINE), tuple(boxes), tuple(sheet.pairs), tuple(sheet.fields))


def _compose(form: Form, layout: str) -> None:
    """Fill the page: fields, groups of options, and a look-alike between them."""
    rng = form.sheet.rng
    groups = [GROUPS[layout]] * 3 if layout else rng.sample(tuple(GROUPS.values()), 3)
    odd: Callable[[Form], None] = rng.choice(LOOK_ALIKES)
    parts = [plain_field, plain_field, *groups]
    parts.insert(rng.randrange(2, len(parts) + 1), odd)
    for part in parts:
        if form.y < form.sheet.height - 90:
            part(form)
