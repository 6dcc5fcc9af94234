"""Fonts by file: which families there are, what each is used for, which characters each can draw.

All are free and come as Debian or Ubuntu packages: `scripts/install-system.sh fonts`. Any part of them will do, as long
as every role has one; but a seed gives the same page only where the same fonts are installed.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from PIL import ImageFont

from prelabel.errors import EngineUnavailable

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_INSTALL = "scripts/install-system.sh fonts"
#: No font has it: what is drawn for it is drawn for every character that is missing.
_NOWHERE = "\uffff"
#: Korean fonts show the won sign in its place, as Korean keyboards do.
_BACKSLASH = "\\"
#: It has a slash for every bracket, and other signs that are not what they should be; another typewriter draws these.
_POOR, _RICH = "GNUTypewriter", "DejaVuSansMono"
_POOR_HAS = frozenset(string.ascii_letters + string.digits + ".,:;-/'\"!?$*+=")


_LATIN = ("sans", "serif", "typewriter")
_KOREAN = ("gothic", "myeongjo")


@dataclass(frozen=True, slots=True)
class Family:
    """File names without their ending; `bold`, `italic`: empty where there is none."""

    role: str
    regular: str
    bold: str = ""
    italic: str = ""

    @property
    def korean(self) -> bool:
        return self.role in _KOREAN


#: Package by package: fonts-dejavu-core, -liberation, -crosextra-carlito, -crosextra-caladea, -courier-prime,
#: -gnutypewriter, -nanum, -baekmuk (hline to batang), -lexi-gulim, -lexi-saebom.
FAMILIES = (
    Family("sans", "DejaVuSans", "DejaVuSans-Bold"),
    Family("serif", "DejaVuSerif", "DejaVuSerif-Bold"),
    Family("typewriter", "DejaVuSansMono", "DejaVuSansMono-Bold"),
    Family("sans", "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic"),
    Family("sans", "LiberationSansNarrow-Regular", "LiberationSansNarrow-Bold", "LiberationSansNarrow-Italic"),
    Family("serif", "LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSerif-Italic"),
    Family("typewriter", "LiberationMono-Regular", "LiberationMono-Bold", "LiberationMono-Italic"),
    Family("sans", "Carlito-Regular", "Carlito-Bold", "Carlito-Italic"),
    Family("serif", "Caladea-Regular", "Caladea-Bold", "Caladea-Italic"),
    Family("typewriter", "Courier Prime", "Courier Prime Bold", "Courier Prime Italic"),
    Family("typewriter", "GNUTypewriter"),
    Family("gothic", "NanumGothic", "NanumGothicBold"),
    Family("gothic", "NanumBarunGothic", "NanumBarunGothicBold"),
    Family("gothic", "NanumSquareR", "NanumSquareB"),
    Family("gothic", "NanumGothicCoding", "NanumGothicCodingBold"),
    Family("myeongjo", "NanumMyeongjo", "NanumMyeongjoBold"),
    Family("gothic", "dotum", "hline"),
    Family("gothic", "gulim", "hline"),
    Family("myeongjo", "batang"),
    Family("gothic", "LexiGulim"),
    Family("myeongjo", "LexiSaebomR"),
)
#: They draw what the fonts of a page lack.
_SPARE = ("NanumGothic", "DejaVuSans")


@dataclass(frozen=True, slots=True)
class Face:
    """Font files that draw one text: each character comes from the first that has it."""

    files: tuple[str, ...]

    def runs(self, text: str) -> list[tuple[str, str]]:
        """The text cut into (part, font file). Raises EngineUnavailable for a character that no installed font has."""
        runs: list[tuple[str, str]] = []
        for char in text:
            file = self._file(char)
            if runs and (runs[-1][1] == file or char == " "):
                runs[-1] = (runs[-1][0] + char, runs[-1][1])
            else:
                runs.append((char, file))
        return runs

    def _file(self, char: str) -> str:
        for file in (*self.files, *_spare()):
            if draws(file, char):
                return file
        raise EngineUnavailable(f"no font on this machine can draw {char!r}: {_INSTALL}")


def face(language: str, rng: Random, *, roles: tuple[str, ...] = (), bold: bool = False, italic: bool = False) -> Face:
    """A face for one language, of these roles where they are named.

    Korean is drawn with a Korean font; its Latin letters and digits, half of the time, with a Latin font before it.
    Raises EngineUnavailable where no font of a role is installed.
    """
    korean = () if language == "en" else _files(_KOREAN, roles, rng, bold, italic)
    latin = _files(_LATIN, roles, rng, bold, italic) if not korean or rng.random() < 0.5 else ()
    return Face(latin + korean)


def _files(among: tuple[str, ...], roles: tuple[str, ...], rng: Random, bold: bool, italic: bool) -> tuple[str, ...]:
    """The files of a family that is installed, in that style where it has it; each role as often as the others."""
    role = rng.choice(tuple(role for role in roles if role in among) or among)
    found = [family for family in FAMILIES if family.role == role and family.regular in installed()]
    if not found:
        raise EngineUnavailable(f"no {role} font is installed: {_INSTALL}")
    family = rng.choice(found)
    wanted = (family.bold if bold else "", family.italic if italic else "", family.regular)
    first = next(installed()[name] for name in wanted if name in installed())
    return (first, installed()[_RICH]) if family.regular == _POOR and _RICH in installed() else (first,)


@cache
def installed() -> dict[str, str]:
    """Files of our families by name without ending."""
    names = {name for family in FAMILIES for name in (family.regular, family.bold, family.italic) if name}
    files = (file for folder in _FOLDERS for file in Path(folder).expanduser().rglob("*.[to]tf"))
    return {file.stem: str(file) for file in files if file.stem in names}


@cache
def _spare() -> tuple[str, ...]:
    return tuple(installed()[name] for name in _SPARE if name in installed())


@lru_cache(maxsize=512)
def load(file: str, size_px: int) -> ImageFont.FreeTypeFont:
    """The font at that size."""
    return ImageFont.truetype(file, size_px)


@cache
def draws(file: str, char: str) -> bool:
    """Whether this font has the character: it leaves ink, and not that of a missing one."""
    if char == " ":
        return True
    if (char == _BACKSLASH and file in _korean_files()) or (file == installed().get(_POOR) and char not in _POOR_HAS):
        return False
    font = load(file, 24)
    ink = bytes(font.getmask(char))
    return any(ink) and ink != bytes(font.getmask(_NOWHERE))


@cache
def _korean_files() -> frozenset[str]:
    names = (name for family in FAMILIES if family.korean for name in (family.regular, family.bold))
    return frozenset(installed()[name] for name in names if name in installed())
