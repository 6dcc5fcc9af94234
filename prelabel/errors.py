"""The tree of errors. Each says what it means, of which kind it is, and how it is cured.

PrelabelError
├── ConfigurationError
│   ├── SettingError
│   ├── AuthError
│   ├── ProjectNotFound
│   ├── LabellingConfigError
│   ├── EngineUnavailable
│   ├── ModelUnavailable
│   ├── BucketRefused
│   └── StorageNotFound
├── ServiceUnavailable
│   ├── AmbiguousUpload
│   ├── StorageFull
│   └── SyncFailed
├── KeyRefused
├── FileGone
├── RequestRefused
├── DocumentError
│   ├── FileTooLarge
│   ├── FileRefused
│   ├── DocumentUnreadable
│   ├── DocumentLocked
│   ├── DocumentTooLong
│   ├── DocumentNotFound
│   └── RenderFailed
├── PageError
│   ├── ImageMissing
│   ├── ImageForbidden
│   ├── ImageUnreadable
│   ├── ImageTooLarge
│   ├── PagesGone
│   ├── WordsGone
│   ├── PredictionRejected
│   ├── PredictionDropped
│   ├── OcrFailed
│   ├── ExtractFailed
│   ├── PageCrashed
│   ├── PageAbsent
│   ├── NotPredicted
│   ├── NotAnnotated
│   └── LabelsUnknown
├── UnexpectedError
├── ChainOver
└── RunFailed
    └── RunCancelled

Whoever may see the failed list may read every message: it holds no token or password, no query of an address (that of a
presigned one is a key), no text that a foreign server sent, and a path of this machine only where a setting names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

#: transient: the same call may pass later, so the stage tries again. permanent: on the failed list at once. poison: the
#: page ends the process that works on it.
Kind = Literal["transient", "permanent", "poison"]
KINDS: tuple[Kind, ...] = ("transient", "permanent", "poison")


class PrelabelError(Exception):
    """Something that has no name of its own."""

    #: Stable and short: the reason on the failed list, in logs and metrics.
    code: str = "error"
    kind: Kind = "permanent"
    #: What a person does about it, in one line; the message tells the particulars.
    cure: str = "read the message; the worker's log holds more"

    @property
    def retryable(self) -> bool:
        """Can the same call pass later?"""
        return self.kind == "transient"


class ConfigurationError(PrelabelError):
    """The workers' set-up does not fit."""

    code = "configuration"
    cure = "correct the set-up that the message names, then retry"


class SettingError(ConfigurationError):
    """A setting is missing, or has a value that cannot be used."""

    code = "setting"
    cure = "correct the setting in the environment or .env, start the workers again, then retry"


class AuthError(ConfigurationError):
    """Label Studio refused the token."""

    code = "auth"
    cure = "set LABEL_STUDIO_API_KEY to a token that works (`prelabel doctor` tries it), restart the workers, retry"


class ProjectNotFound(ConfigurationError):
    """Label Studio has no such project, or the token's owner may not see it."""

    code = "project_not_found"
    cure = "look up the id in the project's address, or let the token's owner into the project"


class LabellingConfigError(ConfigurationError):
    """The project's labelling configuration lacks what a prediction needs."""

    code = "labelling_config"
    cure = "correct the project's labelling configuration (`prelabel doctor PROJECT` checks it), then retry"


class EngineUnavailable(ConfigurationError):
    """Tesseract, a language, an engine's weights or a font are not there."""

    code = "engine_unavailable"
    cure = "install what the message names on the workers' machines, start the workers again, then retry"


class ModelUnavailable(ConfigurationError):
    """A model's folder lacks files, or holds the wrong ones."""

    code = "model_unavailable"
    cure = "put the model where the setting points, start the gpu workers again, then retry"


class BucketRefused(ConfigurationError):
    """The bucket is not there, or does not let us in with the keys that are set."""

    code = "bucket_refused"
    cure = "make the bucket, or correct BUCKET and the S3_… settings; start what uses them again, then retry"


class StorageNotFound(ConfigurationError):
    """The project has no source storage of this title."""

    code = "storage_not_found"
    cure = "correct STORAGE_TITLE, or make the storage with `prelabel connect PROJECT`"


