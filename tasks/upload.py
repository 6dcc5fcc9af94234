"""Stage upload (queue io): build the prediction, check it, send it with a bulk import, wait for the outcome."""

from __future__ import annotations

import time

from prelabel.errors import (
    BUCKET,
    LABEL_STUDIO,
    AmbiguousUpload,
    ConfigurationError,
    PageInUse,
    PredictionDropped,
    PredictionRejected,
)
from prelabel.kie.confidence.pair_confidence import with_pair_confidence
from prelabel.kie.key_values.tables import cell_links
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.leases import Begun
from prelabel.ledger.pages import Claim
from prelabel.page import Page
from prelabel.project.names import project_name
from prelabel.project.stored_pages import StoredPages
from prelabel.project.upload import Delivery
from prelabel.queues.routes import TaskName
from prelabel.settings import Settings
from tasks.app import app
from tasks.page_task import PageTask, stored_page
from tasks.process import WorkerProcess
from tasks.runner import log, run

#: A project's labelling configuration and name are read from Label Studio again after this time.
_PROJECT_KEPT_S = 30.0

_projects: dict[int, tuple[float, tuple[LabellingConfig, str]]] = {}


class UploadTask(PageTask):
    """Base of `upload`."""

    abstract = True
    stage = "upload"

    def needs(self, here: WorkerProcess, leased: Claim, begun: Begun) -> tuple[str, ...]:
        """Return Label Studio, and the bucket, where the page's words are kept."""
        return LABEL_STUDIO, BUCKET

    def too_long(self, settings: Settings) -> AmbiguousUpload:
        """Return the error of an upload whose outcome is not known yet."""
        return AmbiguousUpload("the upload took longer than its worker allows; the retry looks for stored predictions")

    def out_of_memory(self, settings: Settings) -> PredictionDropped:
        """Return the error of an upload that exceeds the memory."""
        return PredictionDropped("out of memory while the prediction was built; give the io worker more")


@app.task(name=TaskName.UPLOAD, bind=True, base=UploadTask)
def upload(self: UploadTask, project_id: int, task_id: int, token: str, version: str, *, named: bool = False) -> None:
    """Upload the prediction of one page and confirm it. `named`: see `pipeline`; this release names in any case."""
    run(self, Claim(project_id, task_id, token, version), _work)


def _work(here: WorkerProcess, claim: Claim, begun: Begun) -> None:
    if here.importer is None:
        raise ConfigurationError("queue io is served by `celery -A workers.io worker` only")
    started = time.monotonic()
    error = here.importer.submit(Delivery(claim, _prediction(here, claim, begun.image))).result()
    if isinstance(error, PageInUse):
        log.info("stage=upload %s: %s", claim.log_fields, error)
        here.ledger.pages.skip(claim, error.code)
        return
    if error is not None:
        raise error
    here.ledger.pages.finish(claim, seconds={"upload": time.monotonic() - started})


def _prediction(here: WorkerProcess, claim: Claim, image: str) -> dict[str, object]:
    page = stored_page(here, claim, "upload")
    config, name = _project(here, claim.project_id, page)
    own = here.settings.for_project(claim.project_id)
    prediction = build_prediction(
        with_pair_confidence(page),
        config,
        version=claim.version,
        name=name,
        draw_other=own.draw_other,
        undrawn=() if own.draw_table_links else cell_links(page),
    )
    if wrong := prediction_problems(prediction, config):
        _projects.pop(claim.project_id, None)
        raise PredictionRejected(f"the prediction does not fit the labelling configuration: {wrong[0]}")
    StoredPages.of(here).keep(claim.project_id, claim.task_id, claim.version, page, image)
    return prediction


def _project(here: WorkerProcess, project_id: int, page: Page) -> tuple[LabellingConfig, str]:
    """Return a project's labelling configuration, and the name of its predictions.

    Of its controls those for the tagger's labels count, else those for the page's.
    """
    read_at, known = _projects.get(project_id, (0.0, None))
    if known is None or time.monotonic() - read_at > _PROJECT_KEPT_S:
        tagger = here.ledger.workers.newest_tagger(here.settings.models_name(project_id))
        project = get_project(here.client, project_id)
        labels = tagger.labels if tagger else tuple(sorted({entity.label for entity in page.entities or ()}))
        known = LabellingConfig.parse(project.labelling_xml, labels or None), project_name(here, project)
        _projects[project_id] = (time.monotonic(), known)
    return known
