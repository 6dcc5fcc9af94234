"""Two hundred generated bad files: damaged, with false headers, in rare formats, huge, or no image at all.

`python -m tests.support.bad_files [--heavy | --third]` reads each file as a worker does and prints one line of JSON
per file.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.support.ocr_pages import ENGLISH, encoded, printed

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000")
MAGIC = {
    "JPEG": b"\xff\xd8\xff\xe0",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "WEBP": b"RIFF\x10\0\0\0WEBP",
    "GIF": b"GIF89a",
    "BMP": b"BM",
    "TIFF": b"II*\0",
    "AVIF": b"\0\0\0\x1cftypavif",
    "JPEG2000": b"\0\0\0\x0cjP  \r\n\x87\n",
}

#: Name and bytes of a file. Files are generated one at a time, because some are large.
Bad = tuple[str, bytes]


def corpus(*, heavy: bool = False) -> Iterator[Bad]:
    """Yield the files, each with a unique name; with `heavy` only the files that take minutes."""
    if heavy:
        yield from _heavy()
        return
    for part in (
        _cut,
        _damaged,
        _disguised,
        _polyglots,
        _tiny,
        _thin,
        _false_sizes,
        _bombs,
        _modes,
        _exif,
        _frames,
        _others,
    ):
        for name, data in part():
            yield f"{part.__name__[1:]}: {name}", data
    yield from ((f"pdf: {name}", data) for name, data in _pdfs())


def page() -> Image.Image:
    """Return a small page with words."""
    return printed(ENGLISH[:2], dpi=72).image


def _cut() -> Iterator[Bad]:
    for kind in KINDS:
        for share in (0.02, 0.3, 0.7, 0.999):
            yield f"{kind} {share:.1%}", _share(encoded(page(), kind), share)


def _share(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def _damaged() -> Iterator[Bad]:
    for kind in KINDS:
        for seed in range(4):
            yield f"{kind} {seed}", _with_flips(encoded(page(), kind), seed)


def _with_flips(data: bytes, seed: int) -> bytes:
    random, bad = np.random.default_rng(seed), bytearray(data)
    for place in random.integers(4, len(bad), 3 + 10 * seed):
        bad[place] = random.integers(0, 256)
    return bytes(bad)


def _disguised() -> Iterator[Bad]:
    """Yield files with the first bytes of one kind and the body of another."""
    for kind, other in zip(KINDS, (*KINDS[1:], KINDS[0]), strict=True):
        head = MAGIC[kind]
        yield f"{other} as {kind}", head + encoded(page(), other)[len(head) :]
        yield f"{other} after {kind}", head + encoded(page(), other)


def _polyglots() -> Iterator[Bad]:
    for kind in ("PNG", "JPEG", "GIF", "BMP"):
        yield f"zip after {kind}", encoded(page(), kind) + _zip()
    yield "zip in a png chunk", _png(60, 40, bytes(61 * 40), (b"zIPx", _zip()))
    yield "html after gif", encoded(page(), "GIF") + b"<script>alert(1)</script>"
    yield "pdf in a png chunk", _png(60, 40, bytes(61 * 40), (b"pDFx", b"%PDF-1.7\n%%EOF"))
    yield "png after 1 MB of zeros", bytes(2**20) + encoded(page(), "PNG")
    yield "png with 4 MB behind it", encoded(page(), "PNG") + bytes(2**22)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/passwd", bytes(10**6))
    return out.getvalue()


def _tiny() -> Iterator[Bad]:
    for kind in KINDS:
        yield f"first bytes of {kind}", MAGIC[kind]
        yield f"first bytes of {kind} and zeros", MAGIC[kind] + bytes(200)
        yield f"{kind} of 1 x 1", encoded(Image.new("L", (1, 1), 7), kind)
        yield f"{kind} of 3 x 2", encoded(Image.new("RGB", (3, 2), (200, 10, 9)), kind)
    yield "nothing", b""
    yield "a zero", b"\0"
    yield "white space", b" \r\n\t" * 9


def _thin() -> Iterator[Bad]:
    lined = Image.fromarray(np.tile(np.repeat(np.array([[0], [255]], np.uint8), 15, axis=0), (1, 30_000)))
    for width, height in ((30_000, 1), (1, 30_000), (30_000, 30), (30, 30_000)):
        yield f"PNG of {width} x {height}", encoded(Image.new("L", (width, height), 255))
    yield "lined JPEG of 30000 x 30", encoded(lined, "JPEG")
    yield "lined TIFF of 30 x 30000", encoded(lined.transpose(Image.Transpose.ROTATE_90), "TIFF")
    yield "WEBP of 16383 x 20", encoded(Image.new("L", (16_383, 20), 9), "WEBP")
    yield "black PNG of 30000 x 3000", _png(30_000, 3000, bytes(30_001 * 3000))


def _false_sizes() -> Iterator[Bad]:
    most = 2**31 - 1
    for width, height in ((60_000, 60_000), (most, most), (0, 10), (10, 0), (1, most), (900, 900), (3, 3)):
        yield f"PNG that says {width} x {height}", _png(width, height, bytes(10_000))
    yield "PNG of 7 bits", _png(60, 40, bytes(2440), depth=7)
    yield "PNG of colour type 5", _png(60, 40, bytes(2440), colour=5)
    yield "PNG without IDAT", MAGIC["PNG"] + _chunk(b"IHDR", _ihdr(9, 9)) + _chunk(b"IEND", b"")
    yield "PNG with a chunk of 2 GB", MAGIC["PNG"] + struct.pack(">I", 2**31 - 1) + b"IHDR" + bytes(30)
    for width, height in ((2**31 - 1, 1), (60, -(2**31)), (0, 0), (-60, 40), (60_000, 60_000)):
        yield f"BMP that says {width} x {height}", _patched("BMP", 18, "<ii", width, height)
    yield "GIF that says 65535 x 65535", _patched("GIF", 6, "<HH", 65_535, 65_535)
    yield "JPEG that says 65535 x 65535", _jpeg_that_says(65_535, 65_535)
    yield "JPEG that says 0 x 0", _jpeg_that_says(0, 0)
    yield "JPEG 2000 that says 4 G x 4 G", _after(encoded(page(), "JPEG2000"), b"ihdr", 2**32 - 1, 2**32 - 1)
    yield "JPEG 2000 that says 9000 x 9000", _after(encoded(page(), "JPEG2000"), b"ihdr", 9000, 9000)
    yield "AVIF that says 65535 x 65535", _after(encoded(page(), "AVIF"), b"ispe\0\0\0\0", 65_535, 65_535)
    yield "TIFF that says 60000 x 60000", _tiff(60_000, 60_000, b"")
    yield "TIFF whose strip lies elsewhere", _tiff(60, 40, b"", offset=2**31)


def _patched(kind: str, offset: int, form: str, *values: int) -> bytes:
    data = bytearray(encoded(page(), kind))
    struct.pack_into(form, data, offset, *values)
    return bytes(data)


def _after(data: bytes, mark: bytes, *values: int) -> bytes:
    """Return the data with `values` in place of the four-byte numbers that follow `mark`."""
    place = data.index(mark) + len(mark)
    numbers = struct.pack(f">{len(values)}I", *values)
    return data[:place] + numbers + data[place + len(numbers) :]


def _jpeg_that_says(width: int, height: int) -> bytes:
    data = encoded(page(), "JPEG")
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def _bombs() -> Iterator[Bad]:
    """Yield small files that expand to very many pixels (up to PRELABEL_MAX_IMAGE_PIXELS, or more) or bytes."""
    yield "PNG, 99 MP, RGBA", _png(9950, 9950, _zeros(9950 * (4 * 9950 + 1)), colour=6)
    yield "PNG, 101 MP", _png(10_050, 10_050, _zeros(1))
    yield "PNG, 100 MB behind 30 x 30", _png(30, 30, _zeros(10**8))
    yield "PNG, 100 MB of text", _png(60, 40, bytes(2440), (b"zTXt", b"k\0\0" + _zeros(10**8)))
    yield "PNG, 100 MB of colour profile", _png(60, 40, bytes(2440), (b"iCCP", b"k\0\0" + _zeros(10**8)))
    yield "PNG, 20000 texts", _png(60, 40, bytes(2440), *[(b"tEXt", b"k%d\0x" % n) for n in range(20_000)])
    yield "TIFF, 100000 directories", _many_directories(100_000)
    yield "TIFF, a directory that leads to itself", _tiff(60, 40, _zeros(2400), following=8)
    yield "GIF, 99 MP around 1 x 1", _patched_size(encoded(Image.new("L", (1, 1)), "GIF"), 9950, 9950)
    yield (
        "WEBP whose canvas is 1 x 1",
        _after(encoded(Image.new("RGBA", (9, 9)), "WEBP", exif=b"x"), b"VP8X\n\0\0\0", 0, 0),
    )
    yield "JPEG 2000, 34 MP", _after(encoded(page(), "JPEG2000"), b"ihdr", 5900, 5900)


def _heavy() -> Iterator[Bad]:
    """Yield the most expensive file of each kind within the limits, and the most expensive page to read."""
    yield "PNG, 99 MP, 16 bit", _png(9950, 9950, _zeros(9950 * (2 * 9950 + 1)), depth=16)
    yield "PNG, 99 MP, one bit", _png(9952, 9952, _zeros(9952 * (9952 // 8 + 1)), depth=1)
    yield "PNG, 1 GB behind 30 x 30", _png(30, 30, _zeros(10**9))
    yield "TIFF, 90 MP, RGBA, one strip", _tiff(9500, 9500, _zeros(4 * 9500 * 9500), samples=4)
    yield "TIFF, 99 MP, float", _tiff(9950, 9950, _zeros(4 * 9950 * 9950), bits=32)
    yield "WEBP, 49 MP", encoded(Image.new("RGB", (7000, 7000)), "WEBP", method=0)
    yield "JPEG, 49 MP, CMYK, progressive", encoded(Image.new("CMYK", (7000, 7000)), "JPEG", progressive=True)
    yield "JPEG, 99 MP, progressive", encoded(Image.new("RGB", (9950, 9950)), "JPEG", progressive=True)
    yield "AVIF, 49 MP", encoded(Image.new("RGB", (7000, 7000)), "AVIF", speed=10)
    yield "JPEG 2000, 33 MP", encoded(Image.new("RGB", (6000, 5500)), "JPEG2000")
    yield "PNG of 30000 x 3300, full of words", encoded(_full_of_words(30_000, 3300))


def _full_of_words(width: int, height: int) -> Image.Image:
    one, sheet = printed().image, Image.new("L", (width, height), 255)
    for x in range(0, width, one.width):
        for y in range(0, height, one.height):
            sheet.paste(one, (x, y))
    return sheet


def _zeros(count: int) -> _Packed:
    """Return `count` zero bytes, deflated block by block."""
    packer, out, block = zlib.compressobj(1), bytearray(), bytes(2**20)
    for _ in range(count // len(block)):
        out += packer.compress(block)
    return _Packed(bytes(out + packer.compress(bytes(count % len(block))) + packer.flush()))


class _Packed(bytes):
    """Deflated bytes."""


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _ihdr(width: int, height: int, depth: int = 8, colour: int = 0) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def _png(width: int, height: int, rows: bytes, *more: tuple[bytes, bytes], depth: int = 8, colour: int = 0) -> bytes:
    packed = rows if isinstance(rows, _Packed) else zlib.compress(rows)
    chunks = [(b"IHDR", _ihdr(width, height, depth, colour)), *more, (b"IDAT", packed), (b"IEND", b"")]
    return MAGIC["PNG"] + b"".join(_chunk(name, body) for name, body in chunks)


#: Bytes before the strip: header, directory of eleven entries, offset of the next directory.
_TIFF_HEAD = 8 + 2 + 12 * 11 + 4


def _tiff(
    width: int,
    height: int,
    strip: bytes,
    *,
    samples: int = 1,
    bits: int = 8,
    offset: int | None = None,
    following: int = 0,
) -> bytes:
    """Return a TIFF file: one directory at byte 8, followed by one deflated strip."""
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, bits),
        (259, 3, 1, 8),
        (262, 3, 1, 2 if samples > 2 else 1),
        (273, 4, 1, _TIFF_HEAD if offset is None else offset),
        (277, 3, 1, samples),
        (278, 4, 1, height),
        (279, 4, 1, len(strip)),
        (338, 3, 1, 2) if samples == 4 else (296, 3, 1, 1),
        (339, 3, 1, 3 if bits == 32 else 1),
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    return struct.pack("<4sIH", b"II*\0", 8, len(tags)) + entries + struct.pack("<I", following) + strip


def _many_directories(count: int) -> bytes:
    first = _tiff(60, 40, b"", following=_TIFF_HEAD)
    size = 2 + 12 + 4
    return first + b"".join(
        struct.pack("<HHHIII", 1, 256, 4, 1, 60, len(first) + size * (n + 1) if n < count - 1 else 0)
        for n in range(count)
    )


def _patched_size(data: bytes, width: int, height: int) -> bytes:
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def _modes() -> Iterator[Bad]:
    for mode, kind in (
        *(("1", "PNG"), ("1", "TIFF"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("RGBA", "WEBP"), ("P", "GIF")),
        *(("CMYK", "JPEG"), ("CMYK", "TIFF"), ("LAB", "TIFF"), ("YCbCr", "TIFF"), ("RGBA", "AVIF"), ("P", "BMP")),
        *(("RGBA", "BMP"), ("I", "TIFF"), ("F", "TIFF"), ("RGBA", "JPEG2000"), ("LA", "TIFF"), ("RGBA", "TIFF")),
    ):
        yield f"{mode} {kind}", encoded(_in_mode(mode), kind)
    yield "palette with one clear colour", encoded(page().convert("P"), transparency=0)
    yield "palette with a table of clearness", encoded(page().convert("P"), transparency=bytes(range(256)))
    yield (
        "palette of two colours and an index beyond",
        _png(60, 40, bytes([0, *[200] * 60]) * 40, (b"PLTE", bytes(6)), colour=3),
    )
    yield "palette image without a palette", _png(60, 40, bytes(61 * 40), colour=3)
    yield "gray with a clear colour", encoded(page(), transparency=255)
    yield "16 bit PNG", encoded(Image.fromarray(np.asarray(page()).astype(np.uint16) * 257))
    yield "floats without numbers", encoded(Image.fromarray(np.full((40, 60), np.nan, np.float32)), "TIFF")
    yield "floats without end", encoded(Image.fromarray(np.full((40, 60), np.inf, np.float32)), "TIFF")
    yield "group 4 fax", encoded(page().convert("1"), "TIFF", compression="group4")
    yield "LZW", encoded(page(), "TIFF", compression="tiff_lzw")
    yield "JPEG in TIFF", encoded(page().convert("RGB"), "TIFF", compression="jpeg")


def _in_mode(mode: str) -> Image.Image:
    return page().convert("RGB").convert(mode) if mode not in {"I", "F"} else page().convert(mode)


def _exif() -> Iterator[Bad]:
    for value in (0, 9, 65_535, 6):
        yield f"orientation {value}", _jpeg_with_exif(_ifd((0x0112, 3, 1, value)))
    yield "orientation in letters", _jpeg_with_exif(_ifd((0x0112, 2, 4, 0x41414141)))
    yield "orientation of a thousand numbers", _jpeg_with_exif(_ifd((0x0112, 3, 1000, 8)))
    yield "a directory that leads to itself", _jpeg_with_exif(_ifd((0x8769, 4, 1, 8), following=8))
    yield "65535 entries, none there", _jpeg_with_exif(b"II*\0\x08\0\0\0\xff\xff")
    yield "half a header", _jpeg_with_exif(b"II")
    yield "60 kB of noise", _jpeg_with_exif(np.random.default_rng(1).bytes(60_000))
    yield "noise in a png", _png(60, 40, bytes(2440), (b"eXIf", np.random.default_rng(2).bytes(900)))
    xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + b"<x>" * 300_000
    yield "XMP of a megabyte", _png(60, 40, bytes(2440), (b"iTXt", xmp))


def _jpeg_with_exif(block: bytes) -> bytes:
    return encoded(page(), "JPEG", exif=b"Exif\0\0" + block)


def _ifd(entry: tuple[int, int, int, int], following: int = 0) -> bytes:
    return struct.pack("<4sIHHHIII", b"II*\0", 8, 1, *entry, following)


def _frames() -> Iterator[Bad]:
    black = [Image.new("L", page().size, shade) for shade in range(0, 200, 10)]
    for kind in ("GIF", "WEBP", "PNG", "AVIF", "TIFF"):
        yield f"{kind} of 21", encoded(page(), kind, save_all=True, append_images=black)
    yield "PNG that says 4 G of them", _png(60, 40, bytes(2440), (b"acTL", struct.pack(">II", 2**32 - 1, 0)))
    yield "GIF whose second is cut", encoded(page(), "GIF", save_all=True, append_images=black)[:-500]


def _others() -> Iterator[Bad]:
    laugh = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    texts = {
        "SVG": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        "SVG that laughs": f"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY l0 'ha'>{laugh}]><svg>&l11;</svg>",
        "XML that reads files": "<?xml version='1.0'?><!DOCTYPE s [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><s>&e;</s>",
        "HTML": "<!doctype html><p>log in",
        "JSON": '{"detail": "no"}',
        "text": "not found",
        "PostScript": "%!PS\n(/etc/passwd) (r) file",
        "script": "#!/bin/sh\nrm -rf /",
        "URL": "[InternetShortcut]\nURL=file:///etc/passwd",
        "MVG": "push graphic-context\nviewbox 0 0 9 9\nfill 'url(https://127.0.0.1/)'\npop graphic-context",
    }
    for name, text in texts.items():
        yield name, text.encode()
    yield "UTF-16", "not found".encode("utf-16")
    yield "ZIP", _zip()
    yield "gzip of gzip", gzip.compress(gzip.compress(bytes(10**7)))
    yield "tar", _tar()
    yield "old Word document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "HEIC", b"\0\0\0\x18ftypheic" + bytes(200)
    yield "MP4", b"\0\0\0\x18ftypisom" + bytes(200)
    yield "icon", encoded(page().resize((32, 32)), "ICO")
    yield "program", b"\x7fELF\x02\x01\x01" + bytes(200)
    yield "noise", np.random.default_rng(3).bytes(5000)
    yield "PDF in place of an image", encoded(page(), "PDF")


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../../etc/passwd"), io.BytesIO())
    return out.getvalue()


def _pdfs() -> Iterator[Bad]:
    yield "empty", b""
    yield "head alone", b"%PDF-1.7\n"
    yield "cut", encoded(page(), "PDF")[:400]
    yield "damaged", _with_flips(encoded(page(), "PDF"), 5)
    yield "noise behind its head", b"%PDF-1.4\n" + np.random.default_rng(4).bytes(9000)
    yield "asks for a password", _encrypted()
    yield "no pages", _pdf(b"<< /Type /Pages /Kids [] /Count 0 >>")
    yield "pages that are their own parents", _pdf(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    yield "says a billion pages", _pdf(b"<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>", _sheet(612, 792))
    yield "a page of a square kilometre", _pdf(_KIDS, _sheet(2_834_646, 2_834_646))
    yield "a page without size", _pdf(_KIDS, _sheet(0, 0))
    yield "a page of minus one", _pdf(_KIDS, _sheet(-1, -1))
    yield "a picture of 60000 x 60000", _pdf_picture(60_000, 60_000, _zeros(10**6))
    yield "a picture of 9000 x 9000", _pdf_picture(9000, 9000, _zeros(9000 * 9000))
    yield "a form that draws itself", _pdf(_KIDS, _sheet(612, 792, b"/X0 Do"), _FORM)
    drawing = b"<< /Filter /FlateDecode /Length %d >>"
    yield "100 MB of drawing", _pdf(_KIDS, _sheet(612, 792), drawing, _zeros(10**8))


_KIDS = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_FORM = (
    b"<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /XObject << /X0 4 0 R >> >> /Length 6 >>\n"
    b"stream\n/X0 Do\nendstream"
)


def _sheet(width: int, height: int, _: bytes = b"") -> bytes:
    resources = b"<< /XObject << /X0 4 0 R >> >>"
    box = b"[0 0 %d %d]" % (width, height)
    return b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources %s /Contents 4 0 R >>" % (box, resources)


def _pdf_picture(width: int, height: int, pixels: bytes) -> bytes:
    head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
    picture = head % (width, height) + b" /Filter /FlateDecode /Length %d >>"
    drawing = b"<< /Length 28 >>\nstream\nq 612 0 0 792 0 0 cm /X0 Do Q\nendstream"
    page_object = _sheet(612, 792).replace(b"/Contents 4", b"/Contents 5")
    return _pdf(_KIDS, page_object, picture, pixels, drawing)


def _pdf(*objects: bytes) -> bytes:
    """Return a PDF file with the objects 2, 3, ...; a `_Packed` object is the stream of the object before it."""
    out, number = bytearray(b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"), 1
    for index, body in enumerate(objects):
        if isinstance(body, _Packed):
            continue
        number += 1
        follows = objects[index + 1] if index + 1 < len(objects) else b""
        if isinstance(follows, _Packed):
            body = body % len(follows) + b"\nstream\n" + follows + b"\nendstream"
        out += b"%d 0 obj %s endobj\n" % (number, body)
    return bytes(out + b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF")


def _encrypted() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    sheet = Canvas(out, encrypt=StandardEncryption("secret"))
    sheet.drawString(90, 700, "Invoice")
    sheet.save()
    return out.getvalue()


def main() -> None:
    from prelabel.errors import DocumentError, PageError
    from prelabel.ocr.engines import choice_for
    from prelabel.settings import Settings

    settings = Settings(_env_file=None, ocr="tesseract", languages="eng")
    choice = choice_for(settings, settings.for_project(0))
    warnings.simplefilter("ignore")
    files = corpus(heavy="--heavy" in sys.argv)
    for name, data in islice(files, None, None, 3 if "--third" in sys.argv else 1):
        began = time.process_time()
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak without the generation of the file
        try:
            words = (_read_pdf if name.startswith("pdf:") else _read)(data, settings, choice)
            outcome, message = "read", f"{words} words"
        except (DocumentError, PageError) as error:
            outcome, message = error.code, str(error)
        except Exception as error:  # noqa: BLE001 - the test checks for unexpected errors
            outcome, message = "crash", f"{type(error).__name__}: {error}"
        row = {"name": name, "outcome": outcome, "message": message, "peak_mb": _peak_mb()}
        sys.stdout.write(json.dumps(row | {"cpu_s": round(time.process_time() - began, 2)}) + "\n")
        sys.stdout.flush()


def _peak_mb() -> int:
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1]) // 1024


def _read(data: bytes, settings: Any, choice: Any) -> int:
    from prelabel.ocr.reading import read_page

    return len(read_page(data, choice, max_pixels=settings.max_image_pixels).words)


def _read_pdf(data: bytes, settings: Any, choice: Any) -> int:
    from prelabel.ocr.reading import read_image
    from prelabel.pdf.document import open_pdf

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bad.pdf"
        path.write_bytes(data)
        with open_pdf(path) as pdf:
            page = pdf.page(1, dpi=settings.pdf_dpi, max_pixels=settings.max_image_pixels)
            return len(read_image(page.image, choice, page.layer).words)


if __name__ == "__main__":
    main()
