"""Calibration of the shipped confidence on pages that no training has seen: read before, labelled and linked here."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from prelabel.evaluation.reliability.measure import Reliability
from prelabel.evaluation.text_pairs import right_pairs
from prelabel.kie.extract import extract, tag
from prelabel.kie.key_values.pairs import key_values
from prelabel.kie.link.loading import linker_for
from prelabel.kie.tag.loading import tagger_for
from prelabel.page import Page
from prelabel.settings import Settings

PAGES = Path(__file__).parents[2] / "data/confidence/pages.jsonl.gz"


@pytest.fixture(scope="module")
def measured() -> tuple[Reliability, Reliability, Reliability]:
    """Return the reliability of key-values, of those of handwriting, and that of their links alone."""
    settings = Settings.model_validate({"layoutlm_model": "", "ser": "auto", "device": "cpu", "linker": "shipped"})
    tagger, linker = tagger_for(settings), linker_for(settings)
    whole, written, link = Reliability(), Reliability(), Reliability()
    for line in gzip.decompress(PAGES.read_bytes()).decode().splitlines():
        row = json.loads(line)
        page = Page.from_json(row["page"])
        read = extract(page, tag(page, tagger), tagger.tags, linker=linker, link_threshold=0.0)
        pairs = read.key_values or ()
        right = right_pairs([(pair.key, pair.value) for pair in pairs], row["truth"])
        whole.add([pair.confidence for pair in pairs], right)
        alone = key_values(read.words, read.entities or (), read.links or ())
        assert [replace(pair, confidence=0.0) for pair in alone] == [replace(pair, confidence=0.0) for pair in pairs]
        link.add([pair.confidence for pair in alone], right)
        if "pen" in row["wear"]:
            written.add([pair.confidence for pair in pairs], right)
    return whole, written, link


def test_confidence_is_the_share_of_right_key_values(
    measured: tuple[Reliability, Reliability, Reliability],
) -> None:
    whole, _, link = measured

    assert len(whole.right) > 500
    assert whole.ece < 0.06, whole.bins()
    assert link.ece > 0.25


def test_handwriting_read_wrong_is_not_sure(measured: tuple[Reliability, Reliability, Reliability]) -> None:
    _, written, _ = measured

    assert len(written.right) > 100
    assert sum(written.right) < 0.3 * len(written.right)
    # Too sure by 14 points since the reader reads Korean pages: docs/explain/accuracy.md says so.
    assert sum(written.confidences) == pytest.approx(sum(written.right), abs=0.16 * len(written.right))


def test_of_the_surest_nearly_all_are_right(measured: tuple[Reliability, Reliability, Reliability]) -> None:
    whole, _, link = measured

    surest = [right for sure, right in zip(whole.confidences, whole.right, strict=True) if sure >= 0.95]
    before = [right for sure, right in zip(link.confidences, link.right, strict=True) if sure >= 0.95]
    assert len(surest) > 30
    assert sum(surest) >= 0.95 * len(surest)
    assert sum(before) < 0.8 * len(before)
