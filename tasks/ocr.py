"""Stage ocr (queue cpu or ocr_gpu): fetch the image, read it, store the page with its words."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from typing import NoReturn

from prelabel.bucket.page_images import image_from_bucket, is_in_bucket
from prelabel.errors import BUCKET, LABEL_STUDIO, ChainOver, EngineUnavailable, OcrFailed, PageError
from prelabel.images.sniff import is_pdf
from prelabel.intake.accept import accept
from prelabel.intake.dispatch import dispatch
from prelabel.labelstudio.images import fetch_image, file_name, server_of_image, stream_image
from prelabel.labelstudio.labelling_config import LabellingConfig
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.regions.reading import read_prediction
from prelabel.labelstudio.stored_predictions import reusable_prediction
from prelabel.ledger.leases import Begun
from prelabel.ledger.pages import Claim
from prelabel.ocr.remarks import remark_line
from prelabel.ocr.versions import engine_versions
from prelabel.outages.evidence import remember_hosts
from prelabel.page import Page, PageRef
from prelabel.pdf.page_words import PageWords, stored_words
from prelabel.project.version import is_read_by
from prelabel.queues.routes import TaskName
from prelabel.settings import Settings
from tasks.app import app
from tasks.page_task import PageTask, hand_back
from tasks.process import WorkerProcess
from tasks.runner import log, run

#: An image reference that probably leads to a PDF. A presigned address goes on after the name.
_PDF_NAME = re.compile(r"\.pdf(?:[?#].*)?$", re.IGNORECASE)


class OcrTask(PageTask):
    """Base of `ocr`. A page is alone in its process, so a crash is charged to it."""

    abstract = True
    stage = "ocr"
    charge = "alone"

    def needs(self, here: WorkerProcess, leased: Claim, begun: Begun) -> Iterator[str]:
        """Return the server of the image, and Label Studio where earlier predictions may be read."""
        if here.settings.for_project(leased.project_id).reuse_predictions:
            yield LABEL_STUDIO
        if is_in_bucket(here.bucket, here.keys, begun.image):
            yield BUCKET
        else:
            yield server_of_image(here.client, PageRef(leased.project_id, leased.task_id, begun.image))

    def too_long(self, settings: Settings) -> OcrFailed:
        """Return the error of a page that exceeds PRELABEL_OCR_TIME_LIMIT."""
        return OcrFailed(f"the page took longer than {settings.ocr_time_limit:g} s (PRELABEL_OCR_TIME_LIMIT)")

    def out_of_memory(self, settings: Settings) -> OcrFailed:
        """Return the error of a page that exceeds the memory."""
        return OcrFailed("out of memory on this page; give the worker more, or lower PRELABEL_MAX_IMAGE_PIXELS")


@app.task(name=TaskName.OCR, bind=True, base=OcrTask)
def ocr(self: OcrTask, project_id: int, task_id: int, token: str, version: str) -> None:
    """Read one page."""
    run(self, Claim(project_id, task_id, token, version), _work)


def _work(here: WorkerProcess, claim: Claim, begun: Begun) -> None:
    _check_version(here, claim)
    started = time.monotonic()
    ref = PageRef(claim.project_id, claim.task_id, begun.image)
    page = _reused(here, ref) or _read(here, claim, ref, begun.away)
    for remark in page.remarks:
        log.warning("stage=ocr %s: %s: %s", claim.log_fields, remark.code, remark_line(remark))
    here.ledger.pages.advance(
        claim,
        "extract",
        page,
        lease_s=here.settings.claim_wait,
        ttl_s=here.settings.page_ttl,
        seconds={"ocr": time.monotonic() - started},
    )


def _check_version(here: WorkerProcess, claim: Claim) -> None:
    """Hand the page back when its version wants other engines or other settings than those of this worker."""
    settings = here.ocr_settings
    project = settings.for_project(claim.project_id)
    try:
        engines = engine_versions(settings, project)
    except EngineUnavailable as error:
        hand_back(here, claim, "ocr", str(error))
    if not is_read_by(claim.version, project, engines):
        hand_back(here, claim, "ocr", ", ".join(f"{name} {version}" for name, version in engines.items()))


def _read(here: WorkerProcess, claim: Claim, ref: PageRef, away: Collection[str]) -> Page:
    from prelabel.images.decode import decode
    from prelabel.ocr.engines import choice_for
    from prelabel.ocr.reading import read_image, read_page

    settings = here.ocr_settings
    choice = choice_for(settings, settings.for_project(ref.project_id))
    data, own = _image(here, claim, ref, away), _own_words(here, ref)
    if own is not None and own.layer.trusted:
        shown = decode(data, max_pixels=settings.max_image_pixels, gray=True)
        if shown.size == (own.width_px, own.height_px):
            return read_image(shown, choice, own.layer)
    return read_page(data, choice, max_pixels=settings.max_image_pixels)


def _own_words(here: WorkerProcess, ref: PageRef) -> PageWords | None:
    """Return the own words and form fields of a document's page from the bucket, or None."""
    try:
        return stored_words(here.bucket, here.keys, ref.image)
    except ValueError as error:
        log.warning("stage=ocr project=%s page=%s: own words in the bucket: %s", ref.project_id, ref.task_id, error)
        return None


def _image(here: WorkerProcess, claim: Claim, ref: PageRef, away: Collection[str]) -> bytes:
    own = image_from_bucket(here.bucket, here.keys, ref.image, here.settings.max_image_bytes)
    if own is not None:
        return own
    if _PDF_NAME.search(ref.image):
        _take_in(here, claim, ref, stream_image(here.client, ref, away=away))
    try:
        data = fetch_image(here.client, ref, away=away)
    finally:
        remember_hosts(here)
    if is_pdf(data):
        _take_in(here, claim, ref, iter([data]))
    return data


def _take_in(here: WorkerProcess, claim: Claim, ref: PageRef, chunks: Iterator[bytes]) -> NoReturn:
    """Add a PDF that was uploaded to Label Studio as a document, whose pages become tasks. The PDF's own task stays.

    Raises ChainOver.
    """
    accepted = accept(here, chunks, file_name(ref.image), ref.project_id, source=ref.task_id)
    here.ledger.pages.set_aside(claim, "document")
    dispatch(here)
    log.info("stage=ocr project=%s page=%s: taken in as document %s", ref.project_id, ref.task_id, accepted.document.id)
    raise ChainOver("set aside", claim.work)


def _reused(here: WorkerProcess, ref: PageRef) -> Page | None:
    """Return words and boxes of an earlier prediction of PRELABEL_REUSE_PREDICTIONS; None without words."""
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
