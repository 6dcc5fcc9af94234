"""The tree of errors. Each has a code, a meaning (its docstring), a class, and a cure.

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
│   ├── DocumentIdTaken
│   ├── DocumentNotFound
│   └── RenderFailed
├── PageError
│   ├── ImageMissing
│   ├── ImageForbidden
│   ├── ImageUnreadable
│   ├── ImageTooLarge
│   ├── PagesGone
│   ├── PageInUse
│   ├── WordsGone
│   ├── PredictionRejected
│   ├── PredictionDropped
│   ├── OcrFailed
│   ├── ExtractFailed
│   ├── PageCrashed
│   ├── PageAbsent
│   ├── NotPredicted
│   └── NotAnnotated
├── UnexpectedError
├── ChainOver
└── RunFailed
    └── RunCancelled

Everybody who may see the failed list may read every message. So no message holds a token, a password, the query of an
address (the query of a presigned one is a key), or text that a foreign server sent; it holds a path of this machine
only where a setting names the path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

#: Names of servers; an image host's name is its origin.
LABEL_STUDIO, BUCKET = "label-studio", "bucket"

#: transient: the same call may pass later, so the stage tries again. permanent: on the failed list at once. poison: the
#: page ends the process that works on it.
FailureClass = Literal["transient", "permanent", "poison"]
FAILURE_CLASSES: tuple[FailureClass, ...] = ("transient", "permanent", "poison")


class PrelabelError(Exception):
    """An error without a class of its own."""

    #: Stable and short: the reason on the failed list, in logs and metrics.
    code: str = "error"
    failure_class: FailureClass = "permanent"
    #: What a person does about the error, in one line; the message tells the particulars.
    cure: str = "read the message; the worker's log holds more"
    #: The server that is away or refuses everybody: label-studio, bucket, or the origin of an image host; "" for errors
    #: of one page or document.
    server: str = ""
    #: The seconds that this server itself has asked to wait.
    named_s: float | None = None
    #: Whether the error uses up a try of the work that meets it.
    charged: bool = True

    @property
    def retryable(self) -> bool:
        """Whether the same call can pass later."""
        return self.failure_class == "transient"

    @property
    def may_pass(self) -> bool:
        """Whether the cause lies outside of the page and may pass by itself or by a person's help elsewhere."""
        return bool(self.server) or isinstance(self, ServiceUnavailable | AuthError | BucketRefused)


class ConfigurationError(PrelabelError):
    """The workers' set-up is wrong."""

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
    """Tesseract, a language, an engine's weights or a font are not installed."""

    code = "engine_unavailable"
    cure = "install what the message names on the workers' machines, start the workers again, then retry"


class ModelUnavailable(ConfigurationError):
    """A model's folder lacks files, or holds the wrong ones."""

    code = "model_unavailable"
    cure = "put the model where the setting points, start the gpu workers again, then retry"


class BucketRefused(ConfigurationError):
    """The bucket does not exist, or refuses the keys that are set."""

    code = "bucket_refused"
    cure = (
        "make the bucket, or correct PRELABEL_BUCKET and the PRELABEL_S3_… settings; restart the processes "
        "that use it, then retry"
    )


class StorageNotFound(ConfigurationError):
    """The project has no source storage of this title."""

    code = "storage_not_found"
    cure = "correct PRELABEL_STORAGE_TITLE, or make the storage with `prelabel connect PROJECT`"


class ServiceUnavailable(PrelabelError):
    """Label Studio, Redis or a storage did not answer in all tries.

    `retry_after_s`: the earliest useful time of a retry, where the server named one.
    """

    code = "service_unavailable"
    failure_class = "transient"
    cure = "see that the server runs and can be reached, then retry"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AmbiguousUpload(ServiceUnavailable):
    """The answer to an upload was lost in all tries. Each try looked before it posted again."""

    code = "ambiguous_upload"
    cure = "see that Label Studio is well and PRELABEL_HTTP_TIMEOUT long enough, then retry: nothing comes twice"


class StorageFull(ServiceUnavailable):
    """A disk is full, or the bucket's quota is used up; existing files are unharmed."""

    code = "storage_full"
    cure = "free space where the message says, or raise the quota, then retry: no partial file was left"


class SyncFailed(ServiceUnavailable):
    """Label Studio could not sync a storage. The sync is repeated after growing pauses."""

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
    """Label Studio refused a call for an unknown reason."""

    code = "request_refused"
    cure = "read Label Studio's words in the message; compare its version with the supported ones"


class DocumentError(PrelabelError):
    """This file cannot become pages as it is."""

    code = "document"
    cure = "check that the file opens, save it anew, then add it again"


class FileTooLarge(DocumentError):
    """More bytes than the settings allow."""

    code = "file_too_large"
    cure = "split the file or save it smaller, or raise PRELABEL_MAX_DOCUMENT_BYTES, then add it again"


class FileRefused(DocumentError):
    """The file is empty, or of a kind that is not accepted; its name does not matter."""

    code = "file_refused"
    cure = "save it as PDF, PNG, JPEG or TIFF, then add it again"


class DocumentUnreadable(DocumentError):
    """A broken or truncated file."""

    code = "document_unreadable"
    cure = "check that the file opens, export it anew, then add it again"


class DocumentLocked(DocumentError):
    """The PDF asks for a password. Passwords are not accepted: they would have to be kept while the pages wait."""

    code = "document_locked"
    cure = "save the PDF without a password, then add it again"


class DocumentTooLong(DocumentError):
    """More pages than the settings allow."""

    code = "document_too_long"
    cure = "split the document, or raise PRELABEL_MAX_DOCUMENT_PAGES, then add it again"


