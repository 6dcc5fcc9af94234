"""The causes of round trips: read from requests as redis-py and kombu send them."""

from __future__ import annotations

import hashlib

import pytest

from benchmarks.round_trips.counts import cause, group
from prelabel.ledger.leases import MAX_CRASHES
from prelabel.ledger.scripts import sources

BEGIN = hashlib.sha1(sources(MAX_CRASHES)["leases/begin"].encode(), usedforsecurity=False).hexdigest()


def request(*commands: str) -> bytes:
    """Write commands as one request of Redis's protocol."""
    return b"".join(
        f"*{len(command.split())}\r\n".encode()
        + b"".join(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()) for word in command.split())
        for command in commands
    )


@pytest.mark.parametrize(
    ("sent", "shown", "which"),
    [
        (request(f"EVALSHA {BEGIN} 1 prelabel:s page:6:1"), "ledger leases/begin", "ledger"),
        (request(f"EVALSHA {BEGIN} 1 a", f"EVALSHA {BEGIN} 1 b"), "ledger leases/begin", "ledger"),
        (request("EVALSHA 0123 1 a"), "a library's script", "other"),
        (request("GET prelabel:s:words:6:1"), "GET words", "ledger"),
        (request("LPUSH prelabel:s:queue:cpu\x06\x163 message"), "LPUSH cpu", "send"),
        (
            request("MULTI", "ZADD prelabel:s:queue:unacked_index 1 a", "HSET prelabel:s:queue:unacked a b", "EXEC"),
            "ZADD unacked_index HSET unacked",
            "receive",
        ),
        (request("PUBLISH prelabel:s:queue:/0.celeryev/task.multi x"), "PUBLISH /0.celeryev/task.multi", "events"),
        (request("PING"), "PING", "other"),
        (request("LPUSH prelabel:s:queue:cpu " + "x" * 100)[:60], "LPUSH cpu", "send"),
        (b"", "other", "other"),
    ],
)
def test_a_request_is_named_and_grouped(sent: bytes, shown: str, which: str) -> None:
    assert cause(sent) == shown
    assert group(shown) == which
