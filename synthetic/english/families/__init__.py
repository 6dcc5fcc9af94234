"""English business papers: memos, requests, reports, tables, affidavits, narratives, printed tables; their blocks."""

from synthetic.english import (
    affairs,
    correspondence,
    figures,
    narratives,
    printed,
    reports,
    requests,
)

FAMILIES = (
    *correspondence.FAMILIES,
    *requests.FAMILIES,
    *reports.FAMILIES,
    *figures.FAMILIES,
    *affairs.FAMILIES,
    *narratives.FAMILIES,
    *printed.FAMILIES,
)
