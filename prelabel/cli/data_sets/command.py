"""`prelabel dataset list|show|diff`: the versions of a project's data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from prelabel.cli.language.texts import translate, translate_count
from prelabel.cli.options import json_option, project_argument
from prelabel.cli.output import console, hint, number_table, say, say_error, when, write_json
from prelabel.errors import SettingError
from prelabel.labelstudio.regions.told import NotUsed, told_line

if TYPE_CHECKING:
    from prelabel.corrections.manifest import Manifest, PageEntry
    from prelabel.corrections.store import DataSet

#: Pages that one line names.
_SHOWN = 20


@click.group(short_help="List, show and compare the versions of a project's data set.")
def dataset() -> None:
    """List, show and compare the versions of a project's data set. `prelabel export PROJECT` makes them."""


@dataset.command("list", short_help="List the versions.")
@project_argument
@json_option
def list_versions(project: int, as_json: bool) -> None:
    """List the versions of the data set of PROJECT, oldest first."""
    data_set = _data_set(project)
    versions = [data_set.version(number) for number in data_set.numbers()]
    if as_json:
        for version in versions:
            write_json(summary(version))
        return
    if not versions:
        say(translate("no version yet"), f"prelabel export {project}")
        return
    shown = number_table(*map(translate, ("version", "made", "pages", "train", "valid", "evaluation")))
    for version in versions:
        counts = Counter(page.split for page in version.pages)
        numbers = (len(version.pages), counts["train"], counts["valid"], counts["evaluation"])
        shown.add_row(str(version.number), when(version.made_at), *map(str, numbers))
    console().print(shown)


@dataset.command(short_help="Show a version.")
@project_argument
@click.argument("version", type=click.IntRange(1), required=False)
@json_option
def show(project: int, version: int | None, as_json: bool) -> None:
    """Show splits, labels and what was not used of a version of the data set of PROJECT; default: the newest."""
    from prelabel.corrections.manifest import SPLITS

    found = _data_set(project).version(version)
    if as_json:
        write_json(summary(found) | {"page_list": [_page_json(page) for page in found.pages]})
        return
    told = translate("version {number} of project {project}, {when}, {digest}")
    at = when(found.made_at)
    say(told.format(number=found.number, project=project, when=at, digest=found.digest[:12]))
    splits = number_table(*map(translate, ("split", "documents", "pages", "words", "entities", "links")))
    for split in SPLITS:
        pages = found.of_split(split)
        if pages or split != "waiting":
            counted = (sum(page.words for page in pages), sum(_labels(pages).values()), sum(p.links for p in pages))
            splits.add_row(split, *map(str, (len({page.document for page in pages}), len(pages), *counted)))
    console().print(splits)
    labels = number_table(*map(translate, ("label", "train", "valid", "evaluation")))
    by_split = [_labels(found.of_split(split)) for split in SPLITS[:3]]
    for label in sorted(found.labels):
        labels.add_row(escape(label), *(str(counts[label]) for counts in by_split))
    console().print(labels)
    tell_version(found)


@dataset.command(short_help="Compare two versions.")
@project_argument
@click.argument("old", type=click.IntRange(1), required=False)
@click.argument("new", type=click.IntRange(1), required=False)
@json_option
def diff(project: int, old: int | None, new: int | None, as_json: bool) -> None:
    """Compare two versions of the data set of PROJECT; default: the two newest, or OLD and the newest."""
    from prelabel.corrections.difference import PARTS, difference

    data_set = _data_set(project)
    after = data_set.version(new)
    if old is None and after.parent == 0:
        raise SettingError(f"the data set of project {project} has one version only: there is nothing to compare")
    before = data_set.version(after.parent if old is None else old)
    made = difference(before, after)
    if as_json:
        write_json({"old": before.number, "new": after.number, **made.to_json()})
        return
    told = translate("version {old} and version {new}: pages added {added}, changed {changed}, removed {removed}")
    counts = {"added": len(made.added), "changed": len(made.changed), "removed": len(made.removed)}
    say(told.format(old=before.number, new=after.number, **counts))
    if made.labelling:
        say(translate("the labelling configuration is another one"))
    parts = dict(zip(PARTS, map(translate, ("content", "annotation", "split", "document", "labelling")), strict=True))
    changed = (f"{each.new.task_id} ({', '.join(parts[part] for part in each.what)})" for each in made.changed)
    _name(translate("added"), (str(page.task_id) for page in made.added))
    _name(translate("changed"), changed)
    _name(translate("removed"), (str(page.task_id) for page in made.removed))
    labels = number_table(translate("label"), str(before.number), str(after.number), "±")
    for label, (one, other) in made.labels.items():
        labels.add_row(escape(label), str(one), str(other), f"{other - one:+}" if other != one else "")
    console().print(labels)


