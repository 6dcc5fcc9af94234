"""Probes: the cheapest calls that tell whether Label Studio, or a host of images, serves anybody."""

from __future__ import annotations

import httpx

from prelabel.errors import RequestRefused, ServiceUnavailable
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.failures import retry_after_s

#: A server that takes longer for a probe is away.
PROBE_LIMIT_S = 5.0
#: Answers of a gateway for hosts that it cannot reach, and of a host that wants no calls now.
_NOT_NOW = {429, 502, 503, 504}


def probe_label_studio(client: LabelStudio) -> None:
    """Ask Label Studio who the owner of the token is. Raises the errors of `LabelStudio.request` when it is away."""
    try:
        client.get("/api/current-user/whoami", timeout=min(PROBE_LIMIT_S, client.timeout_s))
    except RequestRefused:  # an answer of Label Studio
        return


def probe_image_host(client: LabelStudio, origin: str, path: str = "/") -> None:
    """Ask a host of images for an image that it has served, or its first page: any answer will do, but a gateway's.

    `path`: that of the image, without its query, which may be a key. The first page may say nothing about images: it
    may always answer 503 while they are served, and 200 while they are not.

    The call goes through the guard of images, without a token. Raises ServiceUnavailable, ImageForbidden.
    """
    limit_s = min(PROBE_LIMIT_S, client.timeout_s)
    with client.stream(httpx.URL(f"{origin}{path}"), with_token=False, timeout_s=limit_s) as response:
        if response.status_code in _NOT_NOW:
            raise ServiceUnavailable(f"{origin} serves no images now ({response.status_code})", retry_after_s(response))
