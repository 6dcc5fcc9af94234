"""Sample pages end to end with the shipped models: real Tesseract, the compact tagger, the learned linker."""

from __future__ import annotations

from pathlib import Path

import pytest

from prelabel.errors import SettingError
from prelabel.evaluation.samples import SampleResult, evaluate_samples, reliability, total
from prelabel.settings import Settings

PAGES = Path(__file__).parents[3] / "examples/pages"


def settings() -> Settings:
    return Settings.model_validate({"layoutlm_model": "", "ser": "auto", "device": "cpu", "ocr": "tesseract"})


@pytest.fixture(scope="module")
def results() -> list[SampleResult]:
    return list(evaluate_samples(PAGES, settings()))


def test_pair_f1_over_all_samples_is_at_least_60(results: list[SampleResult]) -> None:
    similar, exact = total(results)

    assert len(results) >= 8
    assert similar.f1 >= 0.6, {result.name: round(result.similar.f1, 3) for result in results}
    assert exact.f1 <= similar.f1


def test_confidences_tell_the_share_of_right_key_values(results: list[SampleResult]) -> None:
    made = reliability(results)

    assert made.ece < 0.08, made.bins()
    by_share = {row.wanted: row.share for row in made.coverage()}
    assert by_share[0.98] > 0.5


def test_every_page_with_words_gives_key_values(results: list[SampleResult]) -> None:
    assert all(result.key_values for result in results if result.words)


def test_the_blank_page_gives_none(results: list[SampleResult]) -> None:
    (blank,) = [result for result in results if result.name == "blank"]

    assert (blank.words, blank.key_values) == (0, ())


def test_a_folder_without_pictures_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="holds no pictures"):
        list(evaluate_samples(tmp_path, settings()))
