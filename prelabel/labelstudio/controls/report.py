"""Report of a configuration in words: the control of each part of a prediction, what is lost, what Submit loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prelabel.labelstudio.controls.places import Place
from prelabel.labelstudio.controls.tags import short
from prelabel.labelstudio.controls.visibility import is_endangered, is_kept
from prelabel.labelstudio.labelling_config import LabellingConfig

_AREA = 'perRegion="true" editable="true" displayMode="region-list" rows="1" maxSubmissions="1"'


def takes(config: LabellingConfig, labels: Sequence[str]) -> str:
    """Say which control takes regions, labels and texts of a prediction, in one line."""
    drawn = _drawn(config, labels)
    regions: dict[str, list[str]] = {}
    for name, place in drawn:
        control = place.marks[-1].control if place.marks else place.region.name
        drawn_by = "" if control == place.region.name else f", drawn by {_quoted(place.region.name)}"
        regions.setdefault(_quoted(control) + drawn_by, []).append(name)
    texts: dict[str, list[str]] = {}
    for name, place in drawn:
        text = config.text_of(place)
        texts.setdefault(_quoted(text) if text else "each region's meta information", []).append(name)
    parts = [f"{_and(names)} in {by}" for by, names in regions.items()]
    written = [f"texts of {_and(names)} in {where}" for where, names in texts.items()]
    return "; ".join([*parts, *(written if len(texts) > 1 else [f"texts in {next(iter(texts), 'no control')}"])])


def missing(config: LabellingConfig, labels: Iterable[str]) -> tuple[str, ...]:
    """Return one line for each part of a prediction that this configuration has no control for."""
    wanted = list(labels)
    return (*_missing_labels(config, wanted), *_missing_texts(config, wanted))


def endangered(config: LabellingConfig, labels: Sequence[str]) -> tuple[str, ...]:
    """Return one line for each text that people cannot correct, or that Submit may lose or ask for."""
    drawn = _drawn(config, labels)
    lines: list[str] = []
    for text in config.texts:
        here = [name for name, place in drawn if config.text_of(place) == text.name]
        if here and text.remark:
            lines.append(
                f"texts go to {_quoted(text.name)}, which seems to be for remarks: add a TextArea with "
                'perRegion="true" for them, named transcription'
            )
        if here and not text.editable:
            lines.append(f'{_quoted(text.name)} has no editable="true": people cannot correct a text there')
        if here and text.tag.flag("required"):
            lines.append(
                f'{_quoted(text.name)} has required="true": Submit is refused while any region has no text, also one '
                "that a person has just drawn"
            )
        if here and is_endangered(text.tag):
            lines.append(
                f"Submit loses the texts in {_quoted(text.name)} once somebody chooses "
                f"{short(text.tag.get('whenChoiceValue')) or 'a value'} (visibleWhen)"
            )
    return tuple(lines)


def _drawn(config: LabellingConfig, labels: Sequence[str]) -> list[tuple[str, Place]]:
    if config.ocr_only:
        labels = [config.plain_label or ""]
    places = [(place.label or "", place) for label in labels if (place := config.place(label))]
    plain = config.place(None)
    return places or ([("regions without a label", plain)] if plain else [])


def _missing_labels(config: LabellingConfig, labels: Sequence[str]) -> Iterator[str]:
    if config.ocr_only:
        return
    if not config.holders:
        yield f"no Labels control for {_quoted(config.image)}: regions get no label"
        return
    absent = [label for label in labels if config.label(label) is None]
    effect = "gets no label" if config.plain else "is not drawn"
    best = _quoted(config.holders[0].name)
    yield from (f"{best} has no value {label}: a region labelled {label} {effect}" for label in absent)


def _missing_texts(config: LabellingConfig, labels: Sequence[str]) -> Iterator[str]:
    if not config.texts:
        area = f'<TextArea name="transcription" toName="{short(config.image)}" {_AREA}/>'
        yield (
            'no TextArea with perRegion="true": texts go to each region\'s meta information, and the list of regions '
            f"shows none. The cure: {area}"
        )
        return
    hidden = [(name, place) for name, place in _drawn(config, labels) if config.text_of(place) is None]
    if not hidden:
        return
    names = _and([name for name, _ in hidden])
    lost = [text.name for text in config.texts if not any(is_kept(text.tag, place.marked) for _, place in hidden)]
    why = f"; Submit would lose them in {_and([_quoted(name) for name in lost])}" if lost else ""
    yield (
        f"no TextArea is shown for {names} (whenLabelValue, visibleWhen){why}: these texts go to each region's meta "
        "information"
    )


def _quoted(name: str) -> str:
    return f'"{short(name)}"'


def _and(names: Sequence[str]) -> str:
    *first, last = map(short, names)
    return f"{', '.join(first)} and {last}" if first else last
