"""Results of a project, document by document: annotations and predictions, read back from Label Studio.

`read_results(6)` yields every document in the form of docs/how-to/results.md. Memory holds the ids of all pages, and
the words of one document, or of some dozen small ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from prelabel.bucket.keys import Keys, page_of
from prelabel.bucket.opening import open_bucket
from prelabel.bucket.page_images import image_from_bucket
from prelabel.errors import LABEL_STUDIO, DocumentNotFound, NotPredicted, PrelabelError, ServiceUnavailable
from prelabel.kie.key_values.documents import Json, document
from prelabel.kie.key_values.words_json import words_json
from prelabel.labelstudio.export import image_name
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.images import fetch_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_contents import PageContent, Source, read_contents
from prelabel.labelstudio.page_data import all_page_data, document_page_data, page_data_by_id, texts
from prelabel.labelstudio.page_data import field as data_field
from prelabel.labelstudio.prefetch import read_ahead
from prelabel.labelstudio.projects import Project, get_project, page_address
from prelabel.page import Page, PageRef
from prelabel.pdf.page_words import FormField, stored_words
from prelabel.project.stored_pages import StoredPages, server_names
from prelabel.results.missing_text import MissingTexts
from prelabel.results.why_no_result import NoResultReasons
from prelabel.settings import Settings, get_settings

#: Page numbers and counts beyond this are ignored as wrong: a document's missing pages are listed one by one.
_MOST_PAGES = 10_000
#: Prefix of the id of a page that belongs to no document.
_ALONE = "task-"
Data = Mapping[str, Any]


def read_results(
    project_id: int,
    document_id: str | None = None,
    *,
    only: Source | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
    words: bool = False,
    settings: Settings | None = None,
) -> Iterator[Json]:
    """Yield every document of the project, or the one of this id; in the order of their first pages; lazy.

    A page's annotation counts (the ground truth, else the one submitted last), and where it has none its prediction (of
    the project's version, else the newest); `only` takes one of the two. `names`: translates the project's own labels
    into the labels of prelabel, e.g. {"FIELD": "QUESTION"}. `words`: adds words, entities and links to each page.
    Raises ProjectNotFound, DocumentNotFound, AuthError, LabellingConfigError, ServiceUnavailable.
    """
    settings = settings or get_settings()
    with LabelStudio.from_settings(settings) as client:
        project = get_project(client, project_id)
        config = LabellingConfig.parse(project.labelling_xml, None)
        reasons = NoResultReasons(settings, project_id)
        found = _documents(_data(client, project_id, config.image_key, document_id), document_id)
        for id_, name, count in reasons.documents(document_id):
            known = found.setdefault(id_, _Document(id_))
            known.name, known.count = name, max(known.count, count)
        if document_id and not found:
            raise DocumentNotFound(f"project {project_id} has no document {document_id}")
        reader = _Reader(client, project, config, settings, reasons, only, names, words)
        yield from reader.read(found.values())


@dataclass(slots=True)
class _Document:
    """A document. `count`: its known number of pages. `tasks`: (page number, task id); several may show one page."""

    id: str
    count: int = 1
    tasks: list[tuple[int, int]] = field(default_factory=list)
    name: str | None = None


def _data(client: LabelStudio, project_id: int, image_key: str, document_id: str | None) -> Iterator[tuple[int, Data]]:
    """Yield the data of the project's pages; for one document, of the pages that may belong to it."""
    if document_id is None:
        return all_page_data(client, project_id)
    if document_id.startswith(_ALONE) and document_id.removeprefix(_ALONE).isdecimal():
        number = int(document_id.removeprefix(_ALONE))
        return page_data_by_id(client, project_id, number)
    return document_page_data(client, project_id, image_key, document_id)


def _documents(pages: Iterable[tuple[int, Data]], document_id: str | None) -> dict[str, _Document]:
    """Group pages by document id, in the order of their lowest task id."""
    found: dict[str, _Document] = {}
    for task_id, data in pages:
        id_, number, count = document_and_page(task_id, data)
        if document_id in (None, id_):
            known = found.setdefault(id_, _Document(id_))
            known.count = max(known.count, count)
            known.tasks.append((number, task_id))
    return found


def document_and_page(task_id: int, data: Data) -> tuple[str, int, int]:
    """Return document id, page number and page count: from the page's data, else from its image's name.

    A page that names no document is a document of its own.
    """
    document_id, number = str(data.get("document") or ""), _number(data.get("page"))
    if not (document_id and number):
        document_id, number = next(filter(None, map(page_of, texts(data))), (f"{_ALONE}{task_id}", 1))
    return document_id, number, max(number, _number(data.get("pages")))


def _number(value: object) -> int:
    """Return a page number or count, from 1; 0 for any other value."""
    number = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0
    return number if 1 <= number <= _MOST_PAGES else 0


