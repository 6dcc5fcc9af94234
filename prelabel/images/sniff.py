"""Kind of a file by its first bytes, so that the message for a refused file names its kind and the cure."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from prelabel.errors import ImageUnreadable

#: The signature of a PDF may stand anywhere in so many first bytes: lines of a web server or a mail may precede it.
HEAD_BYTES = 1024
_CONVERT = "save it as PNG or JPEG"
_NOT_THE_IMAGE = "perhaps an error message of the server it came from: look into it, check address and access rights"

#: (offset, magic bytes, Pillow's name) of each kind that can be read.
_READABLE: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (8, b"WEBP", "WEBP"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"MM\0+", "TIFF"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG2000"),
)

#: (offset, magic bytes, name of the kind, cure) of kinds that people upload by mistake.
_REFUSED: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF", "a PDF", "export each of its pages as one PNG or JPEG"),
    (4, b"ftyphei", "a HEIC photo", f"browsers do not show it: {_CONVERT}"),
    (4, b"ftypmif1", "a HEIF photo", f"browsers do not show it: {_CONVERT}"),
    (0, b"PK\x03\x04", "a ZIP archive or an office document", "export its pages as PNG or JPEG"),
    (0, b"\xd0\xcf\x11\xe0", "an old office document", "export its pages as PNG or JPEG"),
    (0, b"\x1f\x8b", "a gzip archive", "unpack it"),
    (0, b"%!PS", "a PostScript file", "export its pages as PNG or JPEG"),
    (0, b"8BPS", "a Photoshop file", _CONVERT),
    (0, b"\0\0\x01\0", "an icon", _CONVERT),
)

_REFUSED_TEXT: tuple[tuple[bytes, str, str], ...] = (
    (b"<svg", "an SVG drawing", f"{_CONVERT}, at 200 dpi or more"),
    (b"<!doctype html", "an HTML page", _NOT_THE_IMAGE),
    (b"<html", "an HTML page", _NOT_THE_IMAGE),
    (b"{", "JSON", _NOT_THE_IMAGE),
    (b"[", "JSON", _NOT_THE_IMAGE),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of a file. `pillow`: Pillow's name where the kind can be read, else empty; `cure`: advice to the user."""

    pillow: str
    looks_like: str
    cure: str


def sniff(data: bytes) -> Kind:
    """Return the kind of a whole file by its first bytes; its name is wrong more often."""
    for offset, magic, name in _READABLE:
        if data.startswith(magic, offset):
            return Kind(name, f"a {name} image", "check that it opens in a browser, then save it again")
    for offset, magic, looks_like, cure in _REFUSED:
        if data.startswith(magic, offset):
            return Kind("", looks_like, cure)
    return _sniff_text(data)


def is_pdf(head: bytes) -> bool:
    """Return whether the first bytes are those of a PDF, as PDF readers check it; no image begins so."""
    return b"%PDF-" in head[:HEAD_BYTES] and not sniff(head).pillow


def require_image(data: bytes) -> Kind:
    """Return the kind of a file that can be read. Raises ImageUnreadable, whose message names the kind and the cure."""
    kind = sniff(data)
    if not kind.pillow:
        raise ImageUnreadable(f"not an image that can be read but {kind.looks_like}: {kind.cure}")
    return kind


def _sniff_text(data: bytes) -> Kind:
    if not data.strip(b"\0 \r\n\t"):
        return Kind("", "an empty file", "upload it again")
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = head.lower()
    # An HTML page may hold drawings, so it is judged by how it begins; an SVG may begin with a long preamble.
    for magic, looks_like, cure in _REFUSED_TEXT[1:]:
        if lowered.startswith(magic):
            return Kind("", looks_like, cure)
    if _REFUSED_TEXT[0][0] in lowered:
        return Kind("", *_REFUSED_TEXT[0][1:])
    if lowered.startswith(b"<?xml"):
        return Kind("", "an XML file", _NOT_THE_IMAGE)
    if _is_text(head):
        return Kind("", "plain text", _NOT_THE_IMAGE)
    return Kind("", "no known kind of file", _CONVERT)


def _is_text(head: bytes) -> bool:
    """Return whether the bytes are UTF-8 without control characters; the last character may be cut."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char in "\r\n\t\f" for char in text)
