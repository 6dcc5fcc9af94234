"""Images fetched from real HTTP servers: destinations of the token, and the meaning of each failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prelabel.errors import (
    AuthError,
    ImageForbidden,
    ImageMissing,
    ImageTooLarge,
    ImageUnreadable,
    PrelabelError,
    ServiceUnavailable,
)
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.images import fetch_image, file_name, image_address
from prelabel.page import PageRef
from tests.support.sites import LOOPBACK, PNG, Answer, Site, site

TOKEN = "legacy-secret"


@pytest.fixture
def own() -> Iterator[Site]:
    """Run the server of Label Studio."""
    with site() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Site]:
    """Run another host."""
    with site() as server:
        yield server


def fetch(own: Site, image: str, *, sub_path: str = "", aliases: tuple[str, ...] = (), limit: int = 10**6) -> bytes:
    url = own.url + sub_path
    with LabelStudio(url, TOKEN, aliases=aliases, max_image_bytes=limit, image_networks=LOOPBACK) as client:
        return fetch_image(client, PageRef(1, 42, image))


def failure(own: Site, image: str, limit: int = 10**6) -> PrelabelError:
    with pytest.raises(PrelabelError) as caught:
        fetch(own, image, limit=limit)
    assert TOKEN not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_path_of_the_server_gets_the_token(own: Site) -> None:
    own.answers["/data/upload/1/a%20b.png?x=1"] = Answer()
    assert fetch(own, "/data/upload/1/a b.png?x=1") == PNG
    assert own.requests == [("/data/upload/1/a%20b.png?x=1", f"Token {TOKEN}")]


def test_another_host_never_gets_the_token(own: Site, other: Site) -> None:
    other.answers["/a.png"] = Answer()
    assert fetch(own, f"{other.url}/a.png") == PNG
    assert other.requests == [("/a.png", None)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_drops_the_token(own: Site, other: Site, status: int) -> None:
    own.redirect("/data/x.png", f"{other.url}/presigned.png?sig=1", status)
    other.answers["/presigned.png?sig=1"] = Answer()
    assert fetch(own, "/data/x.png") == PNG
    assert own.requests[0][1] == f"Token {TOKEN}"
    assert other.requests == [("/presigned.png?sig=1", None)]


def test_a_redirect_on_the_server_itself_keeps_the_token(own: Site) -> None:
    own.redirect("/data/x.png", "/data/y.png")
    own.answers["/data/y.png"] = Answer()
    assert fetch(own, "/data/x.png") == PNG
    assert own.requests[1] == ("/data/y.png", f"Token {TOKEN}")


def test_another_host_cannot_send_us_back_with_the_token(own: Site, other: Site) -> None:
    other.redirect("/x.png", f"{own.url}/data/secret.png")
    own.answers["/data/secret.png"] = Answer()
    fetch(own, f"{other.url}/x.png")
    assert own.requests == [("/data/secret.png", None)]


def test_the_same_host_on_another_port_is_another_origin(own: Site, other: Site) -> None:
    own.redirect("/data/x.png", f"http://user:pw@{other.url.removeprefix('http://')}/x.png")
    other.answers["/x.png"] = Answer()
    fetch(own, "/data/x.png")
    assert all(TOKEN not in (token or "") for _, token in other.requests)


def test_cloud_addresses_are_resolved_by_the_server(own: Site, other: Site) -> None:
    path = "/tasks/42/resolve/?fileuri=czM6Ly9idWNrZXQvYSBiLnBuZw%3D%3D"
    own.redirect(path, f"{other.url}/bucket/a.png", 303)
    other.answers["/bucket/a.png"] = Answer()
    assert fetch(own, "s3://bucket/a b.png") == PNG
    assert own.requests == [(path, f"Token {TOKEN}")]
    assert other.requests == [("/bucket/a.png", None)]


@pytest.mark.parametrize(
    ("image", "sub_path", "path"),
    [
        ("http://labelstudio:8080/data/upload/1/a.png", "", "/data/upload/1/a.png"),
        ("http://LabelStudio:8080/data/upload/1/a.png?t=1", "/studio", "/studio/data/upload/1/a.png?t=1"),
        ("http://labelstudio:8080/studio/data/a.png", "/studio", "/studio/data/a.png"),
        ("https://ls.test/inner/data/a.png", "/studio", "/studio/data/a.png"),
        ("https://ls.test:443/inner/data/a.png", "", "/data/a.png"),
        ("/data/a.png", "/studio", "/studio/data/a.png"),
        ("/studio/data/a.png", "/studio", "/studio/data/a.png"),
    ],
)
def test_other_names_of_the_server_are_rewritten(own: Site, image: str, sub_path: str, path: str) -> None:
    own.answers[path] = Answer()
    aliases = ("http://labelstudio:8080", "https://ls.test/inner")
    assert fetch(own, image, sub_path=sub_path, aliases=aliases) == PNG
    assert own.requests == [(path, f"Token {TOKEN}")]


def test_a_name_that_only_begins_like_an_alias_is_foreign() -> None:
    with LabelStudio("http://ls.test", TOKEN, aliases=("http://labelstudio:8080/in",)) as client:
        for image in ("http://labelstudio:80801/in/a.png", "http://labelstudio:8080/inside/a.png"):
            assert str(image_address(client, PageRef(1, 1, image))) == image


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("", ImageMissing),
        ("  ", ImageMissing),
        ("file:///etc/passwd", ImageForbidden),
        ("ftp://host/a.png", ImageForbidden),
        ("//host/a.png", ImageForbidden),
        ("a.png", ImageForbidden),
        ('["a.png", "b.png"]', ImageUnreadable),
        ('{"url": "a.png"}', ImageUnreadable),
        ("http://", ImageMissing),
        ("http://[::1/a.png", ImageMissing),
        ("/data/upload/1/\ud800.png", ImageMissing),
        ("s3://bucket/\ud800.png", ImageMissing),
        ("/nothing/here.png", ImageMissing),
    ],
)
def test_references_that_lead_nowhere(own: Site, image: str, kind: type[PrelabelError]) -> None:
    assert type(failure(own, image)) is kind


@pytest.mark.parametrize(
    ("image", "status", "name", "cure"),
    [
        ("/data/local-files/?d=scans/a+b.png", 404, "scans/a+b.png", "+ as %2B"),
        ("/data/local-files/?d=scans/a#1.png", 404, "scans/a#1.png", "# as %23"),
        ("/data/local-files/?d=scans/#1.png", 500, "scans/#1.png", "# as %23"),
        ("/data/local-files/?d=R&D/#1+2.png", 404, "R&D/#1+2.png", "+ as %2B, # as %23, & as %26"),
        ("/data/local-files/?d=견적+서.png", 404, "견적+서.png", "+ as %2B"),
        ("{url}/data/local-files/?d=a+b.png", 404, "a+b.png", "+ as %2B"),
        ("/data/upload/6/a#1.png", 500, "/data/upload/6/a#1.png", "# as %23"),
        ("{other}/forms/a#1.png?signature=s3cret", 404, "/forms/a#1.png", "# as %23"),
    ],
)
def test_signs_of_a_file_name_that_are_not_encoded(
    own: Site, other: Site, image: str, status: int, name: str, cure: str
) -> None:
    reference = image.format(url=own.url, other=other.url)
    with LabelStudio(own.url, TOKEN, image_networks=LOOPBACK) as client:
        asked = image_address(client, PageRef(1, 42, reference)).raw_path.decode()
    own.answers[asked] = other.answers[asked] = Answer(status, b"", {})
    error = failure(own, reference)
    assert isinstance(error, ImageMissing)
    assert f"if the file is named {name}, its name must be encoded in the page's data: write {cure}" in str(error)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize("image", ["/data/local-files/?d=a%2Bb%23.png", "/data/upload/6/a+b&c.png", "s3://b/a+b#1.png"])
def test_other_missing_files_are_not_told_to_be_encoded(own: Site, image: str) -> None:
    assert "encoded" not in str(failure(own, image))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401, b"", {}), AuthError),
        (Answer(403, b"", {}), ImageForbidden),
        (Answer(410, b"", {}), ImageMissing),
        (Answer(429, b"", {}), ServiceUnavailable),
        (Answer(502, b"<html>", {}), ServiceUnavailable),
        (Answer(200, b""), ImageUnreadable),
        (Answer(200, b"<html>log in", {"Content-Type": "text/html; charset=utf-8"}), ImageUnreadable),
        (Answer(200, b"\n<!DOCTYPE html><p>log in", {"Content-Type": "image/png"}), ImageUnreadable),
        (Answer(302, b"", {"Location": "file:///etc/passwd"}), ImageForbidden),
        (Answer(302, b"", {"Location": "/x.png"}), ImageForbidden),
        (Answer(200, PNG, {"Content-Length": str(len(PNG) + 10)}), ServiceUnavailable),
    ],
)
def test_answers_that_are_no_image(own: Site, answer: Answer, kind: type[PrelabelError]) -> None:
    own.answers["/x.png"] = answer
    assert type(failure(own, "/x.png")) is kind


def test_a_foreign_refusal_is_the_page_s_fault_not_the_token_s(own: Site, other: Site) -> None:
    other.answers["/x.png"] = Answer(401, b"", {})
    assert type(failure(own, f"{other.url}/x.png")) is ImageForbidden


@pytest.mark.parametrize("announced", [str(10**12), None], ids=["announced", "not announced"])
def test_a_large_file_is_left_off_early(own: Site, announced: str | None) -> None:
    own.answers["/x.png"] = Answer(200, PNG * 1000, {"Content-Length": announced})
    assert type(failure(own, "/x.png", limit=1000)) is ImageTooLarge


def test_a_file_of_just_the_limit_passes(own: Site) -> None:
    own.answers["/x.png"] = Answer()
    assert fetch(own, "/x.png", limit=len(PNG)) == PNG


def test_a_zip_bomb_counts_with_its_unpacked_size(own: Site) -> None:
    import gzip

    own.answers["/x.png"] = Answer(200, gzip.compress(bytes(10**7)), {"Content-Encoding": "gzip"})
    assert type(failure(own, "/x.png", limit=10**5)) is ImageTooLarge


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("/data/local-files/?d=forms/Invoice%207.pdf", "forms/Invoice 7.pdf"),
        ("/data/upload/6/1a2b3c4d-%EC%B2%AD%EA%B5%AC%EC%84%9C.pdf", "/data/upload/6/1a2b3c4d-청구서.pdf"),
        ("https://files.test/a%20b.pdf?X-Signature=abc", "https://files.test/a b.pdf"),
        ("s3://bucket/forms/a.pdf", "s3://bucket/forms/a.pdf"),
        ("", ""),
    ],
)
def test_the_file_name_of_a_reference_has_neither_prefix_nor_query(reference: str, name: str) -> None:
    assert file_name(reference) == name


@pytest.mark.parametrize(
    ("address", "alias"),
    [
        ("http://labelstudio:8080/data/upload/1/a.png", "http://labelstudio:8080"),
        ("http://localhost:1/data/local-files/?d=a.png", "http://localhost:1"),
        ("http://127.0.0.1:1/tasks/7/resolve/?fileuri=czM6", "http://127.0.0.1:1"),
        ("http://labelstudio.invalid/studio/data/upload/1/a.png", "http://labelstudio.invalid/studio"),
    ],
)
def test_label_studio_s_other_name_is_recognised(own: Site, address: str, alias: str) -> None:
    with LabelStudio(own.url, TOKEN) as client, pytest.raises(PrelabelError) as caught:
        fetch_image(client, PageRef(1, 42, address))
    assert str(caught.value).endswith(
        f"its path is one of Label Studio: if {alias} is another name of {own.url}, add it to LABEL_STUDIO_ALIASES"
    )


@pytest.mark.parametrize("answer", [Answer(401, b"", {}), Answer(404, b"", {}), Answer(200, b"<html>log in")])
def test_a_reachable_other_name_is_recognised_too(own: Site, other: Site, answer: Answer) -> None:
    other.answers["/data/upload/1/a.png"] = answer
    assert "add it to LABEL_STUDIO_ALIASES" in str(failure(own, f"{other.url}/data/upload/1/a.png"))
    other.answers["/pictures/a.png"] = answer
    assert "LABEL_STUDIO_ALIASES" not in str(failure(own, f"{other.url}/pictures/a.png"))
