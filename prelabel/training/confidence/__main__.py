"""The command `python -m prelabel.training.confidence --naf naf/valid --kept FOLDER --out prelabel/models/confidence`.

OCR reads the pages once, a second each; the folder of `--kept` holds them, so that a broken run goes on. NAF's pages
are those that neither tagger nor linker was trained on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

import click

from prelabel.evaluation.reliability.measure import Reliability
from prelabel.kie.link import loading as linkers
from prelabel.kie.tag import loading as taggers
from prelabel.settings import get_settings
from prelabel.training.confidence.examples import examples, naf_pages, together, worn_pages
from prelabel.training.confidence.fitting import calibrated, fitted

#: Weights of an example of pages as printed, and of NAF, against one of a worn page: the former are many and right.
_PRINTED, _NAF = 0.35, 2.0
_PENALTY = 20.0


@click.command()
@click.option("--pages", default=450, show_default=True, help="Number of worn pages, English and Korean in turn.")
@click.option("--naf", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--kept", type=click.Path(path_type=Path, file_okay=False), required=True, help="Pages that are read.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
def main(pages: int, naf: Path, kept: Path, out: Path) -> None:
    """Fit the curves of the confidence of key-values, and write config.json."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = get_settings()
    read = [*worn_pages(pages, kept, settings)]
    made = together(
        [
            examples([(page, truth) for page, _, truth in read], settings, 1.0),
            examples([(printed, truth) for _, printed, truth in read], settings, _PRINTED),
            examples(naf_pages(naf), settings, _NAF),
        ]
    )
    parts = made.features, made.right, made.weights, _PENALTY
    curves = calibrated(fitted(*parts), *parts)
    notes = {
        "command": "python -m prelabel.training.confidence",
        "pages": pages,
        "examples": len(made.right),
        "penalty": _PENALTY,
        "tagger": taggers.describe(settings)[:2],
        "linker": linkers.describe(settings),
    }
    rows = {name: [list(knot) for knot in knots] for name, knots in curves.curves.items()}
    config = {
        "model_type": "prelabel-confidence",
        "offset": curves.offset,
        "curves": None,
        "last": None,
        "training": notes,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(_lines(config, rows, curves.last), "utf-8")
    chances = curves.chances(made.features)
    click.echo(f"ECE on the examples {Reliability(chances.tolist(), (made.right > 0).tolist()).ece:.3f}; {out}")


def _lines(config: Mapping[str, object], curves: Mapping[str, object], last: object) -> str:
    """Return JSON with one curve a line."""
    rows = ",\n    ".join(f"{json.dumps(name)}: {json.dumps(knots)}" for name, knots in curves.items())
    written = json.dumps(config, indent=2).replace('"curves": null', f'"curves": {{\n    {rows}\n  }}')
    return written.replace('"last": null', f'"last": {json.dumps(last)}') + "\n"


if __name__ == "__main__":
    main()
