"""Families of Korean office documents, each as offices have it: grids with merged cells, seals, stock phrases."""

from prelabel.training.synthetic.office import (
    applications,
    certificates,
    contracts,
    letters,
    people,
    spending,
    trade,
    unseen_sheets,
    unseen_slips,
)

FAMILIES = (
    *trade.FAMILIES,
    *spending.FAMILIES,
    *people.FAMILIES,
    *contracts.FAMILIES,
    *letters.FAMILIES,
    *applications.FAMILIES,
    *certificates.FAMILIES,
    *unseen_slips.FAMILIES,
    *unseen_sheets.FAMILIES,
)

__all__ = ["FAMILIES"]
