"""Options that the commands of `prelabel train` have in common, and the check for the packages that training needs."""

from __future__ import annotations

from importlib import import_module

import click

from prelabel.errors import ModelUnavailable

data_option = click.option(
    "--data",
    multiple=True,
    metavar="SOURCE[=SHARE]",
    help="Pages: synthetic, synthetic:ko, funsd:FOLDER, naf:FOLDER, coco:FOLDER, paddle:FILE, huggingface:FOLDER, "
    "kvp10k:FOLDER, cord:FOLDER, export:FILE.json, project:ID or dataset:ID[@VERSION]. Repeat to mix.",
)
seed_option = click.option("--seed", type=click.IntRange(0, 899), default=0, show_default=True)
threads_option = click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="CPU threads.")


def need(*packages: str) -> None:
    """Import the packages. Raises ModelUnavailable if one is missing, or does not find a library of the system."""
    for name in packages:
        try:
            import_module(name)
        except ImportError:
            raise ModelUnavailable(f"training needs {name}: pip install 'prelabel[train]'") from None
        except OSError as error:
            raise ModelUnavailable(f"{name} cannot be loaded ({error}): scripts/install-system.sh kie") from None
