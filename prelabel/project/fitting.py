"""The fit of a labelling configuration to the predictions, and the work of people that stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prelabel.errors import LabellingConfigError, ModelUnavailable
from prelabel.kie.tag.loading import describe
from prelabel.labelstudio.controls.report import missing
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.labelling_config import LABELS, LabellingConfig
from prelabel.labelstudio.page_list import count_drafts
from prelabel.labelstudio.projects import Project
from prelabel.settings import Settings


@dataclass(frozen=True, slots=True)
class Fit:
    """One line for each fault. `wrong`: no prediction fits, or a wanted label is missing. `lacking`: a part is lost."""

    wrong: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def configuration_fit(settings: Settings, xml: str, wanted: Sequence[str] = ()) -> Fit:
    """Compare a configuration with the labels of the predictions and with the `wanted` ones of a person.

    A person's own labels may all be unknown to the tagger (they will train one): that is lacking, not wrong.
    """
    labels = predicted_labels(settings)
    try:
        config = LabellingConfig.parse(xml, wanted or labels)
    except LabellingConfigError as error:
        return Fit(wrong=(str(error),))
    control = config.holders[0].name if config.holders else config.region.name
    absent = tuple(f'"{control}" has no value {name}' for name in wanted if config.label(name) is None)
    try:
        config.require(labels)
    except LabellingConfigError as error:
        return Fit(absent, (str(error),)) if wanted else Fit((str(error),))
    return Fit(absent, missing(config, [label for label in labels if label not in wanted]))


def predicted_labels(settings: Settings) -> tuple[str, ...]:
    """Return the labels that predictions will have."""
    try:
        labels = describe(settings)[2]
    except ModelUnavailable:
        labels = LABELS
    return tuple(label for label in labels if settings.draw_other or label != "OTHER")


def has_controls(xml: str) -> bool:
    """Return whether a project has a configuration: Label Studio gives a new one an empty View."""
    return bool(xml.strip()) and "".join(xml.split()) not in {"<View></View>", "<View/>"}


def people_work(client: LabelStudio, project: Project) -> str:
    """Describe the work of people in a project, "" where there is none: "3 annotations and drafts on 2 pages"."""
    drafts = count_drafts(client, project.id)
    parts = [f"{project.annotation_count} annotations"] if project.annotation_count else []
    return " and ".join([*parts, *([f"drafts on {drafts} pages"] if drafts else [])])
