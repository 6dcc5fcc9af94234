"""An S3 bucket behind a proxy: HTTP proxies work, a SOCKS proxy is one line, and NO_PROXY counts."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from devstack.s3 import S3Server
from prelabel.bucket.interface import Bucket
from prelabel.bucket.opening import open_bucket
from prelabel.errors import ServiceUnavailable, SettingError
from prelabel.settings import Settings
from tests.support.relays import HttpProxy, running

NAME = "storage"
_numbers = itertools.count(1)


def bucket_of(s3: S3Server, **values: Any) -> Bucket:
    made = {name.lower(): value for name, value in s3.make_bucket(f"proxied-{next(_numbers)}").items()}
    return open_bucket(Settings(_env_file=None, **{**made, "s3_endpoint": f"http://{NAME}:9000", **values}))


def test_files_go_through_the_proxy(s3: S3Server) -> None:
    with running(HttpProxy({NAME: s3.port}, "me:hunter2")) as proxy:
        bucket = bucket_of(s3, http_proxy=proxy.url)
        bucket.put("raw/a.pdf", b"%PDF", "application/pdf")
        assert bucket.get("raw/a.pdf") == b"%PDF"
        assert set(proxy.asked) == {f"{NAME}:9000"}


def test_no_proxy_is_reached_directly(s3: S3Server) -> None:
    with running(HttpProxy({})) as proxy:
        bucket = bucket_of(s3, http_proxy=proxy.url, s3_endpoint=s3.url)
        bucket.put("raw/a.pdf", b"%PDF", "application/pdf")
        assert proxy.asked == []


def test_a_proxy_that_is_away_is_named(s3: S3Server) -> None:
    bucket = bucket_of(s3, http_proxy="http://me:hunter2@127.0.0.1:1", http_timeout=3)
    with pytest.raises(ServiceUnavailable, match="the proxy does not reach http://storage:9000") as caught:
        bucket.get("raw/a.pdf")
    assert "hunter2" not in str(caught.value)


def test_a_socks_proxy_is_one_line(s3: S3Server) -> None:
    with pytest.raises(SettingError, match=r"through the SOCKS proxy socks5h://127\.0\.0\.1:1080 \(ALL_PROXY\)"):
        bucket_of(s3, all_proxy="socks5h://me:hunter2@127.0.0.1")
