"""Images of pages: their bytes, fetched by the four kinds of reference, with the rules for the token.

The token goes to Label Studio's own origin only. Redirects are followed by hand and each hop is checked; once a hop
has left the origin, no later hop gets the token, not even back at the origin. `http.image_guard` limits other origins.
"""

from __future__ import annotations

import base64
import re
import time
import zlib
from collections.abc import Collection, Iterator
from math import inf
from urllib.parse import unquote, urlsplit

import httpx

from prelabel.errors import (
    LABEL_STUDIO,
    ImageForbidden,
    ImageMissing,
    ImageTooLarge,
    ImageUnreadable,
    PageError,
    PrelabelError,
    ServiceUnavailable,
)
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.failures import retry_after_s
from prelabel.labelstudio.http.peers import of_server, origin
from prelabel.page import PageRef

#: Storages that Label Studio resolves for prelabel: to a presigned address, or to the bytes themselves.
_STORAGE_SCHEMES = ("s3", "gs", "azure-blob")
#: A file of Label Studio's own machine (its setting LOCAL_FILES_SERVING_ENABLED); the file's path follows.
_LOCAL_FILES = "/data/local-files/?d="
_LOCAL_FILE = re.compile(r"/data/local-files/?\?d=(.*)")
#: Signs of file names that mean something else in an address, and how they are written there.
_ENCODED = {"+": "%2B", "#": "%23", "&": "%26"}
_NAME_CHARS = 200
#: Paths at which Label Studio itself serves images.
_OWN_PATH = re.compile(r"/data/(upload|local-files)/|/tasks/\d+/(resolve|presign)/|/storage-data/uploaded/")
_MAX_HOPS = 5
_CHUNK_BYTES = 2**16
#: The first bytes of a file are enough to recognise a web page.
_HEAD_BYTES = 512
#: zlib's code for a gzip file, and no other form of its streams.
_GZIP = 31


def fetch_image(client: LabelStudio, ref: PageRef, *, away: Collection[str] = ()) -> bytes:
    """Return the image file as it is stored: at most `client.max_image_bytes`, within `client.timeout_s` in all.

    `away`: servers that are not called; an image that lies there raises ServiceUnavailable.
    Raises ImageMissing, ImageForbidden, ImageTooLarge, ImageUnreadable (an empty file, a web page in its place, a field
    that is no text), AuthError (the server refuses the token) or ServiceUnavailable.
    """
    return b"".join(stream_image(client, ref, max_bytes=client.max_image_bytes, away=away))


def stream_image(
    client: LabelStudio, ref: PageRef, *, max_bytes: float = inf, away: Collection[str] = ()
) -> Iterator[bytes]:
    """Yield the same file in parts, for files that may be large. Raises the errors of `fetch_image`."""
    url = image_address(client, ref)
    own = is_server_address(client, url)
    try:
        yield from _stream(client, url, max_bytes, away, own=own)
    except (PageError, ServiceUnavailable) as error:
        if isinstance(error, ImageMissing) and (wrong := _raw_signs(ref.image)):
            error.args = (f"{error}; {wrong}",)
        if own or not isinstance(error, ImageForbidden | ImageMissing | ImageUnreadable | ServiceUnavailable):
            raise
        raise _other_name(client, url, error) from None


def _stream(
    client: LabelStudio, url: httpx.URL, max_bytes: float, away: Collection[str], *, own: bool
) -> Iterator[bytes]:
    ends_at = time.monotonic() + client.timeout_s
    for _ in range(_MAX_HOPS):
        peer = client.peer_of(url)
        if peer.server in away:
            raise of_server(ServiceUnavailable(f"{peer.name} is away"), peer)
        with client.stream(url, with_token=own) as response:
            if not response.is_redirect:
                yield from _body(client, response, ends_at, max_bytes, own=own)
                return
            url = _next_hop(response)
        own = own and is_server_address(client, url)
    raise ImageForbidden(f"the image's address redirects more than {_MAX_HOPS} times, last to {origin(url)}")


