"""Text of regions that have none: through the stored page, from the image at once, and place by place.

`python -m benchmarks.missing_text [--each N] [--json]` draws boxes around all words of the annotated samples, larger
than the words, as people draw them, and asks for their text in three ways. Right: the same text, spaces aside.
`--each`: every Nth word is read by itself, as a plain script would. CPU: of this process and of the engine's processes.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from prelabel.api.reading import PageSource, Reader
from prelabel.geometry import corners
from prelabel.images.decode import decode
from prelabel.ocr.crops import read_crops
from prelabel.ocr.engines import choice_for
from prelabel.page import Affine, Box, Page, Word
from prelabel.project.stored_pages import StoredPage
from prelabel.results.words_inside import words_inside
from prelabel.settings import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
#: Part of a word's height by which its box is larger on each side.
LARGER = 0.12


@dataclass(frozen=True, slots=True)
class Sample:
    """Figures of one page: shares that are right, CPU seconds a place, and bytes of the stored page."""

    name: str
    words: int
    stored_bytes: int
    stored_right: float
    image_right: float
    image_s: float
    single_right: float
    single_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=10, help="every so many words one is read by itself (10)")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    names = sorted(path.stem for path in (EXAMPLES / "annotated" / "annotations").glob("*.json"))
    samples = [measure(name, options.each) for name in names]
    print(json.dumps([asdict(each) for each in samples]) if options.json else _table(samples))


def measure(name: str, each: int) -> Sample:
    """Ask for the text of all words of a sample page."""
    settings = Settings(_env_file=None)
    choice = choice_for(settings, settings.for_project(0))
    file = EXAMPLES / "pages" / f"{name}.png"
    page, image = Reader(settings).read(PageSource(file)).page, decode(file.read_bytes(), max_pixels=10**8, gray=True)
    if not isinstance(page, Page):
        raise page
    known = _known(name)
    places = [corners(Affine(), box) for _, box in known]
    inside = [part.words for part in words_inside(page, places, Affine())]
    read, image_s = _timed(lambda: read_crops(image, places, Affine(), choice))
    few = range(0, len(places), each)
    singles, single_s = _timed(lambda: [read_crops(image, [places[i]], Affine(), choice)[0] for i in few])
    return Sample(
        name,
        len(known),
        len(StoredPage.of(page, "prelabel-benchmark", name).to_bytes()),
        _right(known, [words or read[i] for i, words in enumerate(inside)]),
        _right(known, read),
        image_s / len(places),
        _right([known[i] for i in few], singles),
        single_s / len(few),
    )


def _known(name: str) -> list[tuple[str, Box]]:
    annotation = json.loads((EXAMPLES / "annotated" / "annotations" / f"{name}.json").read_text("utf-8"))
    words = [(word["text"], Box(*word["box"])) for entity in annotation["form"] for word in entity["words"]]
    return [(text, _larger(box)) for text, box in words]


def _larger(box: Box) -> Box:
    by = LARGER * box.height
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _right(known: Sequence[tuple[str, Box]], found: Sequence[Sequence[Word]]) -> float:
    texts = ("".join(word.text for word in words).replace(" ", "") for words in found)
    return sum(text == each for (text, _), each in zip(known, texts, strict=True)) / len(known)


def _timed(do: Callable[[], list[list[Word]]]) -> tuple[list[list[Word]], float]:
    before = _cpu_s()
    return do(), _cpu_s() - before


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _table(samples: Sequence[Sample]) -> str:
    lines = [f"{'page':24} words  stored page      image, at once    place by place"]
    for each in samples:
        kept = f"{each.stored_right:6.1%} {each.stored_bytes / 1000:4.1f} kB"
        at_once = f"{each.image_right:6.1%} {1000 * each.image_s:5.1f} ms"
        lines.append(
            f"{each.name:24} {each.words:5}  {kept}   {at_once}   {each.single_right:6.1%} "
            f"{1000 * each.single_s:5.0f} ms"
        )
    words = sum(each.words for each in samples)
    stored = sum(each.stored_right * each.words for each in samples) / words
    image = sum(each.image_right * each.words for each in samples) / words
    image_s = sum(each.image_s * each.words for each in samples) / words
    return "\n".join([*lines, f"{'all':24} {words:5}  {stored:6.1%}           {image:6.1%} {1000 * image_s:5.1f} ms"])


if __name__ == "__main__":
    main()
