"""Images as a real Label Studio serves them: uploads, local storages, cloud addresses, other hosts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from devstack.label_studio import LabelStudioServer
from prelabel.errors import ImageMissing, PrelabelError
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.images import fetch_image
from prelabel.labelstudio.projects import get_project
from prelabel.labelstudio.selection import WITHOUT_PREDICTIONS, eligible_pages
from prelabel.page import PageRef


def png(shade: int) -> bytes:
    out = BytesIO()
    Image.new("L", (20, 30), shade).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def bucket() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """Serve one image and record the paths and tokens of all requests; also used as an S3 server."""
    seen: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers.get("Authorization")))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(png(7))

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_uploaded_images_and_their_aliases(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio, tmp_path: Path
) -> None:
    project_id = project()
    (tmp_path / "송장 1.png").write_bytes(png(1))
    label_studio.upload_images(project_id, [tmp_path / "송장 1.png"])
    (ref,) = eligible_pages(client, get_project(client, project_id), WITHOUT_PREDICTIONS, image_key="image")
    assert fetch_image(client, ref) == png(1)
    inside = PageRef(project_id, ref.task_id, f"http://labelstudio:8080{ref.image}")
    aliases = ("http://labelstudio:8080",)
    with LabelStudio(label_studio.url, label_studio.token, aliases=aliases) as outside:
        assert fetch_image(outside, inside) == png(1)
    with pytest.raises(ImageMissing):
        fetch_image(client, PageRef(project_id, ref.task_id, "/data/upload/1/gone.png"))


def test_files_of_a_local_storage(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project()
    folder = label_studio.local_files / "scans"
    folder.mkdir(exist_ok=True)
    (folder / "a.png").write_bytes(png(2))
    ref = PageRef(project_id, 1, "/data/local-files/?d=scans/a.png")
    with pytest.raises(ImageMissing):
        fetch_image(client, ref)
    storage = {"project": project_id, "path": str(folder), "use_blob_urls": True}
    label_studio.api.post("/api/storages/localfiles/", json=storage).raise_for_status()
    assert fetch_image(client, ref) == png(2)


def test_other_hosts(client: LabelStudio, bucket: tuple[str, list[tuple[str, str | None]]]) -> None:
    url, seen = bucket
    assert fetch_image(client, PageRef(1, 1, f"{url}/a.png")) == png(7)
    assert seen == [("/a.png", None)]


def test_cloud_addresses_are_resolved_by_the_server_and_the_token_stays_there(
    label_studio: LabelStudioServer,
    project: Callable[..., int],
    client: LabelStudio,
    bucket: tuple[str, list[tuple[str, str | None]]],
) -> None:
    url, seen = bucket
    project_id = project()
    (task_id,) = label_studio.import_pages(project_id, [{"data": {"image": "s3://pages/송장 1.png"}}])
    storage = {
        "project": project_id,
        "bucket": "pages",
        "s3_endpoint": url,
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
        "region_name": "us-east-1",
        "presign": True,
    }
    label_studio.api.post("/api/storages/s3/", json=storage).raise_for_status()
    seen.clear()  # the server checks that the bucket exists
    (ref,) = eligible_pages(client, get_project(client, project_id), WITHOUT_PREDICTIONS, image_key="image")
    assert (ref.task_id, ref.image) == (task_id, "s3://pages/송장 1.png")
    assert fetch_image(client, ref) == png(7)
    assert [token for _, token in seen] == [None]
    assert seen[0][0].startswith("/pages/%EC%86%A1%EC%9E%A5%201.png?")
    assert "X-Amz-Signature" in seen[0][0]


def test_a_cloud_address_without_a_storage_is_that_page_s_failure(
    label_studio: LabelStudioServer, project: Callable[..., int], client: LabelStudio
) -> None:
    project_id = project()
    (task_id,) = label_studio.import_pages(project_id, [{"data": {"image": "s3://nowhere/a.png"}}])
    with pytest.raises(PrelabelError) as caught:
        fetch_image(client, PageRef(project_id, task_id, "s3://nowhere/a.png"))
    assert isinstance(caught.value, ImageMissing)
