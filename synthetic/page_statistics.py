"""The command `python -m synthetic.page_statistics --pages 1000 --language en`: figures on generated pages."""

from __future__ import annotations

import time
from collections import Counter

import click

from synthetic.pages import SyntheticPage, generate


@click.command()
@click.option("--pages", default=500, show_default=True, help="Number of pages, with the seeds from --seed on.")
@click.option("--seed", default=0, show_default=True)
@click.option("--language", type=click.Choice(["en", "ko"]), help="Drawn if not given.")
@click.option("--held-out", is_flag=True, help="Only families that are kept out of training.")
def main(pages: int, seed: int, language: str | None, held_out: bool) -> None:
    """Generate pages; print their number per second of one core, and figures by family."""
    started = time.process_time()
    made = [generate(seed + number, language, held_out=held_out) for number in range(pages)]
    click.echo(f"{pages / (time.process_time() - started):.0f} pages a second of one core")
    for name in sorted({each.family for each in made}):
        click.echo(_line(name, [each for each in made if each.family == name]))
    click.echo(_line("all", made))


def _line(name: str, made: list[SyntheticPage]) -> str:
    """Return words and entities per page, shares of words by label, and the share of questions without an answer."""
    words, entities, questions, open_ones = Counter[str](), 0, 0, 0
    for page in (each.page for each in made):
        words.update(label.label.lower() for label in page.labels or ())
        entities += len(page.entities or ())
        asked = {number for number, each in enumerate(page.entities or ()) if each.label == "QUESTION"}
        questions += len(asked)
        open_ones += len(asked - {link.source for link in page.links or ()})
    total = words.total() or 1
    shares = ", ".join(f"{label} {count / total:.0%}" for label, count in sorted(words.items()))
    sizes = f"{total / len(made):.0f} words, {entities / len(made):.0f} entities a page"
    return f"{name}: {len(made)} pages, {sizes}; {shares}; unanswered {open_ones / max(questions, 1):.0%}"


if __name__ == "__main__":
    main()
