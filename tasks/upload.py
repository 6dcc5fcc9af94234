"""Stage upload (queue io): build the prediction, check it, hand it to the process's uploader, wait for its outcome."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Protocol

from prelabel.errors import ConfigurationError, PredictionRejected, PrelabelError, WordsGone
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.predictions import build_prediction, prediction_problems
from prelabel.labelstudio.projects import get_project
from prelabel.ledger.ledger import Begun, Claim
from prelabel.project.upload import Delivery
from tasks.app import app
from tasks.resources import Resources, resources
from tasks.stage import StageTask, run_stage

#: How long an io worker trusts what it has read of a project's labelling configuration.
_CONFIG_KEPT_S = 30.0


class Uploader(Protocol):
    """What the io worker lends: the micro-batch of bulk imports."""

    def submit(self, delivery: Delivery) -> Future[PrelabelError | None]:
        """None once the prediction is stored and confirmed."""
        ...


_uploader: Uploader | None = None
_configs: dict[int, tuple[float, LabellingConfig]] = {}


def use(uploader: Uploader) -> None:
    """Called once by the worker process, before its first task."""
    global _uploader
    _uploader = uploader


@app.task(name="prelabel.upload", bind=True, base=StageTask, stage="upload")
def upload(self: StageTask, project_id: int, task_id: int, token: str, version: str) -> None:
    """Upload the prediction of one page and confirm it."""
    run_stage(self, Claim(project_id, task_id, token, version), _work)


def _work(here: Resources, claim: Claim, begun: Begun) -> None:
    if _uploader is None:
        raise ConfigurationError("queue io is served by `celery -A workers.io worker` only")
    started = time.monotonic()
    error = _uploader.submit(Delivery(claim, _prediction(here, claim))).result()
    if error is not None:
        raise error
    here.ledger.finish(claim, seconds={"upload": time.monotonic() - started})


def _prediction(here: Resources, claim: Claim) -> dict[str, object]:
    page = here.ledger.load(claim)
    if page is None:
        raise WordsGone("the page's words are no longer in Redis (PAGE_TTL)")
    config = _config(claim.project_id)
    own = here.settings.for_project(claim.project_id)
    prediction = build_prediction(page, config, version=claim.version, draw_other=own.draw_other)
    if wrong := prediction_problems(prediction, config):
        _configs.pop(claim.project_id, None)
        raise PredictionRejected(f"the prediction does not fit the labelling configuration: {wrong[0]}")
    return prediction


def _config(project_id: int) -> LabellingConfig:
    read_at, config = _configs.get(project_id, (0.0, None))
    if config is None or time.monotonic() - read_at > _CONFIG_KEPT_S:
        tagger = resources().ledger.roster.newest_tagger()
        xml = get_project(resources().client, project_id).labelling_xml
        config = LabellingConfig.parse(xml, tagger.labels if tagger else None)
        _configs[project_id] = (time.monotonic(), config)
    return config
