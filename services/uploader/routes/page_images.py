"""Endpoints for images of pages: the whole image for Label Studio, a thumbnail for the web page."""

from __future__ import annotations

from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response

from services.uploader.page_images import CONTENT_TYPES, image_response
from services.uploader.resources import SharedResources

router = APIRouter(include_in_schema=False)


#: Threads for images: a slow S3 server must not hold those of all other requests.
_THREADS = CapacityLimiter(16)


@router.api_route("/files/{name}", methods=["GET", "HEAD"])
async def file(resources: SharedResources, name: str, request: Request) -> Response:
    """Return a page's image, without a key: Label Studio's users have none."""
    data = await to_thread.run_sync(resources.page_images.image, name, limiter=_THREADS)
    return image_response(request, data, CONTENT_TYPES[Path(name).suffix], public=True)


@router.get("/thumbnails/{name}")
def thumbnail(resources: SharedResources, name: str, request: Request) -> Response:
    """Return a page's thumbnail."""
    return image_response(request, resources.page_images.thumbnail(name), "image/jpeg", public=False)
