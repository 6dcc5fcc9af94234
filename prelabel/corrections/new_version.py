"""A new version of a project's data set: what has changed in Label Studio is read, all else is taken as it was.

One page at a time is in memory, and an entry of each. A process that is killed leaves contents without a version, which
the next one finds.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version as release

from prelabel.corrections.annotated_pages import AnnotatedPages, WholePage, list_annotated
from prelabel.corrections.difference import Difference, difference
from prelabel.corrections.labelled import how_labelled
from prelabel.corrections.manifest import Gone, LeftOut, Manifest, PageEntry
from prelabel.corrections.splits import Evaluation, Placed, split_pages
from prelabel.corrections.store import DataSet
from prelabel.errors import NotAnnotated, PagesGone, PrelabelError, ServiceUnavailable, SettingError
from prelabel.kie.tag.tagger import OTHER
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_data import field
from prelabel.labelstudio.projects import Project, get_project
from prelabel.labelstudio.regions.counting import final_annotation
from prelabel.page import Page
from prelabel.project.stored_pages import StoredPages
from prelabel.results.read import document_and_page
from prelabel.workplace import Workplace

#: Told after each page that was read: pages read, pages to read.
Progress = Callable[[int, int], None]

#: Tries where other processes make versions of the same data set at the same time.
_TRIES = 5
#: Longer references hold the image itself, not its address.
_LONGEST_REFERENCE = 4_096


@dataclass(frozen=True, slots=True)
class Exported:
    """The newest version of a data set. `is_new`: made now; else nothing has changed. `read`: pages that were read.

    `difference`: what differs from the version before.
    """

    version: Manifest
    is_new: bool
    read: int
    difference: Difference


def make_version(
    project_id: int,
    workplace: Workplace,
    evaluation: Evaluation | None = None,
    *,
    again: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Make a version of what people have submitted in a project, unless nothing has changed since the last one.

    `again`: read and store all pages, also those that have not changed. Raises SettingError where nothing is annotated,
    the newest version is damaged or the evaluation set cannot be as wished; ProjectNotFound, AuthError,
    LabellingConfigError, BucketRefused, StorageFull, ServiceUnavailable.
    """
    maker = _Maker(workplace, get_project(workplace.client, project_id), DataSet.of(workplace, project_id), progress)
    for _ in range(_TRIES):
        made = maker.make(evaluation or Evaluation(), again=again)
        if not made.is_new or maker.data_set.add(made.version):
            return made
    raise ServiceUnavailable(f"others make versions of the data set of project {project_id} all the time: try again")


class _Maker:
    """Maker of a version."""

    def __init__(self, workplace: Workplace, project: Project, data_set: DataSet, progress: Progress | None) -> None:
        self._workplace, self._project, self.data_set, self._progress = workplace, project, data_set, progress
        self._image_key = LabellingConfig.parse(project.labelling_xml, None).image_key

    def make(self, evaluation: Evaluation, *, again: bool) -> Exported:
        """Read what has changed since the newest version, and return the next one; its contents are stored."""
        before = self.data_set.newest()
        there = list_annotated(self._workplace, self._project.id)
        if not there and before is None:
            raise SettingError(f"project {self._project.id} has no annotated page: submit some in Label Studio first")
        stored = StoredPages.of(self._workplace).names(self._project.id)
        entries = {} if again else self._unchanged(before, there, stored)
        wanted = sorted(there.keys() - entries.keys())
        left_out: list[LeftOut] = []
        for count, each in enumerate(self._read(wanted), 1):
            task_id = each.content.task_id
            if reason := _unusable(each):
                left_out.append(LeftOut(task_id, reason))
            elif isinstance(each.content.page, Page):
                entry = self._entry(each, each.content.page, stored.get(task_id, ""), there[task_id], again=again)
                entries[task_id] = entry
            if self._progress:
                self._progress(count, len(wanted))
        made = self._version(before, [entries[task_id] for task_id in sorted(entries)], left_out, evaluation)
        what = difference(before, made)
        if before and not what and before.left_out == made.left_out:
            return Exported(before, is_new=False, read=len(wanted), difference=what)
        return Exported(made, is_new=True, read=len(wanted), difference=what)

    def _unchanged(
        self, before: Manifest | None, there: Mapping[int, str], stored: Mapping[int, str]
    ) -> dict[int, PageEntry]:
        """Return the entries of the last version that still hold. Times are compared as equal: clocks may jump."""
        if before is None or before.labelling != self._project.labelling_xml:
            return {}
        contents = self.data_set.contents()
        return {
            page.task_id: page
            for page in before.pages
            if page.changed_at
            and there.get(page.task_id) == page.changed_at
            and stored.get(page.task_id, "") == page.stored
            and page.content in contents
        }

    def _read(self, ids: list[int]) -> Iterator[WholePage]:
        if not ids:
            return iter(())
        return AnnotatedPages(self._workplace, self._project, can_do_without=False).read(ids)

    def _entry(self, each: WholePage, page: Page, stored: str, changed_at: str, *, again: bool) -> PageEntry:
        """Store the content of a page, and return its entry, whose split comes later."""
        row, content = each.content.row, each.content
        annotation = final_annotation(row["annotations"]) or {}
        document, number, _ = document_and_page(content.task_id, content.data)
        reference = str(field(content.data, self._image_key) or "")
        labels = Counter(entity.label for entity in page.entities or () if entity.label != OTHER)
        return PageEntry(
            task_id=content.task_id,
            document=document,
            number=number,
            annotation_id=int(annotation["id"]),
            annotated_at=str(annotation.get("updated_at") or ""),
            # Another time may know more of a page that is not whole, so it is read again.
            changed_at="" if each.bare or each.unread else changed_at,
            content=self.data_set.keep(page, again=again),
            split="train",
            labelled=how_labelled(annotation, row["annotations"]),
            words=len(page.words),
            links=len(page.links or ()),
            labels=dict(sorted(labels.items())),
            image=reference if len(reference) <= _LONGEST_REFERENCE else "",
            stored=stored,
            not_used={str(kind): count for kind, count in sorted(content.told.items()) if count > 0},
        )

    def _version(
        self, before: Manifest | None, pages: list[PageEntry], left_out: list[LeftOut], evaluation: Evaluation
    ) -> Manifest:
        known = {each.task_id: Placed(each.document, each.split) for each in (before.gone if before else ())}
        known |= {each.task_id: Placed(each.document, each.split) for each in (before.pages if before else ())}
        frozen = bool(before and before.frozen)
        documents = {page.task_id: page.document for page in pages}
        splits = split_pages(documents, known, evaluation, frozen=frozen)
        return Manifest(
            project_id=self._project.id,
            number=before.number + 1 if before else 1,
            parent=before.number if before else 0,
            made_at=time.time(),
            release=release("prelabel"),
            labelling=self._project.labelling_xml,
            frozen=frozen or "evaluation" in splits.values(),
            pages=tuple(replace(page, split=splits[page.task_id]) for page in pages),
            gone=tuple(
                Gone(task_id, placed.document, placed.split)
                for task_id, placed in sorted(known.items())
                if task_id not in splits
            ),
            left_out=tuple(left_out),
        )


def _unusable(each: WholePage) -> str:
    """Return why an annotated page cannot be used; empty for one that can, or that is no longer annotated."""
    page = each.content.page
    if isinstance(page, PrelabelError):
        return "" if isinstance(page, PagesGone | NotAnnotated) else str(page)
    return "" if page.width_px else "nothing is drawn on it"
