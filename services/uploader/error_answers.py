"""Answers to failed requests, all in one form: `{"code": ..., "message": ..., "cure": ...}` and an HTTP status."""

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
    """An error of the request itself. `status`: the HTTP status; `headers`: sent with the answer."""

    code = "request"
    cure = "correct the request; /docs shows how"

    def __init__(
        self, status: int, code: str, message: str, cure: str = "", *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, dict(headers or {})
        self.cure = cure or type(self).cure


#: HTTP status of each class of errors; a class that is not listed has the status of its nearest parent.
_STATUS: dict[type[PrelabelError], int] = {
    errors.PrelabelError: 500,
    errors.ConfigurationError: 500,
    errors.ProjectNotFound: 404,
    errors.ServiceUnavailable: 503,
    errors.StorageFull: 507,
    errors.KeyRefused: 422,
    errors.FileGone: 404,
    errors.DocumentError: 422,
    errors.DocumentIdTaken: 409,
    errors.DocumentNotFound: 404,
    errors.FileTooLarge: 413,
    errors.FileRefused: 415,
    errors.PageError: 422,
    errors.ImageMissing: 404,
    errors.ImageTooLarge: 413,
}
#: Retry-After of a 503 whose error names no time.
_RETRY_AFTER_S = 5.0


def status_of(error: PrelabelError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, Refused):
        return error.status
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def error_response(error: PrelabelError) -> JSONResponse:
    """Return the answer that reports an error."""
    headers = dict(error.headers) if isinstance(error, Refused) else {}
    status = status_of(error)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        wait_s = error.retry_after_s if isinstance(error, ServiceUnavailable) else None
        headers.setdefault("Retry-After", str(round(wait_s or _RETRY_AFTER_S)))
    body = {"code": error.code, "message": str(error), "cure": error.cure}
    return JSONResponse(body, status, headers)


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error of the app in this form."""
    app.add_exception_handler(PrelabelError, _prelabel_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)


async def _prelabel_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PrelabelError)  # noqa: S101 - Starlette's type is wider than what it sends here
    if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s %s: %s: %s", request.method, request.url.path, error.code, error)
    return error_response(error)


async def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    return error_response(Refused(422, "request", f"{place or 'the body'}: {first['msg']}"))


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error.__cause__, PrelabelError):  # FastAPI wraps errors that occur while it reads the body
        return error_response(error.__cause__)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return error_response(Refused(404, "not_found", "nothing is at this address", "see /docs for all addresses"))
    return error_response(Refused(error.status_code, "request", str(error.detail), headers=error.headers))


async def _unexpected_error(_: Request, error: Exception) -> JSONResponse:
    return error_response(UnexpectedError(f"a bug of the uploader ({type(error).__name__}); its log holds details"))
