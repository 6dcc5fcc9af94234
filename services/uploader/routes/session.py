"""Endpoints of the web page for signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.uploader import schemas
from services.uploader.door.addresses import client_address
from services.uploader.error_answers import Refused
from services.uploader.resources import SharedResources
from services.uploader.sessions import COOKIE, SESSION_S

router = APIRouter(prefix="/session", include_in_schema=False)


@router.get("")
def session(resources: SharedResources, request: Request) -> schemas.Session:
    """Tell the page whether it has to ask for the key."""
    sessions = resources.sessions
    signed_in = sessions is None or sessions.valid(request.cookies.get(COOKIE, ""))
    return schemas.Session(key_needed=sessions is not None, signed_in=signed_in)


@router.post("", status_code=204)
async def sign_in(resources: SharedResources, sent: schemas.Key, request: Request, response: Response) -> None:
    """Set the session cookie in exchange for the key."""
    sessions = resources.sessions
    if sessions is None:
        return
    if not await resources.key_guesses.judge(client_address(request), lambda: sessions.matches(sent.key)):
        raise Refused(
            401, "wrong_key", "this is not the key of the uploader", "enter the value of PRELABEL_UPLOADER_API_KEY"
        )
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, sessions.make(), max_age=SESSION_S, secure=secure, httponly=True, samesite="strict")


@router.delete("", status_code=204)
def sign_out(response: Response) -> None:
    """Delete the session cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
