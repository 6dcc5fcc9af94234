"""Labelled pages for evaluation, by the name of their source."""

from __future__ import annotations

from pathlib import Path

import pytest

from prelabel.datasets.funsd import write_annotations
from prelabel.errors import SettingError
from prelabel.evaluation.kie_data import UNSEEN_KOREAN, read_pages
from synthetic import HELD_OUT, generate


def test_a_folder(tmp_path: Path) -> None:
    write_annotations(tmp_path, "a", generate(0).page)
    assert [each.name for each in read_pages(str(tmp_path))] == ["a"]


def test_synthetic_pages_of_templates_that_training_sees_and_of_others() -> None:
    seen, unseen = read_pages("synthetic:ko:5"), read_pages(f"{UNSEEN_KOREAN}:5")
    assert len(seen) == len(unseen) == 5
    assert not any(each.name.rsplit("-", 1)[0] in HELD_OUT for each in seen)
    assert all(each.name.rsplit("-", 1)[0] in HELD_OUT for each in unseen)
    assert read_pages(f"{UNSEEN_KOREAN}:5") == unseen


@pytest.mark.parametrize("source", ["synthetic:", "synthetic:fr", "synthetic:ko:0", "synthetic:ko-held-out:x"])
def test_what_is_no_source(source: str) -> None:
    with pytest.raises(SettingError, match=r"synthetic:en\|ko\[-held-out\]\[:PAGES\]"):
        read_pages(source)
