"""English business papers: memos, requests, reports, tables, affidavits, applications, narratives; and their blocks."""

from prelabel.training.synthetic.business import affairs, correspondence, figures, narratives, reports, requests

FAMILIES = (
    *correspondence.FAMILIES,
    *requests.FAMILIES,
    *reports.FAMILIES,
    *figures.FAMILIES,
    *affairs.FAMILIES,
    *narratives.FAMILIES,
)
