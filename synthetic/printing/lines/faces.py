"""Fonts of printed lines, some of them for training only; whole fonts are held out for tests.

More fonts than pages have (`synthetic.printing.fonts`, which also names those held out): Debian packages under free
licences, `scripts/install-system.sh fonts line-fonts`. Missing ones are left out; a seed gives the same line only where
the same fonts are installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from PIL import ImageFont

from prelabel.errors import EngineUnavailable
from synthetic.printing import fonts

_KOREAN_OFFICE = (
    *("NanumGothic", "NanumGothicBold", "NanumGothicExtraBold", "NanumGothicLight", "NanumGothicEco"),
    *("NanumBarunGothic", "NanumBarunGothicBold", "NanumBarunGothicLight", "NanumMyeongjo", "NanumMyeongjoBold"),
    *("NanumMyeongjoExtraBold", "NanumMyeongjoEco", "NanumBarunpenR", "NanumBarunpenB"),
    *("dotum", "gulim", "gulim", "dotum", "LexiSaebomR", "UnBatang", "UnBatangBold", "UnDotum"),
    *("UnDotumBold", "NotoSansCJK-Regular:1", "NotoSansCJK-Bold:1", "NotoSerifCJK-Regular:1", "NotoSerifCJK-Bold:1"),
)
_KOREAN_FIXED = (
    *("NanumGothicCoding", "NanumGothicCodingBold", "D2Coding-Ver1.3.2-20180524-all:0"),
    *("D2Coding-Ver1.3.2-20180524-all:1", "NotoSansCJK-Regular:6", "NotoSansCJK-Bold:6"),
)
_KOREAN_TITLES = (
    *("hline", "UnDinaru", "UnDinaruBold", "UnGraphic", "UnGraphicBold", "UnGungseo", "Bandal", "Bangwool", "Eunjin"),
    *("Guseul", "BMDOHYEON_ttf", "BMHANNAPro", "BMHANNAAir_ttf", "BMJUA_ttf", "UnTaza", "UnYetgul", "UnShinmun"),
    *("UnPilgi", "UnPilgiBold", "UnVada"),
)
_LATIN_OFFICE = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "LiberationSans-Regular"),
    *("LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic", "LiberationSans-BoldItalic"),
    *("LiberationSerif-Regular", "LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSerif-Italic"),
    *("LiberationSerif-BoldItalic", "Roboto-Regular", "Roboto-Bold", "Roboto-Light", "Roboto-Italic"),
    *("OpenSans-Regular", "OpenSans-Bold", "OpenSans-Italic", "FreeSans"),
    *("FreeSerif", "FreeSerifBold", "FreeSerifItalic", "NimbusSans-Regular", "NimbusRoman-Regular", "C059-Roman"),
    *("P052-Roman", "P052-Bold", "URWBookman-Light", "URWGothic-Book", "URWGothic-Demi"),
)
_LATIN_NARROW = (
    *("LiberationSansNarrow-Regular", "LiberationSansNarrow-Bold", "LiberationSansNarrow-Italic"),
    *("DejaVuSansCondensed", "DejaVuSansCondensed-Bold", "DejaVuSerifCondensed", "RobotoCondensed-Regular"),
    *("RobotoCondensed-Bold", "RobotoCondensed-Light", "OpenSans-CondLight", "OpenSans-CondBold"),
    *("NimbusSansNarrow-Regular", "NimbusSansNarrow-Bold"),
)
_LATIN_FIXED = (
    *("DejaVuSansMono", "DejaVuSansMono-Bold", "LiberationMono-Regular", "LiberationMono-Bold", "Courier Prime"),
    *("Courier Prime Bold", "Courier Prime Code", "FreeMono", "FreeMonoBold", "NimbusMonoPS-Regular"),
    *("NimbusMonoPS-Bold", "Inconsolata", "Hack-Regular", "Hack-Bold", "GNUTypewriter", "OCRB"),
)
ROLES = {
    "korean": _KOREAN_OFFICE,
    "korean-fixed": _KOREAN_FIXED,
    "korean-titles": _KOREAN_TITLES,
    "latin": _LATIN_OFFICE,
    "latin-narrow": _LATIN_NARROW,
    "latin-fixed": _LATIN_FIXED,
}
#: Fonts of training that draw the signs that another font lacks.
_SPARE = ("NanumGothic", "DejaVuSans")
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_INSTALL = "scripts/install-system.sh fonts line-fonts"
_NOWHERE = "\uffff"


@dataclass(frozen=True, slots=True)
class LineFace:
    """Names of the fonts of a line: each character comes from the first one that has it."""

    names: tuple[str, ...]

    def runs(self, text: str) -> list[tuple[str, str]] | None:
        """Return the text cut into (part, font's name); None for a character that none of the fonts has."""
        runs: list[tuple[str, str]] = []
        for char in text:
            name = _font_of(self.names, char)
            if name is None:
                return None
            if runs and runs[-1][1] == name:
                runs[-1] = (runs[-1][0] + char, name)
            else:
                runs.append((char, name))
        return runs


def line_face(text: str, rng: Random, *, receipt: bool, held_out: bool, typed: bool = False) -> LineFace:
    """Return a face for the text; `typed`: half of the Latin ones are of typewriters.

    EngineUnavailable where no font for it is installed.
    """
    korean = any(char >= "\u3130" for char in text)
    wanted: list[str] = []
    if rng.random() < (0.35 if korean else 0.85):
        fixed, narrow = (0.5, 0.1) if receipt or typed else (0.12, 0.16)
        draw = rng.random()
        role = "latin-fixed" if draw < fixed else "latin-narrow" if draw < fixed + narrow else "latin"
        wanted.append(_one(role, rng, held_out))
    draw = rng.random()
    fixed, titles = (0.4, 0.03) if receipt else (0.08, 0.1)
    role = "korean-fixed" if draw < fixed else "korean-titles" if draw < fixed + titles else "korean"
    wanted.append(_one(role, rng, held_out))
    return LineFace((*wanted, *(() if held_out else _spare())))


@lru_cache(maxsize=1024)
def load(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return an installed font at that size. KeyError where it is not installed."""
    stem, _, index = name.partition(":")
    return ImageFont.truetype(installed()[stem], size_px, int(index or 0), layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1 << 18)
def advance(name: str, size_px: int, char: str) -> float:
    """Return the pixels from the start of a character to the next one's."""
    return load(name, size_px).getlength(char)


@lru_cache(maxsize=1 << 19)
def _font_of(names: tuple[str, ...], char: str) -> str | None:
    return next((name for name in names if draws(name, char)), None)


@lru_cache(maxsize=1 << 20)
def draws(name: str, char: str) -> bool:
    """Return whether this font has the character: it leaves ink, and other ink than a missing character."""
    if char == " ":
        return True
    if name == "GNUTypewriter" and char not in fonts.POOR_HAS:
        return False
    font = load(name, 24)
    ink = bytes(font.getmask(char))
    return any(ink) and ink != bytes(font.getmask(_NOWHERE))


@cache
def installed() -> dict[str, str]:
    """Return the font files of this machine by their name without ending."""
    files = (file for folder in _FOLDERS for file in sorted(Path(folder).expanduser().rglob("*.[to]t[fc]")))
    return {file.stem: str(file) for file in files}


@cache
def names(role: str, *, held_out: bool) -> tuple[str, ...]:
    """Return the installed fonts of a role; some stand twice and are drawn twice as often.

    `held_out`: of all Korean or all Latin roles, only those that no recogniser trains on.
    """
    wanted = _held_out(korean=role.startswith("korean")) if held_out else ROLES[role]
    return tuple(name for name in wanted if name.partition(":")[0] in installed())


def _held_out(*, korean: bool) -> tuple[str, ...]:
    families = (family for family in fonts.FAMILIES if family.held_out and family.korean == korean)
    return tuple(name for f in families for name in (f.regular, f.bold, f.italic) if name)


def _one(role: str, rng: Random, held_out: bool) -> str:
    found = names(role, held_out=held_out) or names(role.partition("-")[0], held_out=held_out)
    if not found:
        raise EngineUnavailable(f"no {role} font for printed lines is installed: {_INSTALL}")
    return rng.choice(found)


@cache
def _spare() -> tuple[str, ...]:
    return tuple(name for name in _SPARE if name in installed())
