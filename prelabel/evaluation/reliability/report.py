"""Tables of the reliability of confidences, as `prelabel evaluate kie` and the evaluation of the samples print them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from prelabel.evaluation.reliability.measure import Reliability

#: Letters of a bar of 100 %.
_BAR = 20


def print_reliability(made: Reliability, out: Console) -> None:
    """Print ECE, reliability by bin with bars, and the risk-coverage table; nothing without key-values."""
    if not made.right:
        return
    right, ece, floor = sum(made.right), 100 * made.ece, 100 * made.ece_floor()
    out.print(f"\n{len(made.right)} key-values, {right} right; ECE {ece:.1f} % (without any error {floor:.1f} %)")
    bins = _table("confidence", "key-values", "mean %", "right %")
    bins.add_column("right")
    for each in made.bins():
        mean, share = (f"{100 * v:.1f}" for v in (each.confidence, each.right))
        bins.add_row(f"{each.low:.1f} to {each.high:.1f}", str(each.count), mean, share, "#" * round(_BAR * each.right))
    out.print(bins)
    covered = _table("right %", "need no look %", "from confidence")
    for row in made.coverage():
        least = "-" if row.least is None else f"{row.least:.3f}"
        covered.add_row(f"{100 * row.wanted:.0f}", f"{100 * row.share:.0f}", least)
    out.print(covered)


def _table(first: str, *names: str) -> Table:
    table = Table(box=None)
    table.add_column(first, no_wrap=True)
    for name in names:
        table.add_column(name, justify="right")
    return table