def _other_name(client: LabelStudio, url: httpx.URL, error: PrelabelError) -> PrelabelError:
    """Return the error for an address that has the form of Label Studio's own, but another host; else `error`."""
    found = _OWN_PATH.search(url.path)
    if found is None:
        return error
    alias = f"{origin(url)}{url.path[: found.start()]}"
    kind = ImageForbidden if isinstance(error, PageError) else type(error)
    other = kind(
        f"the image at {alias}{found[0]}… cannot be fetched, but its path is one of Label Studio: if {alias} is "
        f"another name of {client.url}, add it to LABEL_STUDIO_ALIASES"
    )
    other.server = error.server
    return other


def server_of_image(client: LabelStudio, ref: PageRef) -> str:
    """Return the server that is called first for the page's image, as outages name it; '' for no valid address."""
    try:
        return client.peer_of(image_address(client, ref)).server
    except PageError:
        return ""


def image_address(client: LabelStudio, ref: PageRef) -> httpx.URL:
    """Return the address of the page's image. Raises ImageMissing, ImageUnreadable, ImageForbidden."""
    image = ref.image.strip()
    if not image:
        raise ImageMissing("the page's data has no image in the field that the labelling configuration names")
    if _has_lone_surrogates(image):
        raise ImageMissing("the image's address contains characters that are not valid Unicode")
    if image[0] in "[{":
        raise ImageUnreadable("the page's data holds a list or an object where one image address belongs")
    if image.startswith("/") and not image.startswith("//"):
        return _on_server(client, image)
    scheme = image.partition("://")[0].lower() if "://" in image else ""
    if scheme in _STORAGE_SCHEMES:
        fileuri = base64.urlsafe_b64encode(image.encode()).decode()
        return httpx.URL(f"{client.url}/tasks/{ref.task_id}/resolve/", params={"fileuri": fileuri})
    if scheme in {"http", "https"}:
        return _unaliased(client, _parsed(image))
    raise ImageForbidden(
        f"image addresses of the kind {scheme or 'without a scheme'} are not fetched: "
        "use /data/…, http(s)://, s3://, gs:// or azure-blob://"
    )


def file_name(reference: str) -> str:
    """Return the name of the file that an image reference stands for: decoded, without prefix and query.

    >>> file_name("/data/local-files/?d=forms/Invoice%207.pdf")
    'forms/Invoice 7.pdf'
    """
    return unquote(reference.removeprefix(_LOCAL_FILES).partition("?")[0])


def _raw_signs(image: str) -> str:
    """Return what is wrong with an address whose file has signs in its name that are not encoded; "" for others."""
    if found := _LOCAL_FILE.search(image):
        name = found[1]
        raw = [sign for sign in _ENCODED if sign in name]
    else:  # in other addresses + and & may stand as they are
        parts = urlsplit(image)
        name = f"{parts.path}#{parts.fragment.partition('?')[0]}"
        raw = ["#"] if parts.fragment and parts.scheme not in _STORAGE_SCHEMES else []
    if not raw:
        return ""
    cure = ", ".join(f"{sign} as {_ENCODED[sign]}" for sign in raw)
    return f"if the file is named {name[:_NAME_CHARS]}, its name must be encoded in the page's data: write {cure}"


def is_server_address(client: LabelStudio, url: httpx.URL) -> bool:
    """Return whether `url` has scheme, host, port and sub-path of LABEL_STUDIO_URL: the token may go nowhere else.

    A path with `..` (`/studio/%2e%2e/`) does not count, because it may leave the sub-path on the server.
    """
    base = httpx.URL(client.url)
    prefix = base.path.rstrip("/")
    inside = url.path == prefix or url.path.startswith(f"{prefix}/")
    return origin(url) == origin(base) and inside and ".." not in re.split(r"[/\\]", url.path)


def _has_lone_surrogates(text: str) -> bool:
    """Return whether a text cannot be encoded: Label Studio stores JSON with lone surrogates."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def _on_server(client: LabelStudio, path: str) -> httpx.URL:
    """Return the address of a path on the server; the server's sub-path is added unless the path has it already."""
    base = httpx.URL(client.url)
    prefix = base.path.rstrip("/")
    inside = not prefix or path == prefix or path.startswith(f"{prefix}/")
    return _parsed(f"{origin(base)}{'' if inside else prefix}{path}")