class DocumentIdTaken(DocumentError):
    """Another file has the id that this one would have: their SHA-256 begin alike. Neither takes the other's place."""

    code = "document_id_taken"
    cure = "save the file anew, so that some of its bytes change, then add it again"


class DocumentNotFound(DocumentError):
    """The project has no document of this id."""

    code = "document_not_found"
    cure = "look the id up: `prelabel results PROJECT` lists all documents"


class RenderFailed(DocumentError):
    """Opening the document or rendering a page ran out of time or memory."""

    code = "render_failed"
    failure_class = "transient"
    cure = "raise PRELABEL_RENDER_TIME_LIMIT or PRELABEL_RENDER_MB, or lower PRELABEL_PDF_DPI, then retry"


class PageError(PrelabelError):
    """This page cannot be processed as it is."""

    code = "page"
    cure = "look at the page in Label Studio, then retry it or drop it"


class ImageMissing(PageError):
    """The page's image reference leads to no image."""

    code = "image_missing"
    cure = "upload the image again or correct the page's data, then retry"


class ImageForbidden(PageError):
    """The image's address is not allowed for workers, or its server refuses them."""

    code = "image_forbidden"
    cure = "correct the page's address, or let the workers reach it as the message says, then retry"


class ImageUnreadable(PageError):
    """The file is no image, is broken, or is of a kind that cannot be read."""

    code = "image_unreadable"
    cure = "save the image anew as PNG or JPEG and upload it again, or drop the page"


class ImageTooLarge(PageError):
    """More bytes or pixels than the settings allow."""

    code = "image_too_large"
    cure = "save the image smaller, or raise PRELABEL_MAX_IMAGE_BYTES or PRELABEL_MAX_IMAGE_PIXELS, then retry"


class PagesGone(PageError):
    """Pages were deleted from the project while they were processed; they count as skipped.

    `task_ids`: those pages; the other pages of the same call are unharmed.
    """

    code = "page_gone"
    cure = "nothing: the page was deleted"

    def __init__(self, task_ids: Sequence[int]) -> None:
        super().__init__(f"no longer in the project: page {', '.join(map(str, task_ids))}")
        self.task_ids = tuple(task_ids)


class PageInUse(PageError):
    """A person began with the page before its prediction was changed: the prediction stays, the page is skipped."""

    code = "page_in_use"
    cure = "nothing: the annotation or draft on the page counts"


class WordsGone(PageError):
    """The page's words have expired in Redis: the page waited longer than PRELABEL_PAGE_TTL between two stages."""

    code = "words_gone"
    cure = "retry: the page is read again; if it comes often, raise PRELABEL_PAGE_TTL or start more workers"


class PredictionRejected(PageError):
    """The prediction does not fit the project's labelling configuration."""

    code = "prediction_rejected"
    cure = "correct the labelling configuration (`prelabel doctor PROJECT` checks it), then retry"


class PredictionDropped(PageError):
    """Label Studio accepted the import but stored no prediction for this page, in all tries."""

    code = "prediction_dropped"
    failure_class = "transient"
    cure = "check the labelling configuration (`prelabel doctor PROJECT`) and Label Studio's log, then retry"


class OcrFailed(PageError):
    """The OCR engine failed on this page, or ran out of time or memory."""

    code = "ocr_failed"
    failure_class = "transient"
    cure = (
        "look at the image; raise PRELABEL_OCR_TIME_LIMIT or give the workers more memory if it needs that, then retry"
    )


class ExtractFailed(PageError):
    """Labelling or linking ran out of memory on this page."""

    code = "extract_failed"
    failure_class = "transient"
    cure = "give the gpu workers more memory, then retry"


class PageCrashed(PageError):
    """A worker process died, or hung and was ended, twice while it worked on this page alone."""

    code = "crashed"
    failure_class = "poison"
    cure = "look at the image, save it anew, then retry the page or drop it"


class PageAbsent(PageError):
    """The document has this page, but the project has no task for it (results only)."""

    code = "page_absent"
    cure = "add the document again: existing pages do not come twice"


class NotPredicted(PageError):
    """The page has no prediction (results only)."""

    code = "not_predicted"
    cure = "wait until it is done (`prelabel status PROJECT`), or start it: `prelabel enqueue PROJECT`"


class NotAnnotated(PageError):
    """Only annotations were asked for, and the page has no submitted one (results only)."""

    code = "not_annotated"
    cure = "annotate the page in Label Studio, or accept predictions too: leave out --only"


class UnexpectedError(PrelabelError):
    """A bug of prelabel."""

    code = "unexpected"
    failure_class = "transient"
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
    """A run could not begin, did not end in time, or is not known to Redis any more."""

    code = "run_failed"
    cure = "do what the message says, then start a run again"


class RunCancelled(RunFailed):
    """The run was cancelled by a person: unfinished pages stay in Label Studio without a prediction."""

    code = "run_cancelled"
    cure = "nothing; to begin anew: `prelabel enqueue PROJECT`"


def _tree(error: type[PrelabelError]) -> Iterator[type[PrelabelError]]:
    yield error
    for part in error.__subclasses__():
        yield from _tree(part)


#: Every error by its code, in the order of the tree.
FAILURES: dict[str, type[PrelabelError]] = {error.code: error for error in _tree(PrelabelError)}


def failure(code: str) -> type[PrelabelError]:
    """Return the error that a reason on the failed list means; reasons of other releases may be unknown."""
    return FAILURES.get(code, PrelabelError)


def recorded_error(code: str, message: str) -> PrelabelError:
    """Rebuild an error that was recorded with its code and message: its cure and class are those of the code.

    A code of another release becomes a plain PrelabelError with that code.
    """
    error = failure(code).__new__(failure(code))
    Exception.__init__(error, message)
    if isinstance(error, ServiceUnavailable):
        error.retry_after_s = None
    if error.code != code:
        error.code = code
    return error
