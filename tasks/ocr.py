"""Stage ocr (queue cpu or ocr_gpu): fetch the image, read it, store the Page with its words."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import unquote

from prelabel.api.documents import dispatch
from prelabel.bucket.page_images import image_from_bucket
from prelabel.errors import ClaimLost, EngineUnavailable, PageError
from prelabel.intake.accept import accept, is_pdf
from prelabel.labelstudio.images import fetch_image, stream_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.page_from_regions import read_prediction
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.stored_predictions import reusable_prediction
from prelabel.ledger.ledger import Begun, Claim
from prelabel.ocr.versions import engine_versions
from prelabel.page import Page, PageRef
from prelabel.pdf.page_words import PageWords, stored_words
from prelabel.project.version import is_read_by
from prelabel.settings import Settings
from tasks.app import app
from tasks.resources import Resources
from tasks.stage import StageTask, hand_back, log, run_stage

#: An image reference that leads to a PDF, if its name does not lie; a presigned address goes on behind it.
_PDF_NAME = re.compile(r"\.pdf(?:[?#].*)?$", re.IGNORECASE)

_settings: Settings | None = None


def use(settings: Settings) -> None:
    """Called once by the worker process, before its first task: its engines are built with these settings."""
    global _settings
    _settings = settings


@app.task(name="prelabel.ocr", bind=True, base=StageTask, stage="ocr")
def ocr(self: StageTask, project_id: int, task_id: int, token: str, version: str) -> None:
    """Read one page. It is alone in its process, so a crash is charged to it."""
    run_stage(self, Claim(project_id, task_id, token, version), _work, charge="alone")


def _work(here: Resources, claim: Claim, begun: Begun) -> None:
    _check_version(here, claim)
    started = time.monotonic()
    page = _reused(here, begun.ref) or _read(here, claim, begun.ref)
    here.ledger.advance(
        claim,
        "extract",
        page,
        lease_s=here.settings.claim_wait,
        ttl_s=here.settings.page_ttl,
        seconds={"ocr": time.monotonic() - started},
    )


def _check_version(here: Resources, claim: Claim) -> None:
    """A worker with other engines or other settings than the message wants hands the page back."""
    settings = _settings or here.settings
    project = settings.for_project(claim.project_id)
    try:
        engines = engine_versions(settings, project)
    except EngineUnavailable as error:
        hand_back(here, claim, "ocr", str(error))
    if not is_read_by(claim.version, project, engines):
        hand_back(here, claim, "ocr", ", ".join(f"{name} {version}" for name, version in engines.items()))


def _read(here: Resources, claim: Claim, ref: PageRef) -> Page:
    from prelabel.images.decode import decode
    from prelabel.ocr.engines import choice_for
    from prelabel.ocr.reading import read_image, read_page

    settings = _settings or here.settings
    choice = choice_for(settings, settings.for_project(ref.project_id))
    data, own = _image(here, claim, ref), _own_words(here, ref)
    if own is not None and own.layer.trusted:
        shown = decode(data, max_pixels=settings.max_image_pixels, gray=True)
        if shown.size == (own.width_px, own.height_px):
            return read_image(shown, choice, own.layer)
    return read_page(data, choice, max_pixels=settings.max_image_pixels)


def _own_words(here: Resources, ref: PageRef) -> PageWords | None:
    """What a page of a document says about itself, as the bucket keeps it."""
    try:
        return stored_words(here.bucket, here.keys, ref.image)
    except ValueError as error:
        log.warning("stage=ocr project=%s page=%s: its words in the bucket: %s", ref.project_id, ref.task_id, error)
        return None


def _image(here: Resources, claim: Claim, ref: PageRef) -> bytes:
    own = image_from_bucket(here.bucket, here.keys, ref.image, here.settings.max_image_bytes)
    if own is not None:
        return own
    if _PDF_NAME.search(ref.image):
        _take_in(here, claim, ref, stream_image(here.client, ref))
    data = fetch_image(here.client, ref)
    if is_pdf(data):
        _take_in(here, claim, ref, iter([data]))
    return data


def _take_in(here: Resources, claim: Claim, ref: PageRef, chunks: Iterator[bytes]) -> NoReturn:
    """Somebody gave Label Studio a PDF: its pages become tasks of their own, and this one stays as it is.

    Raises ClaimLost: this chain is over.
    """
    name = unquote(ref.image.removeprefix("/data/local-files/?d=").partition("?")[0])
    accepted = accept(
        chunks,
        name,
        ref.project_id,
        ledger=here.ledger,
        bucket=here.bucket,
        settings=here.settings,
        source=ref.task_id,
    )
    here.ledger.set_aside(claim, "document")
    dispatch(here.ledger, here.settings)
    log.info("stage=ocr project=%s page=%s: taken in as document %s", ref.project_id, ref.task_id, accepted.document.id)
    raise ClaimLost(f"page {ref.task_id}: it is a document")


def _reused(here: Resources, ref: PageRef) -> Page | None:
    """Words and boxes of an earlier prediction, where REUSE_PREDICTIONS names its version and it holds any."""
    versions = here.settings.for_project(ref.project_id).reuse_predictions
    prediction = reusable_prediction(here.client, ref.task_id, versions) if versions else None
    if prediction is None:
        return None
    config = LabellingConfig.parse(get_project(here.client, ref.project_id).labelling_xml, labels=None)
    try:
        page = read_prediction(prediction, config)
    except PageError as error:
        log.warning("stage=ocr project=%s page=%s: %s", ref.project_id, ref.task_id, error)
        return None
    return page if page.words else None
