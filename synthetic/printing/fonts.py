"""Fonts by file: families, their roles, and the characters that each font can draw.

All are free and come as Debian or Ubuntu packages: `scripts/install-system.sh fonts`. Some of them are enough as long
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
#: A character of no font: its ink is that of every missing character.
_NOWHERE = "\uffff"
#: Korean fonts draw the won sign for it.
_BACKSLASH = "\\"
#: The poor typewriter font draws a slash for every bracket, and other wrong signs; the rich one draws these instead.
_POOR, _RICH = "GNUTypewriter", "DejaVuSansMono"
#: Characters that the poor font draws right.
POOR_HAS = frozenset(string.ascii_letters + string.digits + ".,:;-/'\"!?$*+=")


_LATIN = ("sans", "serif", "typewriter")
_KOREAN = ("gothic", "myeongjo")
#: Writing by hand, Latin and Korean.
_PEN = ("pen",)


@dataclass(frozen=True, slots=True)
class FontFamily:
    """File names of a family without their ending; `bold`, `italic`: empty where there is none.

    `held_out`: no recogniser may train on it, so that evaluation can judge print of unseen fonts.
    """

    role: str
    regular: str
    bold: str = ""
    italic: str = ""
    held_out: bool = False

    @property
    def korean(self) -> bool:
        return self.role in (*_KOREAN, *_PEN)


#: Package by package: fonts-dejavu-core, -liberation, -crosextra-carlito, -crosextra-caladea, -courier-prime,
#: -gnutypewriter, -nanum, -baekmuk (hline to batang), -lexi-gulim, -lexi-saebom, -nanum-extra.
FAMILIES = (
    FontFamily("sans", "DejaVuSans", "DejaVuSans-Bold"),
    FontFamily("serif", "DejaVuSerif", "DejaVuSerif-Bold"),
    FontFamily("typewriter", "DejaVuSansMono", "DejaVuSansMono-Bold"),
    FontFamily("sans", "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic"),
    FontFamily("sans", "LiberationSansNarrow-Regular", "LiberationSansNarrow-Bold", "LiberationSansNarrow-Italic"),
    FontFamily("serif", "LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSerif-Italic"),
    FontFamily("typewriter", "LiberationMono-Regular", "LiberationMono-Bold", "LiberationMono-Italic"),
    FontFamily("sans", "Carlito-Regular", "Carlito-Bold", "Carlito-Italic", held_out=True),
    FontFamily("serif", "Caladea-Regular", "Caladea-Bold", "Caladea-Italic", held_out=True),
    FontFamily("typewriter", "Courier Prime", "Courier Prime Bold", "Courier Prime Italic"),
    FontFamily("typewriter", "GNUTypewriter"),
    FontFamily("gothic", "NanumGothic", "NanumGothicBold"),
    FontFamily("gothic", "NanumBarunGothic", "NanumBarunGothicBold"),
    FontFamily("gothic", "NanumSquareR", "NanumSquareB", held_out=True),
    FontFamily("gothic", "NanumGothicCoding", "NanumGothicCodingBold"),
    FontFamily("myeongjo", "NanumMyeongjo", "NanumMyeongjoBold"),
    FontFamily("gothic", "dotum", "hline"),
    FontFamily("gothic", "gulim", "hline"),
    FontFamily("myeongjo", "batang", held_out=True),
    FontFamily("gothic", "LexiGulim", held_out=True),
    FontFamily("myeongjo", "LexiSaebomR"),
    FontFamily("pen", "NanumPen"),
    FontFamily("pen", "NanumBrush"),
)
#: Fonts for characters that the fonts of a page lack.
_SPARE = ("NanumGothic", "DejaVuSans")


@dataclass(frozen=True, slots=True)
class Face:
    """Font files that draw one text: each character comes from the first file that has it."""

    files: tuple[str, ...]

    def runs(self, text: str) -> list[tuple[str, str]]:
        """Return the text cut into (part, font file). EngineUnavailable for a character that no installed font has."""
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


def face(
    language: str,
    rng: Random,
    *,
    roles: tuple[str, ...] = (),
    bold: bool = False,
    italic: bool = False,
    held_out: bool | None = None,
) -> Face:
    """Return a face for one language, of one of these roles if any are named.

    Korean gets a Korean font; in half of the faces a Latin font draws its Latin letters and digits. `held_out`: only
    families that are held out of training, or that are not; None: any. No typewriter is held out: another role of the
    language takes its place. Raises EngineUnavailable where no font of a role is installed.
    """
    korean = () if language == "en" else _files(_KOREAN, roles, rng, bold, italic, held_out)
    latin = _files(_LATIN, roles, rng, bold, italic, held_out) if not korean or rng.random() < 0.5 else ()
    return Face(latin + korean)


def pen_face(rng: Random) -> Face:
    """Return a face of pen or brush. EngineUnavailable where none is installed."""
    return Face(_files(_PEN, (), rng, bold=False, italic=False, held_out=None))


def _files(
    among: tuple[str, ...], roles: tuple[str, ...], rng: Random, bold: bool, italic: bool, held_out: bool | None
) -> tuple[str, ...]:
    """Return the files of an installed family, in that style if it has it; each role is drawn equally often."""
    families = [family for family in FAMILIES if held_out is None or family.held_out == held_out]
    among = tuple(role for role in among if any(family.role == role for family in families))
    role = rng.choice(tuple(role for role in roles if role in among) or among)
    found = [family for family in families if family.role == role and family.regular in installed()]
    if not found:
        raise EngineUnavailable(f"no {role} font is installed: {_INSTALL}")
    family = rng.choice(found)
    wanted = (family.bold if bold else "", family.italic if italic else "", family.regular)
    first = next(installed()[name] for name in wanted if name in installed())
    return (first, installed()[_RICH]) if family.regular == _POOR and _RICH in installed() else (first,)


@cache
def installed() -> dict[str, str]:
    """Return the files of these families by name without ending."""
    names = {name for family in FAMILIES for name in (family.regular, family.bold, family.italic) if name}
    files = (file for folder in _FOLDERS for file in Path(folder).expanduser().rglob("*.[to]tf"))
    return {file.stem: str(file) for file in files if file.stem in names}


@cache
def family_name(file: str) -> str:
    """Return the name of the family of a font file: that of its regular font."""
    stem = Path(file).stem
    return next((f.regular for f in FAMILIES if stem in (f.regular, f.bold, f.italic)), stem)


@cache
def _spare() -> tuple[str, ...]:
    return tuple(installed()[name] for name in _SPARE if name in installed())


@lru_cache(maxsize=512)
def load(file: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return the font at that size."""
    return ImageFont.truetype(file, size_px)


@cache
def draws(file: str, char: str) -> bool:
    """Return whether this font has the character: it leaves ink, and other ink than a missing character."""
    if char == " ":
        return True
    if (char == _BACKSLASH and file in _korean_files()) or (file == installed().get(_POOR) and char not in POOR_HAS):
        return False
    font = load(file, 24)
    ink = bytes(font.getmask(char))
    return any(ink) and ink != bytes(font.getmask(_NOWHERE))


@cache
def _korean_files() -> frozenset[str]:
    names = (name for family in FAMILIES if family.korean for name in (family.regular, family.bold))
    return frozenset(installed()[name] for name in names if name in installed())