def _unaliased(client: LabelStudio, url: httpx.URL) -> httpx.URL:
    """Replace one of the server's other names (LABEL_STUDIO_ALIASES) by LABEL_STUDIO_URL."""
    for alias in map(httpx.URL, client.aliases):
        prefix = alias.path.rstrip("/")
        if origin(alias) == origin(url) and (url.path == prefix or url.path.startswith(f"{prefix}/")):
            rest = url.raw_path.decode("ascii")[len(alias.raw_path.decode("ascii").rstrip("/")) :]
            return _on_server(client, rest if rest.startswith("/") else f"/{rest}")
    return url


def _parsed(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:  # its message quotes the address, and so a password or a key
        raise ImageMissing("the image's address is not a valid address") from None
    if not url.host:
        raise ImageMissing("the image's address names no host")
    return url


def _next_hop(response: httpx.Response) -> httpx.URL:
    try:
        url = response.request.url.join(response.headers.get("Location", ""))
    except httpx.InvalidURL:
        raise ImageMissing("the image's address redirects to an invalid address") from None
    if url.scheme not in {"http", "https"}:
        raise ImageForbidden(f"the image's address redirects to the scheme {url.scheme}, which is not fetched")
    return url


def _body(
    client: LabelStudio, response: httpx.Response, ends_at: float, max_bytes: float, *, own: bool
) -> Iterator[bytes]:
    _check_status(client, response, own=own)
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_large(client)
    size, head = 0, b""
    for chunk in _unpacked(response):
        if time.monotonic() > ends_at:
            raise ServiceUnavailable(
                f"{origin(response.request.url)} did not send the whole image in {client.timeout_s:g} s "
                "(PRELABEL_HTTP_TIMEOUT)"
            )
        size, head = size + len(chunk), head + chunk[: _HEAD_BYTES - len(head)]
        if size > max_bytes:
            raise _too_large(client)
        yield chunk
    if not size:
        raise ImageUnreadable("the image file is empty")
    if _is_web_page(response, head):
        raise ImageUnreadable(
            f"{origin(response.request.url)} sent a web page (a login page?) in place of the image: "
            "open the address in a browser that is logged out"
        )


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    """Yield the body in parts of bounded size, unpacked: some storages send gzip although it was not requested.

    httpx would unpack all received bytes at once, and several layers of compression: 64 kB may become 70 GB.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        yield from response.iter_raw()
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise ImageUnreadable(
            f"{origin(response.request.url)} sends the image compressed, and not as gzip: switch that off"
        )
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for packed in response.iter_raw():
            while packed:
                yield unpacker.decompress(packed, _CHUNK_BYTES)
                packed = unpacker.unconsumed_tail
    except zlib.error:
        raise ImageUnreadable("the image's gzip is broken: upload it again") from None


def _check_status(client: LabelStudio, response: httpx.Response, *, own: bool) -> None:
    status, where = response.status_code, origin(response.request.url)
    if response.is_success:
        return
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE} or (own and _unknown_upload(response)):
        missing = ImageMissing(f"there is no image at {where}{response.request.url.path} ({status})")
        if response.is_server_error:  # a server that is shutting down answers the same
            missing.failure_class, missing.server = "transient", LABEL_STUDIO
        raise missing
    if status == httpx.codes.UNAUTHORIZED and own:
        raise client.refused(response)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise ImageForbidden(
            f"{where} does not serve the image ({status}): it asks for credentials that prelabel may not send"
        )
    if response.is_server_error or status == httpx.codes.TOO_MANY_REQUESTS:
        if own:
            raise client.refused(response)
        raise ServiceUnavailable(f"{where} does not serve the image now ({status})", retry_after_s(response))
    raise ImageMissing(f"{where} refused the image's address ({status})")


def _unknown_upload(response: httpx.Response) -> bool:
    """Return whether Label Studio 1.23 lacks the uploaded file, or has a folder there: it answers 500 then, not 404."""
    path = response.request.url.path
    folders = "/data/upload/" in path or "/data/local-files/" in path
    return response.status_code == httpx.codes.INTERNAL_SERVER_ERROR and folders


def _too_large(client: LabelStudio) -> ImageTooLarge:
    return ImageTooLarge(f"the image file is larger than PRELABEL_MAX_IMAGE_BYTES={client.max_image_bytes}")


def _is_web_page(response: httpx.Response, start: bytes) -> bool:
    kind = response.headers.get("Content-Type", "").lower()
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return kind.startswith("text/html") or head.startswith((b"<!doctype html", b"<html"))
