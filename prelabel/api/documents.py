"""Documents: add files, and retry their failed parts; for Python, the command line and the uploader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prelabel.api.runs import retry_failed
from prelabel.api.spelling import warn_of_spelling
from prelabel.errors import FileGone, PrelabelError, ServiceUnavailable, SettingError
from prelabel.intake.dispatch import dispatch
from prelabel.labelstudio.projects import get_project
from prelabel.settings import Settings
from prelabel.workplace import Workplace

if TYPE_CHECKING:
    from prelabel.intake.accept import Accepted

_CHUNK_BYTES = 2**20


def add_document(path: Path | str, project_id: int, *, name: str = "", settings: Settings | None = None) -> Accepted:
    """Add a PDF or an image to a Label Studio project; its pages become tasks of the project.

    `name`: shown instead of the file's own name. The same file again is the same document. Raises ProjectNotFound,
    AuthError, ServiceUnavailable and the errors of `accept`, before anything is stored.
    """
    ((_, outcome),) = add_documents([Path(path)], project_id, name=name, settings=settings)
    if isinstance(outcome, PrelabelError):
        raise outcome
    return outcome


def add_documents(
    paths: Iterable[Path], project_id: int, *, name: str = "", settings: Settings | None = None
) -> Iterator[tuple[Path, Accepted | PrelabelError]]:
    """Add many files; yield the outcome of each. A refused file does not stop the others.

    Raises ProjectNotFound, AuthError, ServiceUnavailable.
    """
    from prelabel.intake.accept import accept

    with Workplace(settings) as workplace:
        get_project(workplace.client, project_id)
    warn_of_spelling(workplace.settings)
    for path in paths:
        outcome: Accepted | PrelabelError
        try:
            outcome = accept(workplace, _chunks(path), name or path.name, project_id)
            dispatch(workplace)
        except ServiceUnavailable:
            raise
        except PrelabelError as error:
            outcome = error
        yield path, outcome


def retry_document(
    project_id: int, document: str, numbers: Sequence[int] = (), *, settings: Settings | None = None
) -> int:
    """Retry the failed parts of a document, or only the pages `numbers`; return their number.

    Pages that failed after their import into Label Studio are selected again.
    """
    return retry_documents(project_id, [document], numbers, settings=settings)


def retry_documents(
    project_id: int, documents: Sequence[str], numbers: Sequence[int] = (), *, settings: Settings | None = None
) -> int:
    """Retry the failed parts of many documents, with one selection for all of them: see `retry_document`."""
    workplace = Workplace(settings)
    ledger = workplace.ledger
    count = sum(ledger.documents.retry(project_id, document, numbers) for document in documents)
    dispatch(workplace)
    tasks = [task for each in documents for task in ledger.documents.failed_tasks(project_id, each, numbers)]
    return count + (retry_failed(project_id, tasks, settings=workplace.settings) if tasks else 0)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except FileNotFoundError:
        raise FileGone(f"there is no file {path}") from None
    except IsADirectoryError:
        raise FileGone(f"{path} is a folder: name the files in it") from None
    except PermissionError:
        raise SettingError(f"{path} cannot be read: no permission") from None
