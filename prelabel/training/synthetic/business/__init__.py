"""English business papers: memos, requests, reports, tables, affidavits, applications; and the blocks they share."""

from prelabel.training.synthetic.business import affairs, correspondence, figures, reports, requests

FAMILIES = (
    *correspondence.FAMILIES,
    *requests.FAMILIES,
    *reports.FAMILIES,
    *figures.FAMILIES,
    *affairs.FAMILIES,
)
