"""The command `python -m prelabel.training.confidence.held_out --kept FOLDER`: reliability on pages of no training.

Worn pages with new seeds, and worn pages of the families of templates that are kept out of training (Korean).
"""

from __future__ import annotations

import logging
from pathlib import Path

import click
from rich.console import Console

from prelabel.evaluation.reliability.measure import Reliability
from prelabel.evaluation.reliability.report import print_reliability
from prelabel.evaluation.text_pairs import right_pairs
from prelabel.kie.extract import extract, tag
from prelabel.kie.link.loading import linker_for
from prelabel.kie.tag.loading import tagger_for
from prelabel.settings import get_settings
from prelabel.training.confidence.examples import HELD_OUT, worn_pages


@click.command()
@click.option("--pages", default=80, show_default=True, help="Number of pages with new seeds.")
@click.option("--families", default=60, show_default=True, help="Number of pages of families kept out of training.")
@click.option("--kept", type=click.Path(path_type=Path, file_okay=False), required=True, help="Pages that are read.")
def main(pages: int, families: int, kept: Path) -> None:
    """Read the pages, and print how far the confidences of their key-values can be trusted."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings, out, whole = get_settings(), Console(), Reliability()
    tagger, linker = tagger_for(settings), linker_for(settings)
    for name, count, held_out in (("new", pages, False), ("families", families, True)):
        made = Reliability()
        for page, _, truth in worn_pages(count, kept / name, settings, first=HELD_OUT, held_out=held_out):
            read = extract(page, tag(page, tagger), tagger.tags, linker=linker, link_threshold=0.0)
            pairs = read.key_values or ()
            right = right_pairs([(pair.key, pair.value) for pair in pairs], truth)
            for each in (made, whole):
                each.add([pair.confidence for pair in pairs], right)
        out.print(f"\n[bold]{name}[/bold]: {count} pages")
        print_reliability(made, out)
    out.print("\n[bold]both[/bold]")
    print_reliability(whole, out)


if __name__ == "__main__":
    main()
