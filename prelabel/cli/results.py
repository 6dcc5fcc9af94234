"""`prelabel results`: a project's annotations and predictions as key-values in a file."""

from __future__ import annotations

import errno
import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Literal

import click
from rich.console import Console

from prelabel.cli.everywhere import is_quiet
from prelabel.cli.language.texts import translate, translate_count
from prelabel.cli.options import project_argument
from prelabel.cli.output import say, say_error
from prelabel.cli.status import come_from, remark_counts
from prelabel.errors import PrelabelError, SettingError
from prelabel.labelstudio.regions.told import NotUsed, Told, told_line
from prelabel.results.files import WRITERS

#: Reasons that are shown; the output has all of them, by page.
_MOST_REASONS = 3
_LABELS = ("QUESTION", "ANSWER", "HEADER", "OTHER")
_SOURCES: dict[str, Literal["annotation", "prediction"]] = {"annotations": "annotation", "predictions": "prediction"}


@click.command(short_help="Write a project's key-values as JSON lines, CSV or Parquet.")
@project_argument
@click.option("--document", "document_id", metavar="ID", help="Only this document; default: the whole project.")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), help="Default: by the suffix of FILE, else jsonl.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: stdout.")
@click.option("--only", type=click.Choice(list(_SOURCES)), help="Use only one of the two.")
@click.option("--label", "labels", multiple=True, metavar="NAME=LABEL", help="The project's label NAME means LABEL.")
@click.option("--words", is_flag=True, help="Add each page's words, entities and links; JSON only.")
def results(
    project: int,
    document_id: str | None,
    form: str | None,
    output: Path | None,
    only: str | None,
    labels: tuple[str, ...],
    words: bool,
) -> int:
    """Write the key-values of PROJECT as stored in Label Studio, merged over the pages of each document.

    The annotation of a page is used, or its prediction if it has no annotation. The formats:
    docs/how-to/results.md.
    The exit code is 1 if pages have no result; the output names each of them with the reason.
    """
    from prelabel.results.read import read_results as read

    form = form or _by_suffix(output)
    if output is None and form == "parquet":
        raise click.UsageError(translate("Parquet needs a file: name one with -o"))
    if words and form not in {"jsonl", "json"}:
        raise click.UsageError(translate("--words needs JSON: name a file ending in .jsonl or .json"))
    names = dict(map(_label_name, labels))
    documents = read(project, document_id, only=_SOURCES[only] if only else None, names=names, words=words)
    counted = _Counted(documents, shown=output is not None)
    with _sigterm_exits(), _target(output) as out:
        WRITERS[form](counted, out)
    if output:
        told = translate("{documents} documents, {pages} pages: {file}")
        say(told.format(documents=counted.documents, pages=counted.pages, file=output))
    if counted.problems:
        reasons = ", ".join(f"{count} {code}" for code, count in counted.problems.most_common())
        told = translate("{count} of {pages} pages have no result: {reasons}; see docs/reference/failures.md")
        say_error(told.format(count=counted.problems.total(), pages=counted.pages, reasons=reasons))
    for line in remark_counts(counted.remarks):
        say_error(line)
    if counted.only_words and not words:
        told = translate("{count} documents have words, but no field; --words writes the words")
        say_error(told.format(count=counted.only_words))
    if counted.not_used:
        told = translate("not used: {kinds}; see docs/how-to/results.md")
        say_error(told.format(kinds=told_line(counted.not_used, translate)))
    for reason, count in counted.not_read.most_common(_MOST_REASONS):
        told = translate("{count} regions without text could not be read: {reason}")
        say_error(told.format(count=count, reason=reason))
    if len(counted.versions) > 1 and not is_quiet():
        say_error(_several(project, counted.versions))
    return 1 if counted.problems else 0


def _several(project: int, versions: Counter[str]) -> str:
    """Tell from which configurations the predictions come, and how many would be predicted again."""
    from prelabel.ledger.ledger import Ledger
    from prelabel.project.configurations import present_version
    from prelabel.settings import get_settings

    current = ""
    with suppress(PrelabelError):
        current = present_version(Ledger.from_settings(get_settings()), get_settings(), project, versions)
    told = come_from(dict(versions.most_common()), current)
    older = versions.total() - versions[current] if current else 0
    if not older:
        return told
    again = translate_count(
        "{count} page would be predicted again by: prelabel enqueue PROJECT --again",
        "{count} pages would be predicted again by: prelabel enqueue PROJECT --again",
        older,
    )
    return f"{told}{translate('; ')}{again}"


class _Counted:
    """Documents, counted while they are written, with a line of progress on a terminal if `shown`."""

    def __init__(self, documents: Iterable[dict[str, Any]], *, shown: bool) -> None:
        self._found, self._shown = documents, shown
        self.documents = self.pages = self.only_words = 0
        self.problems: Counter[str] = Counter()
        self.not_used = Told()
        self.not_read: Counter[str] = Counter()
        self.remarks: Counter[str] = Counter()
        #: Pages whose prediction counts, by its exact version, without predictions of other tools.
        self.versions: Counter[str] = Counter()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        from prelabel.project.version import is_ours

        terminal = Console(stderr=True, quiet=is_quiet() or not (self._shown and sys.stderr.isatty()))
        with terminal.status(translate("looking for documents")) as line:
            for each in self._found:
                yield each
                self.documents += 1
                self.pages += len(each["pages"])
                self.only_words += _has_only_words(each)
                self.remarks.update(told["code"] for page in each["pages"] for told in page.get("remarks", ()))
                self.problems.update(page["error"]["code"] for page in each["pages"] if "error" in page)
                for page in each["pages"]:
                    self.not_used.update({NotUsed(kind): count for kind, count in page.get("not_used", {}).items()})
                    self.not_read.update(page.get("not_read", {}))
                made = (page["model_version"] or "" for page in each["pages"] if page.get("source") == "prediction")
                self.versions.update(filter(is_ours, made))
                line.update(translate("{count} documents").format(count=self.documents))


def _has_only_words(document: dict[str, Any]) -> bool:
    parts = ("fields", "tables", "sections", "form_fields")
    return any(page.get("word_count") for page in document["pages"]) and not any(map(document.get, parts))


def _by_suffix(output: Path | None) -> str:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    if suffix and suffix not in WRITERS:
        raise click.UsageError(
            translate("the suffix of {file} does not say the format: name one with --format").format(file=output)
        )
    return suffix or "jsonl"


def _label_name(option: str) -> tuple[str, str]:
    """Split NAME=LABEL. Raises BadParameter."""
    name, _, label = option.rpartition("=")
    if not name or label.upper() not in _LABELS:
        message = translate("'{option}' is not NAME=LABEL with one of the labels {labels}")
        raise click.BadParameter(message.format(option=option, labels=", ".join(_LABELS)), param_hint="--label")
    return name, label


@contextmanager
def _sigterm_exits() -> Iterator[None]:
    """Turn SIGTERM into SystemExit, so that an incomplete file is removed."""
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Open stdout, or a file that appears only when it is complete. Raises SettingError if it cannot be written."""
    from prelabel.bucket.atomic_files import atomic_file

    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = output.resolve()
    if path.exists() and not path.is_file():
        raise click.BadParameter(translate("{file} is not a file").format(file=output), param_hint="-o")
    try:
        with atomic_file(path, path.parent) as out:
            yield out
    except OSError as error:
        cure = "make room" if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else "correct that"
        raise SettingError(f"cannot write {output} ({error.strerror or error}): {cure}, then run it again") from None