def summary(version: Manifest) -> dict[str, Any]:
    """Return a version without its pages, as JSON."""
    splits = Counter(page.split for page in version.pages)
    evaluation = Counter(page.labelled for page in version.of_split("evaluation"))
    return {
        "project_id": version.project_id,
        "version": version.number,
        "parent": version.parent or None,
        "made_at": version.made_at,
        "release": version.release,
        "digest": version.digest,
        "pages": len(version.pages),
        "splits": dict(splits),
        "evaluation_labelled": dict(evaluation),
        "labels": dict(sorted(version.labels.items())),
        "not_used": dict(version.not_used),
        "left_out": [{"task_id": each.task_id, "reason": each.reason} for each in version.left_out],
    }


def _page_json(page: PageEntry) -> dict[str, Any]:
    names = ("task_id", "document", "number", "split", "labelled", "annotation_id", "annotated_at", "content")
    return {name: getattr(page, name) for name in names} | {"words": page.words, "labels": dict(page.labels)}


def _data_set(project: int) -> DataSet:
    from prelabel.corrections.store import DataSet
    from prelabel.workplace import Workplace

    return DataSet.of(Workplace(), project)


def _labels(pages: Iterable[PageEntry]) -> Counter[str]:
    return sum((Counter(page.labels) for page in pages), Counter[str]())


def tell_version(version: Manifest) -> None:
    """Say what a person should know: judging by predictions, pages that wait, and what was not used."""
    evaluation = version.of_split("evaluation")
    if not evaluation:
        hint(translate("no evaluation set yet: it is chosen when there are two documents"))
    if biased := sum(page.labelled == "from_prediction" for page in evaluation):
        say_error(
            translate_count(
                "{count} page of the evaluation set was labelled from a prediction by one person only: the model that "
                "made it is judged too well; label it without one, or have it checked by a second person",
                "{count} pages of the evaluation set were labelled from a prediction by one person only: the model "
                "that made them is judged too well; label them without one, or have them checked by a second person",
                biased,
            )
        )
    if waiting := len(version.of_split("waiting")):
        hint(
            translate_count(
                "{count} page of documents of the evaluation set came later and is not used: --grow-evaluation",
                "{count} pages of documents of the evaluation set came later and are not used: --grow-evaluation",
                waiting,
            )
        )
    if not_used := {kind: version.not_used[kind] for kind in NotUsed if version.not_used[kind]}:
        say_error(translate("not used: {kinds}").format(kinds=told_line(not_used, translate)))
    for each in version.left_out[:_SHOWN]:
        told = translate("page {page} is left out: {reason}")
        say_error(told.format(page=each.task_id, reason=each.reason))
    if (more := len(version.left_out) - _SHOWN) > 0:
        say_error(translate("{count} more are left out; --json names all").format(count=more))


def _name(what: str, pages: Iterable[str]) -> None:
    listed = list(pages)
    if listed:
        more = f", … (+{len(listed) - _SHOWN})" if len(listed) > _SHOWN else ""
        say(f"{what}: {', '.join(listed[:_SHOWN])}{more}")
