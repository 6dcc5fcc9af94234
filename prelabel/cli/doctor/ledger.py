"""Check of a project's ledger against Label Studio and the queues, with repair on request."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.project.repair import find_mismatches
from prelabel.settings import Settings
from prelabel.workplace import Workplace


def check_ledger(settings: Settings, project_id: int, *, repair: bool) -> Iterator[Check]:
    """Report every difference, and repair it if `repair`; report a project that is paused or cancelled."""
    from prelabel.project.send_once import ask_selection

    name, found = f"project {project_id} ledger", False
    try:
        with Workplace(settings) as workplace:
            if halt := workplace.ledger.halts.halt(project_id):
                yield Check(name, "warning", f"the project is {halt}; to continue: prelabel resume {project_id}")
            for finding in find_mismatches(workplace, project_id, repair=repair):
                found = True
                cure = f"repaired: {finding.repair}" if repair else f"repair: prelabel doctor --repair {project_id}"
                yield Check(name, "ok" if repair else "warning", f"{finding.problem}; {cure}")
            if found and repair:
                ask_selection(workplace.ledger, settings, project_id)
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))
        return
    if not found:
        yield Check(name, "ok", "agrees with Label Studio and the queues")
