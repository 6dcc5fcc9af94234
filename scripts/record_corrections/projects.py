"""The kinds of projects in which the form is corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from devstack.label_studio import LabelStudioServer
from prelabel.labelstudio.labelling_template import labelling_xml
from prelabel.page import Entity, Page
from scripts.record_corrections.form import FORM, MISSED, SIZE_PX

QUESTION_ANSWER_XML = """<View>
  <Image name="image" value="$image" zoom="true" zoomControl="true" rotateControl="true"/>
  <RectangleLabels name="label" toName="image">
    <Label value="QUESTION" background="#1f77b4"/>
    <Label value="ANSWER" background="#2ca02c"/>
    <Label value="HEADER" background="#d62728"/>
    <Label value="OTHER" background="#7f7f7f"/>
  </RectangleLabels>
</View>"""
#: The title of Label Studio's own template; its configuration is read from the server.
OCR_TEMPLATE = "Optical Character Recognition"
FIELDS = ("CUSTOMER_NAME", "INVOICE_NUMBER", "ADDRESS", "TOTAL")


#: Cases of a table whose links are not drawn.
CELLS = ("cell_deleted", "cell_linked", "title_drawn_anew")


@dataclass(frozen=True, slots=True)
class Project:
    """A kind of project.

    `labels`: two labels of its configuration. `impossible`: names of cases for which it has no control or no region.
    `texted`: people can type a region's text. `required`: Submit wants a text in every region.
    `only`: these cases and no others, with links of table cells that are kept instead of drawn.
    """

    name: str
    xml: str
    page: Page
    labels: tuple[str, str]
    impossible: tuple[str, ...]
    texted: bool
    required: bool = False
    only: tuple[str, ...] = ()


def projects(server: LabelStudioServer, page: Page) -> Iterator[Project]:
    """Yield the kinds of projects."""
    labels = ("QUESTION", "ANSWER")
    yield Project("question_answer", QUESTION_ANSWER_XML, page, labels, ("polygon", *CELLS), texted=False)
    cases = ("untouched", "relinked", *CELLS)
    yield Project("table", QUESTION_ANSWER_XML, page, labels, (), texted=False, only=cases)
    templates = server.api.get("/api/templates").raise_for_status().json()["templates"]
    xml = next(each["config"] for each in templates if each["title"] == OCR_TEMPLATE)
    bare = Page(*SIZE_PX, *SIZE_PX, words=page.words[: -len(MISSED[0].split())])
    yield Project("ocr_template", xml, bare, ("Text", "Handwriting"), ("merged", *CELLS), texted=True, required=True)
    named = zip(page.entities or (), FORM, strict=True)
    fields = tuple(Entity(own, entity.words, entity.confidence) for entity, (_, own, *_) in named if own)
    own = Page(*SIZE_PX, *SIZE_PX, words=page.words, entities=fields, links=())
    labels, unlinked = ("INVOICE_NUMBER", "CUSTOMER_NAME"), ("polygon", "relinked", "linked_backwards", *CELLS)
    yield Project("own_fields", labelling_xml(FIELDS), own, labels, unlinked, texted=True)
