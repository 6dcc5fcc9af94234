"""Words, entities and links of a page, as `--words` adds them to the page in JSON."""

from __future__ import annotations

from typing import Any

from prelabel.errors import PrelabelError
from prelabel.kie.key_values.documents import box_json
from prelabel.page import Page, Reading, Word


def words_json(page: Page | PrelabelError) -> dict[str, Any]:
    """Return "words", "entities" and "links"; nothing for a page that could not be read.

    Boxes are in pixels of the page as it is shown, as those of the key-values are.
    """
    if isinstance(page, PrelabelError):
        return {}
    return {
        "words": [
            {
                **_reading(w),
                "box": box_json(page.to_shown, w.box),
                "label": label.label,
                **({"other": _reading(w.other)} if w.other else {}),
            }
            for w, label in zip(page.words, page.labels or (), strict=True)
        ],
        "entities": [
            {"label": e.label, "words": list(e.words), "confidence": round(e.confidence, 4)}
            for e in page.entities or ()
        ],
        "links": [
            {"source": x.source, "target": x.target, "confidence": round(x.confidence, 4)} for x in page.links or ()
        ],
    }


def _reading(read: Word | Reading) -> dict[str, Any]:
    return {"text": read.text, "confidence": round(read.confidence, 4), "engine": read.engine}
