"""Release of the Label Studio server, requested without the token, so that a wrong token cannot hide the server."""

from __future__ import annotations

import httpx

from prelabel.labelstudio.http.client import LabelStudio


def server_release(client: LabelStudio) -> str:
    """Return the server's release, e.g. "1.23.2". Raises ServiceUnavailable, or SettingError for another server."""
    with client.stream(httpx.URL(f"{client.url}/api/version"), with_token=False) as response:
        response.read()
    try:
        if response.is_success:
            return str(response.json()["release"])
    except (ValueError, KeyError, TypeError):
        pass
    raise client.refused(response)
