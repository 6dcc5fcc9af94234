"""The command `python -m synthetic.printing --out FOLDER`: pages in FUNSD's layout, `annotations/` beside `images/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from prelabel.datasets.funsd import IMAGES, write_annotations
from synthetic.printing import KINDS, LANGUAGES, OcrPage, fonts, ocr_page
from synthetic.printing.boxed_forms import boxed_page
from synthetic.printing.receipts import KINDS as RECEIPTS
from synthetic.printing.receipts import receipt_page


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--pages", default=10, show_default=True, help="Number of pages, with the seeds from --seed on.")
@click.option("--seed", default=0, show_default=True, help="0 to 9999 are for tuning, from 100000 on for benchmarks.")
@click.option("--what", type=click.Choice(("page", "receipt", "boxed")), default="page", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--kind", type=click.Choice((*KINDS, *RECEIPTS)), help="Default: clean, for receipts thermal.")
@click.option("--dpi", default=200, show_default=True, type=click.IntRange(72, 600))
@click.option("--held-out/--trained", default=None, help="Only fonts that training must not see, or only the others.")
def main(
    out: Path, pages: int, seed: int, what: str, language: str, kind: str | None, dpi: int, held_out: bool | None
) -> None:
    """Draw printed pages with the truth of their words and boxes. Receipts and boxed forms are held out in any case."""
    makers: dict[str, tuple[Callable[..., OcrPage], str]] = {
        "page": (partial(ocr_page, held_out=held_out), "clean"),
        "receipt": (receipt_page, "thermal"),
        "boxed": (boxed_page, "clean"),
    }
    maker, usual = makers[what]
    kind = kind or usual
    (out / IMAGES).mkdir(parents=True, exist_ok=True)
    words = 0
    for number in range(seed, seed + pages):
        try:
            drawn = maker(number, language=language, kind=kind, dpi=dpi)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        name = f"{'' if what == 'page' else f'{what}-'}{language}-{kind}-{dpi}-{number:06}"
        drawn.image.save(out / IMAGES / f"{name}.png", compress_level=1, dpi=(dpi, dpi))
        write_annotations(out, name, drawn.page)
        words += len(drawn.words)
    found = sum(family.regular in fonts.installed() for family in fonts.FAMILIES)
    click.echo(f"{pages} pages, {words} words in {out}, drawn with {found} of {len(fonts.FAMILIES)} font families")


if __name__ == "__main__":
    main()
