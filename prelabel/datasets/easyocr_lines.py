"""EasyOCR's training data: a picture of each line of text, and `labels.csv` with `filename,words`.

EasyOCR cuts a row at its first comma and knows no quotes, so nothing is quoted. A line lies level in its picture,
however the page lies in its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from PIL import Image

from prelabel.datasets.new_folder import FileNames, new_folder, one_line, split_name
from prelabel.datasets.paddle import lines_of_text
from prelabel.datasets.pictures import MAX_PIXELS, PictureOfPage, fitted, load, text_of
from prelabel.errors import SettingError
from prelabel.geometry import clip, corners, straight, union
from prelabel.images.decode import decode
from prelabel.images.png import png
from prelabel.page import Affine, Box, Page

LABELS = "labels.csv"
_TRAIN = "train"
#: Smaller pictures hold no text.
_LEAST_PX = 2


def write_easyocr(pages: Iterable[PictureOfPage], folder: Path, labels: Sequence[str] = ()) -> int:
    """Write the lines of the pages into a new folder, and return the number of pages. `labels` has no meaning here.

    Lines without text, and those outside of their picture, are left out. Raises SettingError for a folder that is
    taken and for a page without a picture, StorageFull, and what loading a picture raises.
    """
    del labels
    names, count = FileNames(), 0
    with new_folder(folder) as root, ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for each in pages:
            count += 1
            split = split_name(each.split) or _TRAIN
            if split not in files:
                (root / split).mkdir()
                files[split] = stack.enter_context((root / split / LABELS).open("wb"))
                files[split].write(b"filename,words\n")
            stem = names.stem(each.annotated.name)
            for number, (text, crop) in enumerate(_crops(each), 1):
                file_name = f"{stem}-{number:03d}.png"
                (root / split / file_name).write_bytes(png(crop))
                files[split].write(f"{file_name},{text}\n".encode("utf-8", "replace"))
    return count


def _crops(each: PictureOfPage) -> Iterable[tuple[str, Image.Image]]:
    """Yield text and picture of each line of a page."""
    picture = load(each)
    if picture is None:
        raise SettingError(f"{each.annotated.name} has no picture to cut lines from: leave the page out")
    page, image = fitted(each.annotated.page, picture), decode(picture.data, max_pixels=MAX_PIXELS)
    for words in lines_of_text(page):
        text = one_line(text_of(words))
        crop = level_crop(image, page, union(straight(word.box) for word in words))
        if text and crop is not None:
            yield text, crop


def level_crop(image: Image.Image, page: Page, box: Box) -> Image.Image | None:
    """Return a part of the page, level and upright; None where nothing of it lies in the picture.

    `box`: in the page's frame. `image`: the picture, of the page's shown size.
    """
    inside = clip(box, page.width_px, page.height_px)
    m = page.to_shown
    if m == Affine():
        whole = round(inside.x0), round(inside.y0), round(inside.x1), round(inside.y1)
        large = whole[2] - whole[0] >= _LEAST_PX <= whole[3] - whole[1]
        return image.crop(whole) if large else None
    scale = abs(m.a * m.e - m.b * m.d) ** 0.5
    size = round(inside.width * scale), round(inside.height * scale)
    if min(size) < _LEAST_PX:
        return None
    top_left, top_right, low_right, low_left = corners(m, inside)
    quad = (*top_left, *low_left, *low_right, *top_right)
    return image.transform(size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
