"""WordPiece tokens of words, by a vocab.txt or tokenizer.json; every word has at least one token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

from prelabel.errors import ModelUnavailable

#: Size of the cache of words: most words of a page occur on other pages, and the tokenizer takes 5 us for each.
KEPT_WORDS = 65_536
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


@dataclass(frozen=True, slots=True)
class WordTokens:
    """Token ids of a page. `firsts`: the position of the first token of each word."""

    ids: list[int]
    firsts: list[int]


class WordPieces:
    """The tokenizer of BERT for single words. `vocab`: vocab.txt or tokenizer.json. Raises ModelUnavailable."""

    def __init__(self, vocab: Path, *, lowercase: bool) -> None:
        try:
            self._tokenizer: Tokenizer | BertWordPieceTokenizer = (
                Tokenizer.from_file(str(vocab))
                if vocab.suffix == ".json"
                else BertWordPieceTokenizer(
                    str(vocab), lowercase=lowercase, strip_accents=_strips_accents(vocab, lowercase)
                )
            )
        except Exception as error:  # noqa: BLE001  (the tokenizers library raises bare Exceptions)
            raise ModelUnavailable(
                f"{vocab} is no WordPiece vocabulary ({error}); name another PRELABEL_LAYOUTLM_VOCAB"
            ) from None
        ids = [i for i in map(self._tokenizer.token_to_id, _SPECIAL) if i is not None]
        if len(ids) < len(_SPECIAL):
            raise ModelUnavailable(f"{vocab} lacks one of {', '.join(_SPECIAL)}; it must be a BERT vocabulary")
        self.pad, self.unk, self.cls, self.sep = ids
        self.size = self._tokenizer.get_vocab_size()
        self._known: dict[str, list[int]] = {}

    @property
    def vocabulary(self) -> dict[str, int]:
        """The vocabulary: token -> id."""
        return dict(self._tokenizer.get_vocab())

    def save(self, file: Path) -> None:
        """Write a tokenizer.json: the vocabulary, and the treatment of letter case and accents."""
        self._tokenizer.save(str(file))

    def encode(self, words: Sequence[str]) -> WordTokens:
        """Return the tokens of all words in order; a word without tokens (a control character) becomes [UNK]."""
        known = self._known
        if new := [word for word in dict.fromkeys(words) if word not in known]:
            if len(known) + len(new) > KEPT_WORDS:
                known = self._known = {}  # other threads may still read the old dictionary
                new = list(dict.fromkeys(words))
            for word, encoding in zip(new, self._tokenizer.encode_batch(new, add_special_tokens=False), strict=True):
                known[word] = encoding.ids or [self.unk]
        ids: list[int] = []
        firsts: list[int] = []
        for word in words:
            firsts.append(len(ids))
            ids += known[word]
        return WordTokens(ids, firsts)


def _strips_accents(vocab: Path, lowercase: bool) -> bool:
    """Return whether accents are stripped: with lower case, as BERT does, unless the vocabulary has Hangul syllables.

    Stripping accents decomposes Hangul syllables.
    """
    return lowercase and not any("가" <= token.strip("#")[:1] <= "힣" for token in vocab.read_text("utf-8").split())