class _Reader:
    """Reader of documents: from task ids to key-values."""

    def __init__(
        self,
        client: LabelStudio,
        project: Project,
        config: LabellingConfig,
        settings: Settings,
        reasons: NoResultReasons,
        only: Source | None,
        names: Mapping[str, str],
        words: bool,
    ) -> None:
        self._client, self._project, self._config, self._settings = client, project, config, settings
        self._bucket, self._keys = open_bucket(settings), Keys.from_settings(settings)
        self._reasons, self._only, self._words = reasons, only, words
        self._remarks = reasons.remarks()
        stored = StoredPages(self._bucket, self._keys, server_names(settings))
        self._texts = MissingTexts(stored, self._image, settings, project.id)
        #: Servers of images that are away: they are not called again.
        self._away: set[str] = set()
        self._names = {theirs.upper(): ours.upper() for theirs, ours in names.items()}

    def read(self, documents: Collection[_Document]) -> Iterator[Json]:
        wanted = (task_id for each in documents for _, task_id in each.tasks)
        read = read_contents(self._client, self._project, wanted, self._only, self._names, self._config, self._texts)
        for each, forms in read_ahead(self._forms, documents):
            by_number: dict[int, list[PageContent]] = {}
            for (number, _), content in zip(each.tasks, read, strict=False):
                by_number.setdefault(number, []).append(content)
            yield self._document(each, by_number, forms)

    def _image(self, row: Data) -> bytes:
        """Return the bytes of a page's image. Raises PrelabelError."""
        ref = PageRef(
            self._project.id, int(row["id"]), str(data_field(row.get("data") or {}, self._config.image_key) or "")
        )
        own = image_from_bucket(self._bucket, self._keys, ref.image, self._settings.max_image_bytes)
        if own is not None:
            return own
        try:
            return fetch_image(self._client, ref, away=self._away)
        except ServiceUnavailable as error:
            self._away |= {error.server} - {"", LABEL_STUDIO}
            raise

    def _forms(self, each: _Document) -> dict[int, tuple[FormField, ...]]:
        """Return the fields of the PDF's form by page, as the bucket keeps them."""
        found = {}
        for number in {number for number, _ in each.tasks}:
            with suppress(ValueError):  # not written by prelabel
                stored = stored_words(self._bucket, self._keys, f"{each.id}-{number}.png")
                if stored and stored.form_fields:
                    found[number] = stored.form_fields
        return found

    def _document(
        self, each: _Document, by_number: Mapping[int, list[PageContent]], forms: Mapping[int, Sequence[FormField]]
    ) -> Json:
        pages: list[Page | PrelabelError] = []
        about: list[Json] = []
        for number in range(1, each.count + 1):
            of_page = sorted(by_number.get(number, ()), key=_precedence)
            if of_page and not isinstance(of_page[-1].page, NotPredicted):
                pages.append(self._with_remarks(of_page[-1]))
            else:
                pages.append(self._reasons.reason(each.id, number, of_page[-1].task_id if of_page else None))
            about.append(self._about(of_page) if of_page else {})
        made = document(pages, forms)
        made["pages"] = [row | facts for row, facts in zip(made["pages"], about, strict=True)]
        if self._words:
            made["pages"] = [row | words_json(page) for row, page in zip(made["pages"], pages, strict=True)]
        name = each.name or self._name(content.data for _, of_page in sorted(by_number.items()) for content in of_page)
        return {"id": each.id, "name": name, "project_id": self._project.id, **made}

    def _with_remarks(self, content: PageContent) -> Page | PrelabelError:
        """Return the page with the remarks of stage ocr, unless a person has annotated it."""
        if not isinstance(content.page, Page) or content.source != "prediction":
            return content.page
        return replace(content.page, remarks=self._remarks.get(content.task_id, ()))

    def _about(self, of_page: Sequence[PageContent]) -> Json:
        """Return the page's place in Label Studio and the source of its words."""
        content = of_page[-1]
        url = page_address(self._settings, self._project.id, content.task_id)
        about: Json = {"task_id": content.task_id, "url": url}
        if content.source:
            about |= {"source": content.source, "model_version": content.version}
        if isinstance(content.page, Page):
            about["word_count"] = len(content.page.words)
        if not_used := {str(kind): count for kind, count in sorted(content.told.items()) if count}:
            about["not_used"] = not_used
        if not_read := self._texts.not_read.pop(content.task_id, None):
            about["not_read"] = dict(not_read)
        if sources := self._texts.sources.pop(content.task_id, None):
            about["texts_from"] = dict(sources)
        if len(of_page) > 1:
            about["other_task_ids"] = [other.task_id for other in of_page[:-1]]
        return about

    def _name(self, data: Iterable[Data]) -> str | None:
        """Return the document's name for people; of a page without a document, its image's name."""
        key = self._config.image_key
        names = (each.get("document_name") or image_name(str(data_field(each, key) or "")) for each in data)
        return next((str(name) for name in names if name), None)


def _precedence(content: PageContent) -> tuple[bool, bool, int]:
    """Return a key whose greatest value counts of several tasks that show one page: annotated, readable, newest."""
    return content.source == "annotation", isinstance(content.page, Page), content.task_id