class ServiceUnavailable(PrelabelError):
    """Label Studio, Redis or a storage did not answer, through all tries.

    `retry_after_s`: the earliest useful time of a retry, when the other side named one.
    """

    code = "service_unavailable"
    kind = "transient"
    cure = "see that the server runs and can be reached, then retry"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AmbiguousUpload(ServiceUnavailable):
    """The answer to an upload was lost, through all tries: each looked before it posted again."""

    code = "ambiguous_upload"
    cure = "see that Label Studio is well and HTTP_TIMEOUT long enough, then retry: nothing comes twice"


class StorageFull(ServiceUnavailable):
    """A disk is full, or the bucket's quota used up; what was there before is unharmed."""

    code = "storage_full"
    cure = "free space where the message says, or raise the quota, then retry: nothing half-done was left"


class SyncFailed(ServiceUnavailable):
    """Label Studio could not sync a storage; it is asked again, after growing pauses."""

    code = "sync_failed"
    cure = (
        "correct what the message says (`prelabel connect PROJECT` sets a storage right); the next sync comes by itself"
    )


class KeyRefused(PrelabelError):
    """A file's key in the bucket has a form that is not allowed."""

    code = "key_refused"
    cure = "name the file's key as the bucket lists it; it may have to be renamed as the message says"


class FileGone(PrelabelError):
    """The bucket does not hold this file."""

    code = "file_gone"
    cure = "upload the document again, or correct its key"


class RequestRefused(PrelabelError):
    """Label Studio refused a call for a reason that we do not know."""

    code = "request_refused"
    cure = "read Label Studio's words in the message; compare its version with those that prelabel names"


class DocumentError(PrelabelError):
    """This file cannot become pages as it is."""

    code = "document"
    cure = "check that the file opens, save it anew, then add it again"


class FileTooLarge(DocumentError):
    """More bytes than the settings allow."""

    code = "file_too_large"
    cure = "split the file or save it smaller, or raise MAX_DOCUMENT_BYTES, then add it again"


class FileRefused(DocumentError):
    """An empty file, or one of a kind that is not taken in, whatever its name says."""

    code = "file_refused"
    cure = "save it as PDF, PNG, JPEG or TIFF, then add it again"


class DocumentUnreadable(DocumentError):
    """A broken or truncated file."""

    code = "document_unreadable"
    cure = "check that the file opens, export it anew, then add it again"


class DocumentLocked(DocumentError):
    """The PDF asks for a password. None is taken: it would have to be kept for as long as the pages wait."""

    code = "document_locked"
    cure = "save the PDF without a password, then add it again"


class DocumentTooLong(DocumentError):
    """More pages than the settings allow."""

    code = "document_too_long"
    cure = "split the document, or raise MAX_DOCUMENT_PAGES, then add it again"


class DocumentNotFound(DocumentError):
    """The project has no document of this id."""

    code = "document_not_found"
    cure = "look the id up: `prelabel results PROJECT` writes those of all documents"


class RenderFailed(DocumentError):
    """Opening the document or rendering a page ran out of time or memory."""

    code = "render_failed"
    kind = "transient"
    cure = "raise RENDER_TIME_LIMIT or RENDER_MB, or lower PDF_DPI, then retry"


class PageError(PrelabelError):
    """This page cannot pass as it is."""

    code = "page"
    cure = "look at the page in Label Studio, then retry it or drop it"


class ImageMissing(PageError):
    """The page's reference leads to no image."""

    code = "image_missing"
    cure = "upload the image again or correct the page's data, then retry"


class ImageForbidden(PageError):
    """The reference leads where the workers must not go, or where they are refused."""

    code = "image_forbidden"
    cure = "correct the page's address, or let the workers reach it as the message says, then retry"


class ImageUnreadable(PageError):
    """Not an image, a broken one, or a kind that is not read."""

    code = "image_unreadable"
    cure = "save the image anew as PNG or JPEG and upload it again, or drop the page"


class ImageTooLarge(PageError):
    """More bytes or pixels than the settings allow."""

    code = "image_too_large"
    cure = "save the image smaller, or raise MAX_IMAGE_BYTES or MAX_IMAGE_PIXELS, then retry"


