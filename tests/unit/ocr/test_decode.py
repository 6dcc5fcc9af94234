"""Files of every kind: each becomes the image that a browser shows, or an error of one line that names the cure."""

from __future__ import annotations

import contextlib
import struct
import threading
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageFile

from prelabel.errors import ImageTooLarge, ImageUnreadable
from prelabel.images.decode import decode, decode_page
from tests.support.ocr_pages import encoded, with_orientation

LIMIT = 1_000_000


def marked(mode: str = "RGB") -> Image.Image:
    """Draw a white page, 60 x 40, with a black corner at the top left and a gray one at the bottom right."""
    image = Image.new("RGB", (60, 40), "white")
    image.paste((0, 0, 0), (0, 0, 16, 8))
    image.paste((128, 128, 128), (40, 32, 60, 40))
    return image.convert(mode)


def looks_marked(image: Image.Image) -> bool:
    gray = np.asarray(image.convert("L")).astype(int)
    return (
        image.size == (60, 40) and gray[2, 2] < 40 and gray[2, 50] > 215 and gray[36, 2] > 215
        and 90 < gray[37, 55] < 170
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"])
def test_kinds_of_files(kind: str, mode: str) -> None:
    data = encoded(marked(mode), kind)

    for gray in (False, True):
        image = decode(data, max_pixels=LIMIT, gray=gray)

        assert looks_marked(image)
        assert image.mode == "L" if gray else image.mode in {"L", "RGB"}


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("P", "PNG"), ("P", "GIF"), ("CMYK", "JPEG"), ("CMYK", "TIFF"), ("LA", "PNG"), ("RGBA", "PNG"), ("RGBA", "WEBP")],
)
@pytest.mark.parametrize("gray", [False, True])
def test_color_modes(mode: str, kind: str, gray: bool) -> None:
    image = decode(encoded(marked(mode), kind), max_pixels=LIMIT, gray=gray)

    assert looks_marked(image)
    assert image.mode in {"L", "RGB"}


def test_one_bit_images() -> None:
    image = decode(encoded(marked().point(lambda v: 255 if v > 60 else 0).convert("1"), "TIFF"), max_pixels=LIMIT)

    assert image.mode == "L"
    assert image.getpixel((2, 2)) == 0
    assert image.getpixel((50, 2)) == 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("white", [4095, 65535])
def test_sixteen_bit_gray_keeps_its_tones(kind: str, white: int) -> None:
    deep = Image.fromarray((np.asarray(marked("L")).astype(np.float64) / 255 * white).astype(np.uint16))

    assert looks_marked(decode(encoded(deep, kind), max_pixels=LIMIT))


def test_float_tiffs_keep_their_tones() -> None:
    deep = Image.fromarray((np.asarray(marked("L")) / 255).astype(np.float32))

    assert looks_marked(decode(encoded(deep, "TIFF"), max_pixels=LIMIT))


def test_transparency_is_white_paper() -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    palette = Image.new("P", (60, 40), 0)
    palette.putpalette([0, 0, 0])

    assert decode(encoded(clear), max_pixels=LIMIT).getpixel((5, 5)) == (255, 255, 255)
    assert decode(encoded(palette, transparency=0), max_pixels=LIMIT, gray=True).getpixel((5, 5)) == 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_exif_orientation_is_applied(orientation: int, kind: str) -> None:
    assert looks_marked(decode(with_orientation(marked(), orientation, kind), max_pixels=LIMIT))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_damaged_exif_block_is_ignored() -> None:
    assert looks_marked(decode(encoded(marked(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), max_pixels=LIMIT))


def test_an_orientation_that_only_xmp_claims_is_ignored_as_browsers_do() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="6"/></x:xmpmeta>'

    assert looks_marked(decode(encoded(marked(), "JPEG", xmp=xmp), max_pixels=LIMIT))


def test_the_first_frame_of_an_animation() -> None:
    second = Image.new("RGB", (60, 40), "black")

    assert looks_marked(decode(encoded(marked(), "GIF", save_all=True, append_images=[second]), max_pixels=LIMIT))


def test_a_tiff_of_several_pages_names_the_cure() -> None:
    data = encoded(marked(), "TIFF", save_all=True, append_images=[marked("L"), marked("L")])

    with pytest.raises(ImageUnreadable, match=r"TIFF with 3 pages.*split it into one file a page"):
        decode(data, max_pixels=LIMIT)


def test_a_tiff_with_a_thumbnail_is_one_page() -> None:
    thumbnail = marked("L").resize((15, 10))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}

    assert looks_marked(
        decode(encoded(marked("L"), "TIFF", save_all=True, append_images=[thumbnail]), max_pixels=LIMIT)
    )


