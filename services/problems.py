"""Every refusal in one form: `{"code": ..., "message": ..., "cure": ...}` with a fitting HTTP status."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from prelabel import errors
from prelabel.errors import PrelabelError, ServiceUnavailable, UnexpectedError

log = logging.getLogger(__name__)


class Refused(PrelabelError):
    """The request itself is at fault; `status` is HTTP's, and `headers` go along with the answer."""

    code = "request"
    cure = "correct the request; /docs shows how"

    def __init__(
        self, status: int, code: str, message: str, cure: str = "", *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, dict(headers or {})
        self.cure = cure or type(self).cure


#: By an error's code, the nearest parent's where it has none. What is not named here is a page that cannot be taken.
_STATUS: dict[type[PrelabelError], int] = {
    errors.PrelabelError: 500,
    errors.ConfigurationError: 500,
    errors.ProjectNotFound: 404,
    errors.ServiceUnavailable: 503,
    errors.StorageFull: 507,
    errors.KeyRefused: 422,
    errors.FileGone: 404,
    errors.DocumentError: 422,
    errors.DocumentNotFound: 404,
    errors.FileTooLarge: 413,
    errors.FileRefused: 415,
    errors.PageError: 422,
    errors.ImageMissing: 404,
    errors.ImageTooLarge: 413,
}
#: When a client may come back after a 503 that names no time.
_RETRY_AFTER_S = 5.0


def status_of(error: PrelabelError) -> int:
    """HTTP's status of an error of ours."""
    if isinstance(error, Refused):
        return error.status
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def answer(error: PrelabelError) -> JSONResponse:
    """The error as a person or program is told it."""
    headers = dict(error.headers) if isinstance(error, Refused) else {}
    status = status_of(error)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        wait_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
        headers.setdefault("Retry-After", str(round(wait_s or _RETRY_AFTER_S)))
    body = {"code": error.code, "message": str(error), "cure": error.cure}
    return JSONResponse(body, status, headers)


def install(app: FastAPI) -> None:
    """Let every error leave the app in this form."""
    app.add_exception_handler(PrelabelError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PrelabelError)  # noqa: S101 - Starlette's type is wider than what it sends here
    if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s %s: %s: %s", request.method, request.url.path, error.code, error)
    return answer(error)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    return answer(Refused(422, "request", f"{place or 'the body'}: {first['msg']}"))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error.__cause__, PrelabelError):  # FastAPI's word for what happened while it read the body
        return answer(error.__cause__)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer(Refused(404, "not_found", "there is nothing at this address", "see /docs for what there is"))
    return answer(Refused(error.status_code, "request", str(error.detail), headers=error.headers))


async def _bug(_: Request, error: Exception) -> JSONResponse:
    return answer(UnexpectedError(f"a bug of the uploader ({type(error).__name__}); its log tells more"))
