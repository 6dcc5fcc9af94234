"""Families of Korean office documents, each as offices have it: grids with merged cells, seals, stock phrases."""

from synthetic.korean import (
    accounts,
    applications,
    certificates,
    contracts,
    inquiries,
    ledgers,
    letters,
    measured,
    narratives,
    orders,
    people,
    questionnaires,
    rated,
    spending,
    trade,
    unseen_payslip,
    unseen_sheets,
    unseen_slips,
)

FAMILIES = (
    *trade.FAMILIES,
    *orders.FAMILIES,
    *spending.FAMILIES,
    *people.FAMILIES,
    *contracts.FAMILIES,
    *letters.FAMILIES,
    *ledgers.FAMILIES,
    *narratives.FAMILIES,
    *measured.FAMILIES,
    *accounts.FAMILIES,
    *rated.FAMILIES,
    *questionnaires.FAMILIES,
    *inquiries.FAMILIES,
    *applications.FAMILIES,
    *certificates.FAMILIES,
    *unseen_payslip.FAMILIES,
    *unseen_slips.FAMILIES,
    *unseen_sheets.FAMILIES,
)

__all__ = ["FAMILIES"]
