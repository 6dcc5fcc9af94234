"""Families of English business papers. Their order is part of every drawn page."""

from synthetic.english.families.budgets_and_schedules import FAMILIES as BUDGETS_AND_SCHEDULES
from synthetic.english.families.correspondence import FAMILIES as CORRESPONDENCE
from synthetic.english.families.legal_and_personal import FAMILIES as LEGAL_AND_PERSONAL
from synthetic.english.families.narratives import FAMILIES as NARRATIVES
from synthetic.english.families.reports import FAMILIES as REPORTS
from synthetic.english.families.requests import FAMILIES as REQUESTS
from synthetic.english.families.tables_and_surveys import FAMILIES as TABLES_AND_SURVEYS

FAMILIES = (
    *CORRESPONDENCE,
    *REQUESTS,
    *REPORTS,
    *BUDGETS_AND_SCHEDULES,
    *LEGAL_AND_PERSONAL,
    *NARRATIVES,
    *TABLES_AND_SURVEYS,
)

__all__ = ["FAMILIES"]
