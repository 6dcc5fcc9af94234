"""The command `python -m synthetic --out FOLDER`: pages in FUNSD's layout, `annotations/` beside `images/`."""

from __future__ import annotations

from pathlib import Path

import click

from prelabel.datasets.funsd import IMAGES, write_annotations
from prelabel.errors import PrelabelError
from synthetic import FAMILIES, generate
from synthetic.printing import KINDS
from synthetic.rendering import picture


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write into.")
@click.option("--pages", default=10, show_default=True, help="Number of pages, with the seeds from --seed on.")
@click.option("--seed", default=0, show_default=True)
@click.option("--language", type=click.Choice(("en", "ko")), help="Drawn if not given.")
@click.option("--family", type=click.Choice(sorted(each.name for each in FAMILIES)), help="Drawn if not given.")
@click.option("--held-out", is_flag=True, help="Only families that are kept out of training.")
@click.option(
    "--images", is_flag=True, help="Also write pictures; the words are then as printed, without errors of OCR."
)
@click.option("--kind", type=click.Choice(KINDS), default="clean", show_default=True, help="Wear of the pictures.")
def main(
    out: Path, pages: int, seed: int, language: str | None, family: str | None, held_out: bool, images: bool, kind: str
) -> None:
    """Make synthetic form pages with their words, labels, entities and links."""
    words = 0
    try:
        for number in range(seed, seed + pages):
            made = generate(number, language, family=family, held_out=held_out, printed=images)
            name = f"{made.family.replace(' ', '-')}-{number:06}"
            write_annotations(out, name, made.page)
            if images:
                (out / IMAGES).mkdir(parents=True, exist_ok=True)
                picture(made, kind=kind).save(out / IMAGES / f"{name}.png", compress_level=1)
            words += len(made.page.words)
    except PrelabelError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{pages} pages, {words} words in {out}")


if __name__ == "__main__":
    main()
