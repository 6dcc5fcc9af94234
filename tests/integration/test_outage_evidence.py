"""Evidence before an outage, probes, and waits in the ledger: on a real Redis, with servers that answer or do not."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import redis

from devstack.ports import free_port
from prelabel.bucket.folder import FolderBucket
from prelabel.errors import (
    BUCKET,
    LABEL_STUDIO,
    BucketRefused,
    ImageMissing,
    PrelabelError,
    ServiceUnavailable,
    StorageFull,
)
from prelabel.labelstudio.http.client import LabelStudio
from prelabel.labelstudio.http.failures import retry_after_s
from prelabel.labelstudio.images import fetch_image
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim, FreePages
from prelabel.outages.ends import HOST_GIVEN_UP_S, probe_due, retry_documents, retry_failed
from prelabel.outages.evidence import remember_hosts, verdict
from prelabel.page import PageRef
from prelabel.settings import Settings
from prelabel.workplace import Workplace
from tests.support.sites import LOOPBACK

_servers = itertools.count()


class Site:
    """A server on a port of its own: it answers all calls with `status`, and counts them; or it is not there.

    `first_page`: status of the address /, where it is another.
    """

    def __init__(self) -> None:
        self.port, self.status, self.calls, self.slow_s = free_port(), 200, 0, 0.0
        self.headers: dict[str, str] = {}
        self.first_page: int | None = None
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.calls += 1
                time.sleep(site.slow_s)
                self.send_response(site.first_page or site.status if self.path == "/" else site.status)
                for name, value in {**site.headers, "Content-Type": "application/json", "Content-Length": "2"}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def here(redis_url: str, site: Site, tmp_path: Path) -> Iterator[Workplace]:
    """Yield a workplace whose Label Studio is `site`, and whose bucket is a folder."""
    settings = Settings(_env_file=None, label_studio_url=site.url, redis_url=redis_url, probe_interval=0.5)
    client = LabelStudio(site.url, "0" * 40, timeout_s=2.0, image_networks=LOOPBACK)
    ledger = Ledger(redis.Redis.from_url(redis_url), f"evidence-test-{next(_servers)}")
    bucket = FolderBucket(tmp_path / "bucket", "http://files")
    yield Workplace(settings, client=client, ledger=ledger, bucket=bucket)
    client.close()


def error_of(here: Workplace, path: str = "/api/projects/6/") -> PrelabelError:
    with pytest.raises(PrelabelError) as raised:
        here.client.get(path)
    return raised.value


def claimed(here: Workplace, page: int = 1) -> Claim:
    ref = PageRef(6, page, "/a.png")
    found = here.ledger.pages.claim(ref, "v1", lease_s=60, listed_at=here.ledger.now())
    assert found is not None
    return found[0]


def test_an_error_of_a_server_that_answers_is_the_pages_own(here: Workplace, site: Site) -> None:
    error = ServiceUnavailable("the import failed")
    error.server = LABEL_STUDIO
    assert verdict(here, error) == "own"
    assert (site.calls, here.ledger.outages.all()) == (1, [])


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503])
def test_a_server_that_refuses_everybody_is_away_until_a_probe_passes(here: Workplace, site: Site, status: int) -> None:
    # Given work that waits for Label Studio
    site.status = status
    assert verdict(here, error_of(here)) == "away"
    held = claimed(here)
    here.ledger.leases.begin(held, "ocr", "w1")
    here.ledger.leases.postpone(held, server=LABEL_STUDIO, counted="wait")
    (outage,) = here.ledger.outages.all()
    assert (outage.server, outage.name) == (LABEL_STUDIO, "Label Studio")
    # When probes fail, then it waits on
    time.sleep(0.6)
    assert list(probe_due(here)) == []
    assert here.ledger.pages.free(6) == FreePages([], [])
    # When one passes, then the page may start, its tries unused
    site.status = 200
    time.sleep(0.6)
    (back,) = probe_due(here)
    assert (back.server, back.waiting.projects) == (LABEL_STUDIO, (6,))
    assert here.ledger.pages.free(6) == FreePages([], [PageRef(6, 1, "/a.png")])


def test_many_errors_at_once_ask_one_question(here: Workplace, site: Site) -> None:
    error = ServiceUnavailable("it failed")
    error.server = LABEL_STUDIO
    site.calls, site.slow_s = 0, 0.5
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: verdict(here, error), range(20)))
    assert set(found) == {"own"}
    assert site.calls == 1


def test_a_time_that_the_server_names_is_kept_by_all(here: Workplace, site: Site) -> None:
    site.status, site.headers = 429, {"Retry-After": "2"}
    assert verdict(here, error_of(here)) == "away"
    calls = site.calls
    for _ in range(6):
        time.sleep(0.25)
        assert list(probe_due(here)) == []
    assert site.calls == calls
    site.status = 200
    time.sleep(1.0)
    assert [back.server for back in probe_due(here)] == [LABEL_STUDIO]


def test_a_date_in_place_of_seconds_is_read_by_the_servers_own_clock() -> None:
    headers = {"Date": "Mon, 02 Jan 2006 15:04:05 GMT", "Retry-After": "Mon, 02 Jan 2006 15:04:35 GMT"}
    assert retry_after_s(httpx.Response(503, headers=headers)) == 30.0


def test_one_callers_broken_way_stops_nobody_else(here: Workplace, site: Site) -> None:
    # Given a server that has just answered a probe
    site.status = 503
    assert verdict(here, error_of(here)) == "away"
    site.status = 200
    time.sleep(0.6)
    assert len(list(probe_due(here))) == 1
    # When one caller still gets no answer, then nothing is recorded, and the caller uses up no try
    site.status = 503
    assert verdict(here, error_of(here)) == "unclear"
    assert here.ledger.outages.all() == []


def test_a_bucket_that_refuses_everything_is_away(here: Workplace, tmp_path: Path) -> None:
    (tmp_path / "bucket").write_text("a file in place of the folder")
    with pytest.raises(PrelabelError) as raised:
        here.bucket.put("raw/x", b"1", "text/plain")
    assert isinstance(raised.value, BucketRefused | ServiceUnavailable)
    assert verdict(here, raised.value) == "away"
    (tmp_path / "bucket").unlink()
    time.sleep(0.6)
    assert [back.server for back in probe_due(here)] == [BUCKET]


class TestImageHosts:
    """A host of images is waited for only where it has served somebody."""

    @pytest.fixture
    def host(self) -> Iterator[Site]:
        made = Site()
        made.start()
        yield made
        made.stop()

    def fetch(self, here: Workplace, host: Site, **kw: tuple[str, ...]) -> PrelabelError | None:
        try:
            fetch_image(here.client, PageRef(6, 1, f"{host.url}/a.png"), **kw)
        except PrelabelError as error:
            return error
        finally:
            remember_hosts(here)
        return None

    def test_a_host_that_never_served_anybody_is_not_waited_for(self, here: Workplace, host: Site) -> None:
        host.stop()
        error = self.fetch(here, host)
        assert error is not None
        assert error.server == host.url
        assert verdict(here, error) == "own"

    def test_a_known_host_is_waited_for_and_not_called_meanwhile(self, here: Workplace, host: Site) -> None:
        assert self.fetch(here, host) is None
        host.stop()
        error = self.fetch(here, host)
        assert error is not None
        assert verdict(here, error) == "away"
        host.start()
        calls = host.calls
        waits = self.fetch(here, host, away=(host.url,))
        assert waits is not None
        assert (waits.server, host.calls) == (host.url, calls)
        time.sleep(0.6)
        assert [back.server for back in probe_due(here)] == [host.url]

    def test_an_image_that_alone_is_slow_uses_up_its_tries(self, here: Workplace, host: Site) -> None:
        assert self.fetch(here, host) is None
        error = ServiceUnavailable("did not send the whole image")
        error.server = host.url
        assert verdict(here, error) == "own"

    def test_a_first_page_that_always_refuses_pauses_no_images(self, here: Workplace, host: Site) -> None:
        host.first_page = 503
        assert self.fetch(here, host) is None
        error = ServiceUnavailable("this image alone")
        error.server = host.url
        assert verdict(here, error) == "own"

    def test_images_that_are_away_behind_a_first_page_that_answers_are_waited_for(
        self, here: Workplace, host: Site
    ) -> None:
        host.first_page = 200
        assert self.fetch(here, host) is None
        host.status = 502
        error = self.fetch(here, host)
        assert error is not None
        assert verdict(here, error) == "away"
        host.status = 403  # the address of the image was presigned
        time.sleep(0.6)
        assert [back.server for back in probe_due(here)] == [host.url]

    def test_a_name_that_does_not_exist_is_not_waited_for(self, here: Workplace) -> None:
        with pytest.raises(PrelabelError) as raised:
            fetch_image(here.client, PageRef(6, 1, "http://no-such-host.invalid/a.png"))
        assert raised.value.server == ""

    def test_a_host_that_is_away_for_a_day_is_given_up(
        self, here: Workplace, host: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.fetch(here, host) is None
        host.stop()
        error = self.fetch(here, host)
        assert error is not None
        verdict(here, error)
        record = here.ledger._state.name("outage", host.url)
        here.ledger._state.redis.hincrbyfloat(record, "since", -HOST_GIVEN_UP_S - 1)
        time.sleep(0.6)
        assert [back.server for back in probe_due(here)] == [host.url]
        assert verdict(here, error) == "own"


def test_a_failed_page_is_tried_again_once_when_its_server_is_back(here: Workplace, site: Site) -> None:
    def fail(error: PrelabelError) -> None:
        here.ledger.leases.fail(claimed(here), "ocr", error, 3)

    error = ServiceUnavailable("away")
    error.server = LABEL_STUDIO
    fail(error)
    assert retry_failed(here) == [], "it has just failed, and nothing has come back"
    assert retry_failed(here, LABEL_STUDIO) == [6]
    assert here.ledger.failed_list.ids(6) == []
    fail(error)
    assert retry_failed(here, LABEL_STUDIO) == []
    assert here.ledger.failed_list.ids(6) == [1]


def test_a_failed_document_is_opened_again_once_when_the_bucket_is_back(here: Workplace) -> None:
    error = StorageFull("the quota is used up")
    error.server = BUCKET

    def fail() -> None:
        (job,) = here.ledger.jobs.take(bound=1, lease_s=60)
        here.ledger.leases.begin(job, "intake", "w", charge="alone")
        here.ledger.leases.fail(job, "intake", error, 3)

    here.ledger.documents.add(
        6, "00112233445566aa", name="a.pdf", kind="PDF", suffix=".pdf", size=9, ttl_s=600, importing=True
    )
    fail()
    assert not retry_documents(here), "it has just failed, and nothing has come back"
    assert retry_documents(here, BUCKET)
    fail()
    assert not retry_documents(here, BUCKET), "only once"


def test_a_page_that_failed_for_a_reason_of_its_own_stays_failed(here: Workplace) -> None:
    here.ledger.leases.fail(claimed(here), "ocr", ImageMissing("no image"), 1)
    assert retry_failed(here, LABEL_STUDIO) == []
    assert here.ledger.failed_list.ids(6) == [1]


def test_a_record_that_nobody_probes_ends(here: Workplace, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from prelabel.ledger import outages

    monkeypatch.setattr(outages, "_KEPT_S", -0.4)
    error = ServiceUnavailable("away")
    here.ledger.outages.open(LABEL_STUDIO, error, every_s=0.5)
    held = claimed(here)
    here.ledger.leases.postpone(held, server=LABEL_STUDIO)
    assert here.ledger.pages.free(6) == FreePages([], [])
    time.sleep(0.7)
    assert here.ledger.pages.free(6).due == [PageRef(6, 1, "/a.png")]
