"""Stage upload (queue io): build the prediction, check it, send it with a bulk import, wait for the outcome."""

from __future__ import annotations

import time

from prelabel.errors import LABEL_STUDIO, AmbiguousUpload, ConfigurationError, PredictionDropped, PredictionRejected
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.leases import Begun
from prelabel.ledger.pages import Claim
from prelabel.project.upload import Delivery
from prelabel.queues.routes import TaskName
from prelabel.settings import Settings
from tasks.app import app
from tasks.page_task import PageTask, stored_page
from tasks.process import WorkerProcess
from tasks.runner import run

#: A labelling configuration is read from Label Studio again after this time.
_CONFIG_KEPT_S = 30.0

_configs: dict[int, tuple[float, LabellingConfig]] = {}


class UploadTask(PageTask):
    """Base of `upload`."""

    abstract = True
    stage = "upload"

    def needs(self, here: WorkerProcess, leased: Claim, begun: Begun) -> tuple[str, ...]:
        """Return Label Studio."""
        return (LABEL_STUDIO,)

    def too_long(self, settings: Settings) -> AmbiguousUpload:
        """Return the error of an upload whose outcome is not known yet."""
        return AmbiguousUpload("the upload took longer than its worker allows; the retry looks for stored predictions")

    def out_of_memory(self, settings: Settings) -> PredictionDropped:
        """Return the error of an upload that exceeds the memory."""
        return PredictionDropped("out of memory while the prediction was built; give the io worker more")


@app.task(name=TaskName.UPLOAD, bind=True, base=UploadTask)
def upload(self: UploadTask, project_id: int, task_id: int, token: str, version: str) -> None:
    """Upload the prediction of one page and confirm it."""
    run(self, Claim(project_id, task_id, token, version), _work)


def _work(here: WorkerProcess, claim: Claim, begun: Begun) -> None:
    if here.importer is None:
        raise ConfigurationError("queue io is served by `celery -A workers.io worker` only")
    started = time.monotonic()
    error = here.importer.submit(Delivery(claim, _prediction(here, claim))).result()
    if error is not None:
        raise error
    here.ledger.pages.finish(claim, seconds={"upload": time.monotonic() - started})


def _prediction(here: WorkerProcess, claim: Claim) -> dict[str, object]:
    page = stored_page(here, claim, "upload")
    config = _config(here, claim.project_id)
    own = here.settings.for_project(claim.project_id)
    prediction = build_prediction(page, config, version=claim.version, name=claim.version, draw_other=own.draw_other)
    if wrong := prediction_problems(prediction, config):
        _configs.pop(claim.project_id, None)
        raise PredictionRejected(f"the prediction does not fit the labelling configuration: {wrong[0]}")
    return prediction


def _config(here: WorkerProcess, project_id: int) -> LabellingConfig:
    read_at, config = _configs.get(project_id, (0.0, None))
    if config is None or time.monotonic() - read_at > _CONFIG_KEPT_S:
        tagger = here.ledger.workers.newest_tagger()
        xml = get_project(here.client, project_id).labelling_xml
        config = LabellingConfig.parse(xml, tagger.labels if tagger else None)
        _configs[project_id] = (time.monotonic(), config)
    return config
