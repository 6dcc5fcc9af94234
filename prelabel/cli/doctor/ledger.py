"""Check of a project's ledger against Label Studio and the queues, with repair on request."""

from __future__ import annotations

from collections.abc import Iterator

from prelabel.cli.doctor.check import Check
from prelabel.errors import PrelabelError
from prelabel.labelstudio.projects import get_project
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
            predictions = check_predictions(workplace, project_id)
    except PrelabelError as error:
        yield Check(name, "wrong", str(error))
        return
    if not found:
        yield Check(name, "ok", "agrees with Label Studio and the queues")
    yield from predictions


def check_predictions(workplace: Workplace, project_id: int) -> list[Check]:
    """Tell from which configurations the predictions come, whom the label stream shows, and what would be redone."""
    from prelabel.project.configurations import configurations, count_again
    from prelabel.project.names import hidden_by, project_name

    title, ledger = f"project {project_id} predictions", workplace.ledger
    project = get_project(workplace.client, project_id)
    name, found = project_name(workplace, project), list[Check]()
    if other := hidden_by(workplace.client, project, name):
        why = f'the label stream shows the predictions of "{other}", and pages hold no others; it shows "{name}" when'
        found.append(Check(title, "warning", f"{why} each page has one: prelabel enqueue {project_id}"))
    current = configurations(ledger, workplace.settings, project_id).current
    again = count_again(workplace, project, name, current) if current else None
    made = configurations(ledger, workplace.settings, project_id)
    if not made.pages:
        return found
    versions = ", ".join(f"{version} ({count} pages)" for version, count in made.pages.items())
    if again or (again is None and made.older):
        pages = f"{again}" if again is not None else f"up to {made.older}"
        cure = f"{pages} are untouched and not of the present {current}; again: prelabel enqueue {project_id} --again"
        return [*found, Check(title, "warning", f"from {versions}; {cure}")]
    return [*found, Check(title, "ok", f'from {versions}, named "{name}"')]
