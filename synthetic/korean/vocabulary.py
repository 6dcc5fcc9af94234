"""Korean vocabulary: words of all documents."""

from __future__ import annotations

from synthetic.text.vocabulary import Vocabulary
from synthetic.words import read

KOREAN = Vocabulary(language="ko", **read("korean-vocabulary"))
