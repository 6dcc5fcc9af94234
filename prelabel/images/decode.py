"""Decoding of image bytes into the image that Label Studio shows; no pixel is decoded before the size is checked.

The first bytes decide the kind of the file, and only the Pillow plugin of that kind opens it. Pillow's process-wide
limits are neither needed nor changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from itertools import count, islice
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from prelabel.errors import ImageTooLarge, ImageUnreadable
from prelabel.images.colours import LOOK, is_colorful
from prelabel.images.sniff import Kind, require_image, sniff

_OPENERS: dict[str, Callable[[BinaryIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
    "AVIF": AvifImageFile,
    "JPEG2000": Jpeg2KImageFile,
}

#: Kinds whose EXIF orientation browsers apply (measured: Chromium 156). Pillow itself turns TIFF; WebP's is ignored.
_ORIENTED = frozenset({"JPEG", "PNG", "AVIF"})

#: Kinds and modes whose decoders hold the whole image several times: one of their pixels counts as so many.
#: Measured in bytes a pixel: JPEG 2000 23, WebP 15, progressive JPEG in CMYK 12, AVIF 9, others 5 to 7.
_COUNTS_AS = {"JPEG2000": 3, "WEBP": 2, "AVIF": 2, "CMYK": 2}

#: EXIF orientation -> the transposition that shows the image upright (EXIF 2.3, tag 0x0112).
_TRANSPOSE: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_EXIF_ORIENTATION = 0x0112
_TIFF = b"II*\0"
_TIFF_SUBFILE_TYPE = 254
_TIFF_THUMBNAIL = 1
#: The most entries of a TIFF that are looked at; a file can hold millions.
_MOST_FRAMES = 1000

#: Pixels that are converted at a time.
_STRIP_PX = 2_000_000


def decode(data: bytes, *, max_pixels: int, gray: bool = False) -> Image.Image:
    """Return the image as Label Studio shows it, mode L or RGB; always L where `gray` is set (cheaper for JPEG).

    An animation gives its first frame. Raises ImageUnreadable, whose message names the kind of the file and the cure,
    and ImageTooLarge before any pixel is decoded.
    """
    kind = require_image(data)
    with _damage(kind, max_pixels):
        return _decode(kind, data, max_pixels, gray)


def decode_page(data: bytes, *, max_pixels: int) -> Image.Image:
    """Return the image as `decode` does: mode RGB where it shows colours, else L, whatever mode the file has.

    The colours of a JPEG are looked for in a small copy, so a gray page costs little more than without the look.
    """
    kind = require_image(data)
    with _damage(kind, max_pixels):
        shown = _decode(kind, data, max_pixels, gray=_is_gray_jpeg(kind, data, max_pixels))
        return shown if shown.mode == "L" or is_colorful(shown.reduce(LOOK)) else shown.convert("L")


def tiff_pages(file: BinaryIO, most: int) -> list[int]:
    """Return the frames of a TIFF that are pages of their own, `most` at most. Raises ImageUnreadable."""
    with _damage(sniff(_TIFF), 0):
        file.seek(0)
        return list(islice(_frames(TiffImageFile(file)), most))


def decode_frame(file: BinaryIO, frame: int, *, max_pixels: int) -> Image.Image:
    """Return one frame of a TIFF, see `tiff_pages`, in mode L or RGB. Raises ImageUnreadable and ImageTooLarge."""
    kind = sniff(_TIFF)
    with _damage(kind, max_pixels):
        file.seek(0)
        image = TiffImageFile(file)
        image.seek(frame)
        _check_size(kind, image, max_pixels)
        image.load()
        return _plain(image, gray=False)


@contextmanager
def _damage(kind: Kind, max_pixels: int) -> Iterator[None]:
    try:
        yield
    except (ImageUnreadable, ImageTooLarge):
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise ImageTooLarge(_too_large("more pixels than fit into memory", max_pixels)) from None
    except Exception as error:  # noqa: BLE001 - damaged files make Pillow's plugins raise nearly anything
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise ImageUnreadable(f"broken or cut short: {kind.looks_like} ({reason}): {kind.cure}") from None


def _decode(kind: Kind, data: bytes, max_pixels: int, gray: bool) -> Image.Image:
    image = _OPENERS[kind.pillow](BytesIO(data))
    _check_size(kind, image, max_pixels)
    if isinstance(image, TiffImageFile):
        _refuse_several_pages(image)
    if gray and isinstance(image, JpegImageFile):
        image.draft("L", None)
    image.load()
    return _oriented(_plain(image, gray), _orientation(kind, image))


def _is_gray_jpeg(kind: Kind, data: bytes, max_pixels: int) -> bool:
    """Return whether the file is a JPEG that shows no colours."""
    if kind.pillow != "JPEG":
        return False
    image = JpegImageFile(BytesIO(data))
    _check_size(kind, image, max_pixels)
    if image.mode != "RGB":
        return image.mode == "L"
    image.draft("RGB", (max(1, image.width // LOOK), max(1, image.height // LOOK)))
    image.load()
    return not is_colorful(image)


def _check_size(kind: Kind, image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    allowed = max_pixels // (_COUNTS_AS.get(kind.pillow) or _COUNTS_AS.get(image.mode, 1))
    if width * height > allowed:
        raise ImageTooLarge(_too_large(f"{width} x {height} pixels", allowed))
    if not width * height:
        raise ImageUnreadable(f"{kind.looks_like} without a single pixel: {kind.cure}")


def _too_large(what: str, max_pixels: int) -> str:
    return f"{what}, {max_pixels} allowed: save the image smaller, or raise PRELABEL_MAX_IMAGE_PIXELS"


def _refuse_several_pages(image: TiffImageFile) -> None:
    pages = len(list(_frames(image, _MOST_FRAMES)))
    image.seek(0)
    if pages > 1:
        raise ImageUnreadable(
            f"a TIFF with {pages} pages, and a page is one image: split it into one file a page "
            "(`tiffsplit FILE`, or `convert FILE page-%03d.png`)"
        )


def _frames(image: TiffImageFile, most: int | None = None) -> Iterator[int]:
    """Yield the frames that are pages; the reduced copies that cameras and viewers add are not.

    `most`: the number of frames that are looked at.
    """
    yield 0
    for frame in count(1) if most is None else range(1, most):
        try:
            image.seek(frame)
        except EOFError:
            return
        if not int(image.tag_v2.get(_TIFF_SUBFILE_TYPE, 0)) & _TIFF_THUMBNAIL:
            yield frame


def _plain(image: Image.Image, gray: bool) -> Image.Image:
    """Convert to mode L or RGB: transparency on white, deep pixels brought to 8 bit.

    Conversion goes strip by strip, because a pixel takes up to 20 bytes meanwhile. Measured on 100 million pixels: 0.6
    GB, and 2.0 GB at once.
    """
    if _is_plain(image, gray):
        return image
    convert = _eight_bit(image) if _is_deep(image) else partial(_shallow, gray=gray)
    plain: Image.Image | None = None
    for top, strip in _strips(image):
        part = convert(strip)
        plain = plain or Image.new(part.mode, image.size)
        plain.paste(part, (0, top))
    assert plain is not None  # noqa: S101  (images without a pixel have been refused)
    return plain


def _is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I") or image.mode == "F"


def _is_clear(image: Image.Image) -> bool:
    return "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info


def _is_plain(image: Image.Image, gray: bool) -> bool:
    return not _is_clear(image) and image.mode in ({"L"} if gray else {"L", "RGB"})


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Yield (first row, strip) from top to bottom."""
    rows = max(1, _STRIP_PX // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _shallow(image: Image.Image, gray: bool) -> Image.Image:
    if _is_clear(image):
        image = _on_white(image)
    if image.mode in {"1", "L"}:
        return image.convert("L")
    color = image if image.mode == "RGB" else image.convert("RGB")
    return color.convert("L") if gray else color


def _on_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _eight_bit(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Return the function that brings strips of 16-bit, 32-bit and float gray to mode L.

    White is 65535 for 16-bit pixels that use their range, else the brightest pixel of the whole image.
    """
    extremes = [(float(pixels.min()), float(pixels.max())) for pixels in (_numbers(s) for _, s in _strips(image))]
    low, high = min(0.0, *(least for least, _ in extremes)), max(most for _, most in extremes)
    twelve_bit = 4095
    white = 65535.0 if image.mode.startswith("I;16") and high > twelve_bit else high
    span = max(white - low, 1e-6)
    return lambda strip: Image.fromarray(((_numbers(strip) - low) * (255.0 / span)).clip(0, 255).astype(np.uint8))


def _numbers(image: Image.Image) -> Any:
    return np.nan_to_num(np.asarray(image).astype(np.float32))


def _oriented(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TRANSPOSE.get(orientation)
    return image if turn is None else image.transpose(turn)


def _orientation(kind: Kind, image: Image.Image) -> int:
    """Return the orientation in the EXIF block alone: Pillow also obeys XMP, browsers do not."""
    block = image.info.get("exif")
    if kind.pillow not in _ORIENTED or not block:
        return 1
    exif = Image.Exif()
    try:
        exif.load(block)
        return int(exif.get(_EXIF_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a damaged EXIF block is ignored, as browsers do
        return 1
