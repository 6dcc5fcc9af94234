"""The set-up of a project in Label Studio: missing parts are made, existing ones are checked.

Every step looks first, so a second run changes nothing, and the next run completes one that was killed. Nobody's work
is lost: an existing labelling configuration is replaced only on request, and never under annotations or drafts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from prelabel.errors import LabellingConfigError, PrelabelError, ProjectNotFound, ServiceUnavailable, SettingError
from prelabel.labelstudio.labelling_template import label_names, labelling_xml
from prelabel.labelstudio.projects import (
    Project,
    create_project,
    find_projects,
    get_project,
    project_address,
    set_labelling_xml,
)
from prelabel.labelstudio.storages import find_storages
from prelabel.labelstudio.webhooks import connect_webhook
from prelabel.ledger.locks import HeldLock
from prelabel.project.connection import wanted_storage, webhook_secret
from prelabel.project.fitting import Fit, configuration_fit, has_controls, people_work
from prelabel.project.wish import Part, SetUp, Step, Wish
from prelabel.settings import Settings
from prelabel.workplace import Workplace

#: Label Studio's own bounds.
_SHORTEST_TITLE, _LONGEST_TITLE = 3, 50


def set_up_project(workplace: Workplace, which: str | int, wish: Wish) -> SetUp:
    """Make a project with this title, or complete and check the one with this title or id; one process at a time.

    Raises before anything is made: SettingError, LabellingConfigError (labels that cannot be used), ProjectNotFound (no
    such id, or several projects with the title), AuthError, ServiceUnavailable. Later errors become refused steps.
    """
    wish = replace(wish, labels=label_names(wish.labels))
    which = _title(which) if isinstance(which, str) else which
    if wish.webhook:
        webhook_secret(workplace.settings)
    with workplace.ledger.locks.hold("init", wait_s=workplace.settings.http_timeout) as held:
        if not held:
            raise ServiceUnavailable("another process is setting up a project: try again when it has ended")
        project, made = _find_or_create(workplace, held, which, wish)
        steps = (
            Step("project", "created" if made else "unchanged"),
            *_configuration(workplace, project, wish, made=made),
            *_storage(workplace, project.id, wish),
            *_webhooks(workplace, project.id, wish),
            *_watch(workplace, project.id, wish),
        )
    address = project_address(workplace.settings, project.id)
    return SetUp(project.id, project.title, address, project.page_count, steps)


def _title(title: str) -> str:
    title = " ".join(unicodedata.normalize("NFC", title).split())
    if not _SHORTEST_TITLE <= len(title) <= _LONGEST_TITLE or not title.isprintable():
        raise SettingError(
            f"a project's title has {_SHORTEST_TITLE} to {_LONGEST_TITLE} printable characters in Label Studio; "
            f"this one has {len(title)}: choose another"
        )
    return title


def _find_or_create(workplace: Workplace, held: HeldLock, which: str | int, wish: Wish) -> tuple[Project, bool]:
    client = workplace.client
    if isinstance(which, int):
        return get_project(client, which), False
    found = find_projects(client, which)
    if len(found) > 1:
        ids = [str(project.id) for project in found]
        raise ProjectNotFound(
            f"{len(found)} projects have the title {which!r} ({', '.join(ids)}): name one by its id: "
            f"prelabel init {ids[0]}"
        )
    if found:
        return get_project(client, found[0].id), False
    held.check()  # titles may come twice in Label Studio
    return create_project(client, which, labelling_xml(wish.labels)), True


def _configuration(workplace: Workplace, project: Project, wish: Wish, *, made: bool) -> Iterator[Step]:
    """Make the configuration, or check an existing one; an empty one counts as missing."""
    part: Part = "labelling configuration"
    wanted, present = labelling_xml(wish.labels), project.labelling_xml
    done: Step | None = Step(part, "created") if made else None
    if not made and present.strip() != wanted.strip() and (wish.replace or not has_controls(present)):
        done = _attempt(part, lambda: _replace_configuration(workplace, project, wanted))
    if done:
        yield done
    if done is None or done.outcome != "refused":
        fit = configuration_fit(workplace.settings, wanted if done else present, wish.labels, project_id=project.id)
        yield from _fit_steps(fit, _settings_address(workplace.settings, project.id), told=done is not None)


def _replace_configuration(workplace: Workplace, project: Project, wanted: str) -> Step:
    if work := people_work(workplace.client, project):
        raise LabellingConfigError(
            f"project {project.id} has {work}, which another configuration could make unreadable: make a new project "
            "with another title, or add what is missing by hand at "
            f"{_settings_address(workplace.settings, project.id)}"
        )
    set_labelling_xml(workplace.client, project.id, wanted)
    return Step("labelling configuration", "updated")


def _fit_steps(fit: Fit, address: str, *, told: bool) -> Iterator[Step]:
    """Report what a configuration lacks. `told`: its outcome was reported before."""
    part: Part = "labelling configuration"
    cure = f"add it at {address}, or let prelabel replace the configuration (--replace)"
    yield from (Step(part, "refused", f"{line}; {cure}") for line in fit.wrong)
    yield from (Step(part, "incomplete", f"{line}; add it at {address} if you want it") for line in fit.lacking)
    if not fit.wrong and not fit.lacking and not told:
        yield Step(part, "unchanged", "it has all that predictions need")


def _storage(workplace: Workplace, project_id: int, wish: Wish) -> Iterator[Step]:
    settings = workplace.settings
    if wish.bucket:
        yield _attempt("storage", lambda: _connect_storage(workplace, project_id, wish))
    elif settings.storage_title:
        try:
            find_storages(workplace.client, project_id, settings.storage_title)
        except PrelabelError as error:
            yield Step("storage", "incomplete", f"{error}; prelabel init {project_id} --bucket ... makes it, too")
        else:
            yield Step("storage", "unchanged", f"{settings.storage_title!r}")


def _connect_storage(workplace: Workplace, project_id: int, wish: Wish) -> Step:
    settings = workplace.settings
    wanted = wanted_storage(settings, bucket=wish.bucket, prefix=wish.prefix)
    storage, outcome = wanted.connect(workplace.client, project_id)
    said = f"{storage}, which Label Studio can reach"
    if storage.title != settings.storage_title:
        said += (
            f"; set PRELABEL_STORAGE_TITLE={storage.title} for all processes: beat then syncs it, and no added "
            "page comes twice"
        )
    return Step("storage", outcome, said)


def _webhooks(workplace: Workplace, project_id: int, wish: Wish) -> Iterator[Step]:
    settings = workplace.settings
    if wish.webhook == "":
        return
    if wish.webhook is None and not settings.webhook_secret.get_secret_value():
        yield Step(
            "webhooks", "left out", "PRELABEL_WEBHOOK_SECRET is not set, so new pages wait for beat's next selection"
        )
        return
    url = wish.webhook or settings.uploader_url

    def connect() -> Step:
        outcome = connect_webhook(workplace.client, project_id, url, webhook_secret(settings))
        return Step("webhooks", outcome, f"to the uploader at {url}")

    step = _attempt("webhooks", connect)
    if step.outcome == "refused":
        without = "or leave webhooks out (--no-webhook): new pages then wait for beat's next selection"
        step = replace(step, detail=f"{step.detail}; {without}")
    yield step


def _watch(workplace: Workplace, project_id: int, wish: Wish) -> Iterator[Step]:
    if not wish.watch:
        return

    def watch() -> Step:
        added = workplace.ledger.watched.add(project_id)
        every = f"beat selects its pages every {workplace.settings.select_interval:g} s"
        return Step("watch", "created" if added else "unchanged", every)

    yield _attempt("watch", watch)


def _attempt(part: Part, action: Callable[[], Step]) -> Step:
    """Return the step of the action, or the refused step that its error means: the other steps go on."""
    try:
        return action()
    except PrelabelError as error:
        return Step(part, "refused", str(error))


def _settings_address(settings: Settings, project_id: int) -> str:
    return project_address(settings, project_id).removesuffix("data") + "settings/labeling"
