"""Texts in the language of the locale, by gettext: LANGUAGE, LC_ALL, LC_MESSAGES and LANG choose it, as elsewhere.

The English text is the message's name. `python -m scripts.catalogue` writes the catalogues. JSON and CSV are never
translated, nor are the messages for operators: settings, doctor, workers, logs.
"""

from __future__ import annotations

import gettext
import inspect
import locale
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from prelabel.errors import ConfigurationError, PrelabelError, failure

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "prelabel"
#: A domain without a catalogue: English.
_ENGLISH = "prelabel-english"
#: The catalogue's contexts of a failure's meaning and cure; the failure's code is the message's name.
MEANING, CURE = "failure", "cure"
#: A syllable by which an encoding shows whether it has Korean.
_KOREAN_SIGN = "가"


def choose_language(streams: Iterable[TextIO]) -> None:
    """Take the locale's language, or English if a stream cannot show Korean. click's own texts follow."""
    gettext.bindtextdomain(DOMAIN, str(LOCALES))
    usable = all(can_show(_KOREAN_SIGN, stream) for stream in streams) and not _locale_is_c()
    gettext.textdomain(DOMAIN if usable else _ENGLISH)


def can_show(text: str, stream: TextIO) -> bool:
    """Return whether the stream's encoding has all characters of the text."""
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def is_translated() -> bool:
    """Return whether texts come in another language than English."""
    return gettext.pgettext(MEANING, PrelabelError.code) != PrelabelError.code


def translate(text: str) -> str:
    """Return a text, which may have placeholders for `format`, in the language of the locale."""
    return gettext.gettext(text) if text else text  # the empty text is the name of the catalogue's head


def translate_count(one: str, many: str, count: int) -> str:
    """Return the text for this number, with {count} filled in."""
    return gettext.ngettext(one, many, count).format(count=count)


def translate_prose(text: str) -> str:
    """Translate paragraph by paragraph, each of which is one line in the catalogue; click's fixed lines stay."""
    return "\n\n".join(part if part.startswith("\b") else gettext.gettext(one_line(part)) for part in paragraphs(text))


def paragraphs(prose: str) -> list[str]:
    """Split a docstring; a paragraph whose lines must stay as they are begins with click's mark, a backspace."""
    return [part for part in inspect.cleandoc(prose).split("\n\n") if part]


def one_line(text: str) -> str:
    """Join the lines of a paragraph."""
    return " ".join(text.split())


def meaning_of(code: str, message: str) -> str:
    """Return what a failure means for people: by its code where the language has a text, else its message."""
    return _by_code(MEANING, code, message)


def cure_of(code: str) -> str:
    """Return what people do about a failure: by its code where the language has a text, else the error's cure."""
    return _by_code(CURE, code, failure(code).cure)


def problem_of(code: str, message: str) -> str:
    """Return meaning and cure of a failure on one line."""
    return f"{meaning_of(code, message)}{' ' if is_translated() else '; '}{cure_of(code)}"


def describe(error: PrelabelError) -> str:
    """Describe an error on one line: its message; in another language the meaning, and the message as the details.

    Errors of the set-up speak to operators and stay in English.
    """
    if isinstance(error, ConfigurationError) or not is_translated():
        return str(error)
    return f"{meaning_of(error.code, '')} ({error})".strip()


def _by_code(context: str, code: str, english: str) -> str:
    text = gettext.pgettext(context, code)
    if text == code:
        return english
    return text.format_map({"code": code, **_limits()} if "{" in text else {})


def _limits() -> dict[str, str]:
    """Return the limits on a file that texts name."""
    from prelabel.settings import get_settings

    settings = get_settings()
    return {"size": f"{settings.max_document_bytes / 2**20:.0f} MB", "pages": f"{settings.max_document_pages}"}


def _locale_is_c() -> bool:
    """Return whether messages are asked for in the C locale, in which LANGUAGE does not count."""
    before = locale.setlocale(locale.LC_MESSAGES)
    try:
        asked = locale.setlocale(locale.LC_MESSAGES, "")
    except locale.Error:  # this machine does not have the locale; its name says the language all the same
        return False
    locale.setlocale(locale.LC_MESSAGES, before)
    return asked in {"C", "POSIX"} or asked.startswith("C.")
