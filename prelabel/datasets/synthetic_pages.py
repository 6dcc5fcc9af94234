"""Synthetic pages for training and evaluation. The package `synthetic` draws them; it is a distribution of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prelabel.errors import ModelUnavailable

if TYPE_CHECKING:
    from synthetic import SyntheticPage


def require_generator() -> None:
    """Raise ModelUnavailable with the cure where the package `synthetic`, or a package that it needs, is missing."""
    try:
        import synthetic  # noqa: F401
    except ImportError as error:
        raise ModelUnavailable(
            f"synthetic pages need the package prelabel-synthetic ({error}): pip install prelabel-synthetic, "
            "or pip install ./synthetic in a checkout"
        ) from None


def synthetic_page(seed: int, language: str | None = None, *, held_out: bool = False) -> SyntheticPage:
    """Return the page of this seed, see `synthetic.generate`. ModelUnavailable where the generator is missing."""
    require_generator()
    from synthetic import generate

    return generate(seed, language, held_out=held_out)


def synthetic_labels() -> tuple[str, ...]:
    """Return the labels of synthetic pages but OTHER. ModelUnavailable where the generator is missing."""
    require_generator()
    from synthetic import LABELS

    return LABELS