class PagesGone(PageError):
    """Pages were deleted from the project while they were worked on; they count as skipped.

    `task_ids`: those pages; the other pages of the same call are unharmed.
    """

    code = "page_gone"
    cure = "nothing: the page is no longer wanted"

    def __init__(self, task_ids: Sequence[int]) -> None:
        super().__init__(f"no longer in the project: page {', '.join(map(str, task_ids))}")
        self.task_ids = tuple(task_ids)


class WordsGone(PageError):
    """The words between two stages have left Redis: the page waited longer than PAGE_TTL."""

    code = "words_gone"
    cure = "retry: the page is read again; if it comes often, raise PAGE_TTL or start more workers"


class PredictionRejected(PageError):
    """The prediction does not fit the project's labelling configuration."""

    code = "prediction_rejected"
    cure = "correct the labelling configuration (`prelabel doctor PROJECT` checks it), then retry"


class PredictionDropped(PageError):
    """Label Studio took the import and stored no prediction of this page, through all tries."""

    code = "prediction_dropped"
    kind = "transient"
    cure = "check the labelling configuration (`prelabel doctor PROJECT`) and Label Studio's log, then retry"


class OcrFailed(PageError):
    """The engine failed on this page, or ran out of time or memory."""

    code = "ocr_failed"
    kind = "transient"
    cure = "look at the image; raise OCR_TIME_LIMIT or give the workers more memory if it needs that, then retry"


class ExtractFailed(PageError):
    """Labelling or linking ran out of memory on this page."""

    code = "extract_failed"
    kind = "transient"
    cure = "give the gpu workers more memory, then retry"


class PageCrashed(PageError):
    """A process died, or hung and was ended, twice while it worked on this page alone."""

    code = "crashed"
    kind = "poison"
    cure = "look at the image, save it anew, then retry the page or drop it"


class PageAbsent(PageError):
    """The document has this page, but the project has no task of it (results only)."""

    code = "page_absent"
    cure = "add the document again: what is there already does not come twice"


class NotPredicted(PageError):
    """The page has no prediction (results only)."""

    code = "not_predicted"
    cure = "wait until it is done (`prelabel status PROJECT`), or start it: `prelabel enqueue PROJECT`"


class NotAnnotated(PageError):
    """Annotations alone were asked for, and the page has none that was submitted (results only)."""

    code = "not_annotated"
    cure = "annotate the page in Label Studio, or let predictions stand in: leave out --only"


class LabelsUnknown(PageError):
    """None of the page's labels is QUESTION, ANSWER or HEADER: the project calls them otherwise (results only)."""

    code = "labels_unknown"
    cure = "name them: prelabel results PROJECT --label NAME=QUESTION --label OTHERNAME=ANSWER"


class UnexpectedError(PrelabelError):
    """A bug of prelabel."""

    code = "unexpected"
    kind = "transient"
    cure = "retry; if it fails again, report it with the traceback in the worker's log"


#: Why a chain is over: another one has the work; the page waits for another worker; it is a document and no page; the
#: document is no longer known.
Over = Literal["stale", "handed back", "set aside", "unknown document"]


class ChainOver(PrelabelError):
    """This chain of tasks ends without an outcome: its work is done elsewhere, or no longer wanted.

    `why` tells the cause, `work` is the ledger's name of the work.
    """

    code = "chain_over"
    cure = "nothing: the work goes on elsewhere, or is no longer wanted"

    def __init__(self, why: Over, work: str) -> None:
        super().__init__(f"{work}: this chain is over ({why})")
        self.why = why


class RunFailed(PrelabelError):
    """A run could not begin, or did not end in time."""

    code = "run_failed"
    cure = "do what the message says, then start a run again"


class RunCancelled(RunFailed):
    """The run was cancelled by a person: what was not done by then stays in Label Studio."""

    code = "run_cancelled"
    cure = "nothing; to begin anew: `prelabel enqueue PROJECT`"


def _tree(error: type[PrelabelError]) -> Iterator[type[PrelabelError]]:
    yield error
    for part in error.__subclasses__():
        yield from _tree(part)


#: Every error by its code, in the order of the tree.
FAILURES: dict[str, type[PrelabelError]] = {error.code: error for error in _tree(PrelabelError)}


def failure(code: str) -> type[PrelabelError]:
    """What a reason on the failed list means; one of another version of prelabel may have no name here."""
    return FAILURES.get(code, PrelabelError)
