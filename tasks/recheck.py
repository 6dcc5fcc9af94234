"""The rechecks (queue control): beat sends `recheck`, which looks for what Label Studio has stored late, and twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from prelabel.errors import LABEL_STUDIO, PrelabelError, ProjectNotFound, ServiceUnavailable
from prelabel.ledger.imports.rechecks import Recheck
from prelabel.project.second_pages import recheck_documents
from prelabel.project.second_predictions import recheck_predictions
from prelabel.queues.routes import TaskName
from tasks.app import app
from tasks.control_task import ControlTask
from tasks.process import WorkerProcess, this_process
from tasks.runner import log

#: Looks in one message; a later message takes the others.
_AT_ONCE = 1000


@app.task(name=TaskName.RECHECK, base=ControlTask)
def recheck() -> None:
    """Look again at pages and documents after imports with an unknown outcome; one process at a time."""
    here = this_process()
    if here.ledger.outages.is_away(LABEL_STUDIO):
        return
    with here.ledger.locks.hold("recheck") as held:
        groups: dict[tuple[str, int], list[Recheck]] = defaultdict(list)
        for each in here.ledger.rechecks.due(_AT_ONCE) if held else ():
            groups[each.kind, each.project_id].append(each)
        for group in groups.values():
            try:
                over = _look(here, group)
            except ServiceUnavailable as error:  # they stay due
                log.warning("stage=recheck reason=%s: %s", error.code, error)
                return
            except PrelabelError as error:
                log.warning("stage=recheck project=%s reason=%s: %s", group[0].project_id, error.code, error)
                over = group if isinstance(error, ProjectNotFound) else ()
            here.ledger.rechecks.looked(group, over=over)


def _look(here: WorkerProcess, group: Sequence[Recheck]) -> Collection[Recheck]:
    """Look at pages, or at documents, of one project; return those that are gone."""
    kind, project_id = group[0].kind, group[0].project_id
    if kind == "document":
        recheck_documents(here, project_id, [each.name for each in group])
        return ()
    gone = recheck_predictions(here, project_id, [int(each.name) for each in group])
    return [each for each in group if int(each.name) in gone]
