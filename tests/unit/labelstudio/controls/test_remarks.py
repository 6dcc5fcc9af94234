"""Names of TextAreas that say whether they take remarks: one rule for writing and for reading back."""

from __future__ import annotations

import pytest

from prelabel.labelstudio.controls.texts import names_remarks


@pytest.mark.parametrize("name", ["note", "Notes", "reviewNote", "qa_comment", "memo", "비고", "검수의견"])
def test_names_for_remarks(name: str) -> None:
    assert names_remarks(name)


@pytest.mark.parametrize("name", ["transcription", "memory", "keynote_text", "denoted", "text", "전사"])
def test_names_for_texts(name: str) -> None:
    assert not names_remarks(name)
