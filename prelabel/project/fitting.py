"""The fit of a labelling configuration to the predictions, and the work of people that stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from prelabel.errors import LabellingConfigError, PrelabelError
from prelabel.kie.tag.loading import describe
from prelabel.labelstudio.controls.report import missing
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.page_list import count_drafts
from prelabel.labelstudio.projects import Project
from prelabel.ledger.ledger import Ledger
from prelabel.project.models import from_registry, with_models
from prelabel.settings import NO_TAGGER, ProjectSettings, Settings

#: Entities with this label are offered to people where a configuration has only labels of its own.
ANSWER = "ANSWER"


@dataclass(frozen=True, slots=True)
class Fit:
    """One line for each fault. `wrong`: no prediction fits, or a wanted label is missing. `lacking`: a part is lost."""

    wrong: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def configuration_fit(settings: Settings, xml: str, wanted: Sequence[str] = (), *, project_id: int = 0) -> Fit:
    """Compare a configuration with the labels of the predictions and with the `wanted` ones of a person.

    A person's own labels may all be unknown to the tagger (they will train one): that is lacking, not wrong.
    """
    labels, own = predicted_labels(settings, project_id), settings.for_project(project_id)
    try:
        config = LabellingConfig.parse(xml, wanted or labels)
    except LabellingConfigError as error:
        return Fit(wrong=(str(error),))
    control = config.holders[0].name if config.holders else config.region.name
    absent = tuple(f'"{control}" has no value {name}' for name in wanted if config.label(name) is None)
    try:
        require_fit(config, labels, own)
    except LabellingConfigError as error:
        return Fit(absent, (str(error),)) if wanted else Fit((str(error),))
    if is_named_by_people(config, labels):
        return Fit(absent, (named_by_people(config, labels),))
    drawn = () if is_read_only(config, own) else labels
    return Fit(absent, missing(config, [label for label in drawn if label not in wanted]))


def predicted_labels(settings: Settings, project_id: int = 0) -> tuple[str, ...]:
    """Return the labels that predictions of a project will have.

    A tagger that is not on this machine is described by the gpu workers, where one has it.
    """
    own = settings.for_project(project_id)
    if own.ser == NO_TAGGER:
        return ()
    labels: tuple[str, ...] = LABELS
    try:
        labels = describe(with_models(settings, from_registry(settings, project_id)))[2]
    except PrelabelError:
        with suppress(PrelabelError):
            announced = Ledger.from_settings(settings).workers.newest_tagger(settings.models_name(project_id))
            labels = announced.labels if announced else LABELS
    return tuple(label for label in labels if own.draw_other or label != "OTHER")


def is_read_only(config: LabellingConfig, own: ProjectSettings) -> bool:
    """Return whether pages are only read: the project wants no tagger, or its labels just say that there is text."""
    return own.ser == NO_TAGGER or config.ocr_only


def is_named_by_people(config: LabellingConfig, labels: Sequence[str]) -> bool:
    """Return whether answers are drawn without a label, for people to name.

    It is so where the configuration has only labels of its own, which no tagger knows yet.
    """
    known = any(config.label(label) for label in labels if label != "OTHER")
    return ANSWER in labels and bool(config.holders) and not config.ocr_only and not known


def named_by_people(config: LabellingConfig, labels: Sequence[str]) -> str:
    """Say why answers are drawn without a label."""
    return (
        f"{config.holders[0].tag}: none of its values is the tagger's ({', '.join(labels)}), so answers are drawn "
        "without a label, for people to name; a tagger can be trained from these"
    )


def require_fit(config: LabellingConfig, labels: Sequence[str], own: ProjectSettings) -> None:
    """Raise LabellingConfigError where nothing could be drawn of pages with these labels, or of pages only read."""
    unlabelled = is_read_only(config, own) or is_named_by_people(config, labels)
    config.require(() if unlabelled else labels)


def has_controls(xml: str) -> bool:
    """Return whether a project has a configuration: Label Studio gives a new one an empty View."""
    return bool(xml.strip()) and "".join(xml.split()) not in {"<View></View>", "<View/>"}


def people_work(client: LabelStudio, project: Project) -> str:
    """Describe the work of people in a project, "" where there is none: "3 annotations and drafts on 2 pages"."""
    drafts = count_drafts(client, project.id)
    parts = [f"{project.annotation_count} annotations"] if project.annotation_count else []
    return " and ".join([*parts, *([f"drafts on {drafts} pages"] if drafts else [])])
