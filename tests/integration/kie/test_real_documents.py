"""Sample documents of vendors, which nobody of the project made: how many key-values are right, and how sure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prelabel.evaluation.samples import evaluate_samples, reliability, total
from prelabel.settings import Settings

ROOT = Path(__file__).parents[3]
TRUTH = ROOT / "tests" / "data" / "real_documents" / "truth"
DOCUMENTS = Path(os.environ.get("REAL_DOCUMENTS", ROOT.parent / "shared" / "data" / "real"))


@pytest.mark.slow
@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason=f"the documents are not in {DOCUMENTS}")
def test_key_values_of_real_documents(tmp_path: Path) -> None:
    # Given the documents beside their truth, as a folder of samples
    (tmp_path / "truth").symlink_to(TRUTH)
    (tmp_path / "pages").mkdir()
    names = {path.stem for path in TRUTH.glob("*.json")}
    for document in DOCUMENTS.iterdir():
        if document.stem in names:
            (tmp_path / "pages" / document.name).symlink_to(document)
    plan = os.environ.get("REAL_OCR", "reader and tesseract")
    settings = Settings.model_validate({"layoutlm_model": "", "ser": "auto", "device": "cpu", "ocr": plan})
    # When they are read
    results = list(evaluate_samples(tmp_path / "pages", settings))
    # Then about as many are right, and surely so, as docs/explain/accuracy.md says
    made = reliability(results)
    similar, exact = total(results)
    found, right = similar.predicted, similar.matched / similar.predicted
    print(
        f"{len(results)} documents; {found} key-values, {right:.3f} right, {exact.matched} exactly; ECE {made.ece:.3f}"
    )
    print(made.bins(), made.coverage(), sep="\n")
    assert len(results) == len(names)
    assert found > 450
    assert right > 0.65
    assert made.ece < 0.065
