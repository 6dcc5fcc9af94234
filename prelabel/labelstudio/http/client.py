"""Client of one Label Studio server: authentication, pace, and failures as PrelabelErrors. It knows no endpoint."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, cast

import httpx

from prelabel.errors import PrelabelError, SettingError
from prelabel.labelstudio.http import failures
from prelabel.labelstudio.http.auth import LegacyToken, PersonalAccessToken, token_auth
from prelabel.labelstudio.http.guarded_transport import ImageTransport
from prelabel.labelstudio.http.image_guard import ImageGuard, Network, own_places
from prelabel.labelstudio.http.limited_network import LimitedNetwork
from prelabel.labelstudio.http.lost_calls import is_unknown_name, lost
from prelabel.labelstudio.http.peers import Peer, of_server, origin
from prelabel.labelstudio.http.proxied_transport import ProxiedTransport
from prelabel.network.reach import Reach
from prelabel.settings import Settings, not_set

#: An answer that is still arriving after this many timeouts counts as lost; the longest known takes 18 s (131 MB).
_ANSWER_TIMEOUTS = 5
#: Connections that stay open between calls.
_KEPT = 20
#: Paths of Label Studio's own pages and of its API, as people copy them from the browser.
_OF_A_PAGE = re.compile(r"/(projects|api|user|tasks|organization|data/(upload|local-files))(/|$)")
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=_KEPT)


class LabelStudio:
    """Calls to the API of one server. Thread-safe; connections are kept and shared.

    `timeout_s`: limit for connecting, for sending and for each read (an answer may take five of them); for an image, in
    all. `request_delay_s`: least time between the starts of two calls, over all threads. `aliases`: other origins of
    the same server (see `images`). `image_hosts`, `image_networks`: other sources of images (see `image_guard`). No
    call is repeated, except after a refresh of the token. `reach`: trusted authorities and proxies. `transport`
    replaces the network in tests.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout_s: float = 60.0,
        request_delay_s: float = 0.0,
        aliases: tuple[str, ...] = (),
        max_image_bytes: int = 64 * 2**20,
        image_hosts: tuple[str, ...] = (),
        image_networks: tuple[Network, ...] = (),
        reach: Reach | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if not url:
            raise SettingError(f"{not_set('label_studio_url')}: write Label Studio's address into .env")
        if not api_key:
            raise SettingError(
                f"{not_set('label_studio_api_key')}: make a Personal Access Token in Label Studio, Account & Settings"
            )
        if not api_key.isascii() or any(c.isspace() for c in api_key):
            raise SettingError("LABEL_STUDIO_API_KEY contains spaces or other invalid characters: copy it again")
        self.url = _checked(url)
        self.aliases = tuple(_checked(alias, "LABEL_STUDIO_ALIASES or LABEL_STUDIO_PUBLIC_URL") for alias in aliases)
        self.max_image_bytes = max_image_bytes
        self.timeout_s = timeout_s
        self._reach = reach or Reach.usual()
        self.peer = Peer(httpx.URL(self.url), True, self._reach.proxies.for_url(self.url), self._reach.ca)
        self.auth: PersonalAccessToken | LegacyToken = token_auth(self.url, api_key, self.peer)
        self._http = _http(transport or self._transport(), timeout_s, base_url=self.url, auth=self.auth)
        self._http.event_hooks["response"] = [self._limit_answer]
        guard = ImageGuard(image_hosts, image_networks, own_places((self.url, *self.aliases)))
        self._outside = _http(transport or ImageTransport(guard, timeout_s, self._reach), timeout_s)
        #: Origins of other servers that have served an image.
        self.image_hosts: dict[str, str] = {}
        self._delay_s = request_delay_s
        self._next_call_at = 0.0
        self._pace_lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> LabelStudio:
        """Make a client of LABEL_STUDIO_URL. Raises SettingError when the address or the token is not set."""
        return cls(
            settings.label_studio_url,
            settings.label_studio_api_key.get_secret_value(),
            timeout_s=settings.http_timeout,
            request_delay_s=settings.request_delay,
            aliases=(*settings.label_studio_aliases, *filter(None, [settings.label_studio_public_url])),
            max_image_bytes=settings.max_image_bytes,
            image_hosts=settings.image_hosts,
            image_networks=settings.image_networks,
            reach=Reach.from_settings(settings),
        )

    def get(self, path: str, **kw: Any) -> httpx.Response:
        return self.request("GET", path, **kw)

    def post(self, path: str, **kw: Any) -> httpx.Response:
        return self.request("POST", path, **kw)

    def patch(self, path: str, **kw: Any) -> httpx.Response:
        return self.request("PATCH", path, **kw)

    def delete(self, path: str, **kw: Any) -> httpx.Response:
        return self.request("DELETE", path, **kw)

    def request(
        self, method: str, path: str, *, accept: tuple[int, ...] = (), ambiguous: bool = False, **kw: Any
    ) -> httpx.Response:
        """Call the API once; `path` begins with a slash and is joined to the server's own sub-path.

        Statuses in `accept` come back to the caller; other statuses than 2xx raise. `ambiguous`: the call creates
        something, so a lost answer or a 5xx raises AmbiguousUpload.
        Raises AuthError, ProjectNotFound, ServiceUnavailable, SettingError (a wrong address), PrelabelError.
        """
        self.wait_turn()
        try:
            response = self._http.request(method, path, **kw)
        except httpx.TransportError as error:
            raise of_server(lost(error, self.peer, self.timeout_s, ambiguous=ambiguous), self.peer) from None
        except PrelabelError as error:  # of the exchange of the token
            raise of_server(error, self.peer) from None
        except httpx.HTTPStatusError as error:  # the token could not be refreshed: nothing was sent
            raise self._refused(error.response, "", ambiguous=False) from None
        if response.status_code in accept:
            return response
        if not response.is_success or failures.is_html(response):
            raise self.refused(response, ambiguous=ambiguous)
        return response

    def refused(self, response: httpx.Response, *, ambiguous: bool = False) -> PrelabelError:
        """Return the error that this answer means."""
        if response.is_success:
            return of_server(failures.wrong_address(response), self.peer)
        detail = failures.detail(response) if response.is_client_error else ""
        return self._refused(response, detail, ambiguous=ambiguous)

    def _refused(self, response: httpx.Response, detail: str, *, ambiguous: bool) -> PrelabelError:
        error = failures.refused(response, self.auth.refused(detail), ambiguous=ambiguous, peer=self.peer)
        return of_server(error, self.peer)

    @contextmanager
    def stream(self, url: httpx.URL, *, with_token: bool, timeout_s: float | None = None) -> Iterator[httpx.Response]:
        """Get an address without following redirects; the caller reads the body. No status raises.

        `with_token`: sends the token; only for addresses of the server itself (`images.is_server_address`).
        `timeout_s`: a shorter limit for each wait.
        """
        self.wait_turn()
        http, limit_s, peer = (
            self._http if with_token else self._outside,
            timeout_s or self.timeout_s,
            self.peer_of(url),
        )
        try:
            with http.stream(
                *("GET", url),
                headers={"Accept": "image/*,*/*;q=0.5", "Accept-Encoding": "identity"},
                timeout=limit_s,
            ) as response:
                if not peer.own and (response.is_success or response.is_redirect):
                    self.image_hosts[peer.origin] = url.raw_path.partition(b"?")[0].decode("ascii")
                yield response
        except httpx.TransportError as error:
            failure = lost(error, peer, limit_s)
            raise failure if not peer.own and is_unknown_name(error) else of_server(failure, peer) from None
        except PrelabelError as error:  # of the exchange of the token, and of the caller
            raise of_server(error, peer) from None
        except httpx.HTTPStatusError as error:
            raise self._refused(error.response, "", ambiguous=False) from None

    def renew_token(self) -> None:
        """Exchange a Personal Access Token for a fresh access token; skip a legacy token. Raises AuthError."""
        if isinstance(self.auth, PersonalAccessToken):
            try:
                self.auth.renew(self._http)
            except httpx.TransportError as error:
                raise of_server(lost(error, self.peer, self.timeout_s), self.peer) from None
            except httpx.HTTPStatusError as error:
                raise self._refused(error.response, "", ambiguous=False) from None

    def peer_of(self, url: httpx.URL) -> Peer:
        """Return the server of an address: Label Studio itself, or a host of images."""
        if origin(url) == origin(self.peer.url):
            return self.peer
        usual, used = self._reach.proxies.for_url(str(url)), self._reach.image_proxy_for(str(url))
        return Peer(url, False, used, passed_by=None if used else usual)

    def _transport(self) -> httpx.BaseTransport:
        trust, proxy = self._reach.trust, self.peer.proxy
        if proxy is None:
            return httpx.HTTPTransport(verify=trust, limits=_LIMITS)
        return ProxiedTransport(proxy, trust, LimitedNetwork(self.timeout_s, in_all=False), kept=_KEPT)

    def _limit_answer(self, response: httpx.Response) -> None:
        """Limit the whole answer: slow bytes could otherwise arrive for ever, each within the limit of a read."""
        stream = cast(httpx.SyncByteStream, response.stream)
        response.stream = _LimitedStream(stream, time.monotonic() + _ANSWER_TIMEOUTS * self.timeout_s)

    def wait_turn(self) -> None:
        """Sleep until PRELABEL_REQUEST_DELAY has passed since the previous call of any thread."""
        if self._delay_s <= 0:
            return
        with self._pace_lock:
            now = time.monotonic()
            start = max(now, self._next_call_at)
            self._next_call_at = start + self._delay_s
        time.sleep(start - now)

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        self._outside.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"LabelStudio({self.url!r})"


