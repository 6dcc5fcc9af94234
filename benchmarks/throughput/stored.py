"""Predictions that Label Studio holds after a run: a way's pages count only where their predictions are found."""

from __future__ import annotations

from devstack.label_studio import LabelStudioServer
from devstack.processes import StartFailed


def words_by_page(server: LabelStudioServer, project: int) -> dict[int, int]:
    """Count the words in the texts of each page's prediction, by page id; leave out pages without words.

    Raises StartFailed when a page holds more than one prediction.
    """
    found: dict[int, int] = {}
    for page in server.pages(project):
        predictions = page["predictions"]
        if len(predictions) > 1:
            raise StartFailed(f"page {page['id']} holds {len(predictions)} predictions")
        words = sum(_words(item) for prediction in predictions for item in prediction["result"])
        if words:
            found[int(page["id"])] = words
    return found


def _words(item: dict[str, object]) -> int:
    value = item.get("value")
    texts = value.get("text", []) if isinstance(value, dict) and item["type"] == "textarea" else []
    return sum(len(text.split()) for text in texts)
