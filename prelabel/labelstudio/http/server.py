"""The server itself: is it there, and which release is it? Asked without the token, so a wrong token cannot hide it."""

from __future__ import annotations

import httpx

from prelabel.labelstudio.http.client import LabelStudio


def release(client: LabelStudio) -> str:
    """Its release, e.g. "1.23.2". Raises ServiceUnavailable, or SettingError where something else answers."""
    with client.stream(httpx.URL(f"{client.url}/api/version"), with_token=False) as response:
        response.read()
    try:
        if response.is_success:
            return str(response.json()["release"])
    except (ValueError, KeyError, TypeError):
        pass
    raise client.refused(response)
