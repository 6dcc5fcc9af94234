"""Check of one image of a project: fetched and decoded as a worker does."""

from __future__ import annotations

from prelabel.bucket.keys import Keys
from prelabel.bucket.opening import open_bucket
from prelabel.bucket.page_images import image_from_bucket
from prelabel.cli.doctor.check import Check, run_check
from prelabel.images.decode import decode
from prelabel.images.sniff import is_pdf
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.peers import origin
from prelabel.labelstudio.images import fetch_image, image_address
from prelabel.labelstudio.selection import first_page
from prelabel.page import PageRef
from prelabel.settings import Settings


def check_image(client: LabelStudio, settings: Settings, project_id: int, image_key: str) -> Check:
    """Fetch and decode the image of the project's first page."""
    return run_check(f"project {project_id}, image", lambda: _try_image(client, settings, project_id, image_key))


def _try_image(client: LabelStudio, settings: Settings, project_id: int, image_key: str) -> str:
    ref = first_page(client, project_id, image_key)
    if ref is None:
        return "the project has no pages yet, so no image was fetched"
    data, place = _fetch(client, settings, ref)
    if is_pdf(data):
        return f"page {ref.task_id} is a PDF of {len(data) / 1000:.0f} kB from {place}; it becomes a document"
    image = decode(data, max_pixels=settings.max_image_pixels, gray=True)
    return f"page {ref.task_id} has {image.width} x {image.height} pixels, {len(data) / 1000:.0f} kB from {place}"


def _fetch(client: LabelStudio, settings: Settings, ref: PageRef) -> tuple[bytes, str]:
    """Return the file and the place that it came from."""
    limit = settings.max_image_bytes
    own = image_from_bucket(open_bucket(settings), Keys.from_settings(settings), ref.image, limit)
    if own is not None:
        return own, "the bucket"
    return fetch_image(client, ref), origin(image_address(client, ref))
