"""The tree of errors. Each knows if a retry can help, and its message says what to do about it.

PrelabelError
├── ConfigurationError      a person must change a setting, a token or a labelling configuration; exit code 2
│   ├── SettingError        a setting is missing or has a value that cannot be used
│   ├── AuthError           Label Studio refused the token
│   ├── ProjectNotFound     Label Studio has no such project, or the token may not see it
│   ├── LabellingConfigError  the project's labelling configuration lacks what a prediction needs
│   ├── EngineUnavailable   Tesseract, a language, EasyOCR's weights, ... are not there
│   └── ModelUnavailable    a model folder without files, or with the wrong ones
├── ServiceUnavailable      Label Studio, Redis or a storage does not answer now; a retry can help
│   └── AmbiguousUpload     the answer to an upload was lost: look before posting again
├── PageError               this page can never pass as it is; the run goes on
│   ├── ImageMissing        the reference leads to nothing
│   ├── ImageForbidden      the reference leads where we must not go
│   ├── ImageUnreadable     no image, a broken one, or a kind that we do not read
│   ├── ImageTooLarge       more bytes or pixels than the settings allow
│   ├── PagesGone           pages were deleted from the project while we worked on them
│   ├── PredictionRejected  what we built does not fit the project's labelling configuration
│   └── OcrFailed           the engine crashed or ran out of time or memory on this page
├── UnexpectedError         a bug of prelabel; the worker's log holds the traceback
├── ClaimLost               another chain works on the page now; end silently
└── RunFailed               a run could not begin, or did not end in time
"""

from __future__ import annotations

from collections.abc import Sequence


class PrelabelError(Exception):
    """Base of all. `code`: stable, short (failed list, metrics); `retryable`: can the same call pass later?"""

    code: str = "error"
    retryable: bool = False


class ConfigurationError(PrelabelError):
    code = "configuration"


class SettingError(ConfigurationError):
    code = "setting"


class AuthError(ConfigurationError):
    code = "auth"


class ProjectNotFound(ConfigurationError):
    code = "project_not_found"


class LabellingConfigError(ConfigurationError):
    code = "labelling_config"


class EngineUnavailable(ConfigurationError):
    code = "engine_unavailable"


class ModelUnavailable(ConfigurationError):
    code = "model_unavailable"


class ServiceUnavailable(PrelabelError):
    """`retry_after_s`: the earliest useful time of a retry, when the other side named one."""

    code = "service_unavailable"
    retryable = True

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AmbiguousUpload(ServiceUnavailable):
    code = "ambiguous_upload"


class PageError(PrelabelError):
    code = "page"


class ImageMissing(PageError):
    code = "image_missing"


class ImageForbidden(PageError):
    code = "image_forbidden"


class ImageUnreadable(PageError):
    code = "image_unreadable"


class ImageTooLarge(PageError):
    code = "image_too_large"


class PagesGone(PageError):
    """`task_ids`: the pages that are no longer in the project; the other pages of the same call are unharmed."""

    code = "page_gone"

    def __init__(self, task_ids: Sequence[int]) -> None:
        super().__init__(f"no longer in the project: page {', '.join(map(str, task_ids))}")
        self.task_ids = tuple(task_ids)


class PredictionRejected(PageError):
    code = "prediction_rejected"


class OcrFailed(PageError):
    code = "ocr_failed"
    retryable = True


class ExtractFailed(PageError):
    code = "extract_failed"
    retryable = True


class UnexpectedError(PrelabelError):
    code = "unexpected"
    retryable = True


class ClaimLost(PrelabelError):
    code = "claim_lost"


class RunFailed(PrelabelError):
    code = "run_failed"
