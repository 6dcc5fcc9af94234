"""Names of months in the languages of a decimal comma: German, French, Spanish, Italian, Portuguese and Dutch.

All are written without accents, which OCR loses; `plain` writes a text that way. English names belong to `dates`.
"""

from __future__ import annotations

import unicodedata

_NAMES = (
    "januar janner janvier janv enero ene gennaio gen janeiro januari jan",
    "februar fevrier fevr fev febrero febbraio fevereiro februari feb",
    "marz mrz mars marzo marco maart mrt mar",
    "april avril avr abril abr aprile apr",
    "mai mayo maggio mag maio mei may",
    "juni juin junio giugno giu junho jun",
    "juli juillet juil julio luglio lug julho jul",
    "august aout agosto ago augustus aug",
    "september septembre septiembre setiembre settembre setembro sept sep set",
    "oktober octobre octubre ottobre ott outubro out okt oct",
    "november novembre noviembre novembro nov",
    "dezember decembre diciembre dicembre dic dezembro dez december dec",
)
#: Plain name in lower case -> 1 to 12.
MONTH_NUMBERS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
#: Any of the names, longest first.
MONTH_NAME = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))


def plain(text: str) -> str:
    """Return the text in lower case, without accents."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