class _LimitedStream(httpx.SyncByteStream):
    """A response body with a limit: a read after `ends_at` raises httpx.ReadTimeout."""

    def __init__(self, stream: httpx.SyncByteStream, ends_at: float) -> None:
        self._stream, self._ends_at = stream, ends_at

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            if time.monotonic() > self._ends_at:
                raise httpx.ReadTimeout("the answer arrives too slowly")
            yield part

    def close(self) -> None:
        self._stream.close()


def _checked(url: str, name: str = "LABEL_STUDIO_URL") -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingError(f"{name} cannot be read ({error}): write it like http://localhost:8080") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise SettingError(f"{name} must begin with http:// or https:// and a host")
    if parsed.userinfo:
        raise SettingError(f"{name} must be the bare address, without user, query or fragment")
    if page := _OF_A_PAGE.search(parsed.path):
        server = f"{origin(parsed)}{parsed.path[: page.start()]}"
        raise SettingError(f"{name} is the address of a page in Label Studio: set it to the server's, {server}")
    if parsed.query or parsed.fragment:
        raise SettingError(f"{name} must be the bare address, without user, query or fragment")
    return url.rstrip("/")


def _http(transport: httpx.BaseTransport, timeout_s: float, **kw: Any) -> httpx.Client:
    """Make a client that follows no redirects and keeps no cookies: a session cookie would be a second credential."""
    return httpx.Client(
        transport=transport,
        timeout=timeout_s,
        follow_redirects=False,
        trust_env=False,  # `Reach` holds what the environment says
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": "prelabel"},
        **kw,
    )
