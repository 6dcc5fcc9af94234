"""Parts that the plain rivals share: pytesseract as people use it, and a Label Studio client of a few lines."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Generator
from typing import Any

import httpx
import pytesseract
from PIL import Image

from prelabel.settings import get_settings

LANGUAGES = "eng+kor"
MODEL_VERSION = "plain-pytesseract"
#: An access token lives for 300 s.
_TOKEN_KEPT_S = 240.0

Item = dict[str, Any]


class _AccessToken(httpx.Auth):
    """Access tokens from a Personal Access Token, each used until shortly before its end."""

    requires_response_body = True

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = f"{url}/api/token/refresh/", token
        self._access, self._at = "", 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.monotonic() - self._at > _TOKEN_KEPT_S or not self._access:
            answer = yield httpx.Request("POST", self._url, json={"refresh": self._token})
            self._access, self._at = answer.json()["access"], time.monotonic()
        request.headers["Authorization"] = f"Bearer {self._access}"
        yield request


def client() -> httpx.Client:
    """Return a client of the server that LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY name."""
    settings = get_settings()
    url = settings.label_studio_url
    auth = _AccessToken(url, settings.label_studio_api_key.get_secret_value())
    return httpx.Client(base_url=url, timeout=60, auth=auth)


def predict(http: httpx.Client, reference: str) -> list[Item]:
    """Fetch one image from Label Studio and read it; return a rectangle and its text for every word."""
    answer = http.get(reference).raise_for_status()
    with Image.open(io.BytesIO(answer.content)) as image:
        found = pytesseract.image_to_data(image, lang=LANGUAGES, output_type=pytesseract.Output.DICT)
        width, height = image.size
    boxes = zip(*(found[name] for name in ("left", "top", "width", "height")), strict=True)
    words = zip(found["text"], boxes, strict=True)
    return [item for text, box in words if text.strip() for item in _items(text, box, width, height)]


def _items(text: str, box: tuple[int, int, int, int], width: int, height: int) -> list[Item]:
    percent = [100 * pixels / side for pixels, side in zip(box, (width, height, width, height), strict=True)]
    place = {**dict(zip(("x", "y", "width", "height"), percent, strict=True)), "rotation": 0}
    shared = {
        "id": uuid.uuid4().hex[:10],
        "to_name": "image",
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
    }
    return [
        {**shared, "from_name": "bbox", "type": "rectangle", "value": place},
        {**shared, "from_name": "transcription", "type": "textarea", "value": {**place, "text": [text]}},
    ]