def png_claiming(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(1001, 1000), (60_000, 60_000), (2_000_000_000, 2)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(
        ImageTooLarge,
        match=rf"{size[0]} x {size[1]} pixels, 1000000 "
        "allowed.*PRELABEL_MAX_IMAGE_PIXELS",
    ):
        decode(png_claiming(*size), max_pixels=LIMIT)


def test_limits_beyond_pillows_own_are_possible() -> None:
    data = png_claiming(20_000, 10_000, b"\0" * 20_001)

    assert decode(data, max_pixels=200_000_000).size == (20_000, 10_000)


def test_a_header_that_promises_more_than_the_file_holds_gives_a_black_rest_as_in_browsers() -> None:
    image = decode(png_claiming(900, 900, b"\0" + b"\xff" * 900), max_pixels=LIMIT)

    assert image.size == (900, 900)
    assert image.getextrema() == (0, 255)


def test_a_file_that_holds_more_than_its_header_says_is_cut_off() -> None:
    assert decode(png_claiming(30, 30, b"\0" * 50_000_000), max_pixels=LIMIT).size == (30, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"])
@pytest.mark.parametrize("keep", [0.7, 0.1, 0.02])
def test_files_cut_short(kind: str, keep: float) -> None:
    noisy = Image.fromarray(np.random.default_rng(3).integers(0, 255, (90, 120), dtype=np.uint8))
    data = encoded(noisy, kind)

    with pytest.raises(ImageUnreadable, match=r"broken or cut short|not an image"):
        decode(data[: max(12, int(len(data) * keep))], max_pixels=LIMIT)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"])
def test_damaged_files_give_an_image_or_one_of_our_errors(kind: str) -> None:
    random, good = np.random.default_rng(11), bytearray(encoded(marked(), kind))
    for _ in range(60):
        data = good.copy()
        for place in random.integers(4, len(data), 6):
            data[place] = random.integers(0, 256)
        with contextlib.suppress(ImageUnreadable, ImageTooLarge):
            assert decode(bytes(data), max_pixels=LIMIT).mode in {"L", "RGB"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an empty file: upload it again"),
        (b"\0" * 500, "an empty file"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF: export each of its pages"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing: save it as PNG"),
        (b"<?xml version='1.0'?><!-- drawn --><svg/>", "an SVG drawing"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html><body><svg/></body>", "an HTML page: perhaps an error message"),
        (b"<html><head>", "an HTML page"),
        (b'{"detail": "Authentication credentials were not provided."}', "JSON: perhaps an error message"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "an XML file: perhaps an error message"),
        (b"not found", "plain text: perhaps an error message"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo: browsers do not show it"),
        (b"PK\x03\x04\x14\0\x06\0", "a ZIP archive or an office document"),
        (b"\x1f\x8b\x08\0\0\0", "a gzip archive: unpack it"),
        (bytes(range(128, 255)), "no known kind of file"),
    ],
)
def test_what_is_no_image_is_called_by_its_name(data: bytes, message: str) -> None:
    with pytest.raises(ImageUnreadable) as caught:
        decode(data, max_pixels=LIMIT)

    assert message in str(caught.value)
    assert not caught.value.retryable


def test_no_global_setting_of_pillow_changes() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES

    decode(encoded(marked()), max_pixels=LIMIT)
    with pytest.raises(ImageTooLarge):
        decode(encoded(marked()), max_pixels=10)

    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_threads_decode_side_by_side() -> None:
    data, results = encoded(marked(), "JPEG"), list[bool]()
    work: Callable[[], None] = lambda: results.append(looks_marked(decode(data, max_pixels=LIMIT)))  # noqa: E731
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [True] * 8


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_page_keeps_the_colours_that_it_shows(kind: str) -> None:
    gray, red = marked().resize((600, 400)), marked().resize((600, 400))
    red.paste((210, 30, 30), (200, 200, 260, 230))

    assert decode_page(encoded(gray, kind), max_pixels=LIMIT).mode == "L"
    assert decode_page(encoded(marked("L"), kind), max_pixels=LIMIT).mode == "L"
    assert decode_page(encoded(red, kind), max_pixels=LIMIT).mode == "RGB"


def test_a_gray_page_is_the_same_whether_its_colours_were_looked_for() -> None:
    scan = np.random.default_rng(3).normal(200, 20, (300, 400, 1)).clip(0, 255).astype(np.uint8)
    data = encoded(Image.fromarray(scan.repeat(3, axis=2)), "JPEG")

    looked_for = decode_page(data, max_pixels=LIMIT)

    assert looked_for.tobytes() == decode(data, max_pixels=LIMIT, gray=True).tobytes()
