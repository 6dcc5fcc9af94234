"""A recording of all that this release stores, for the test of upgrades: `python -m scripts.record_release NAME`.

Run it once with the code of the release, before any stored form changes: messages, records of the ledger, stored pages,
documents. It starts a Redis of its own and writes `tests/integration/releases/NAME.json`: every key with its type, its
value and its time to live, and the files of the bucket. Later code must bring all of that to its right end.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis

from devstack.redis import RedisServer
from prelabel.page import FORMAT
from prelabel.settings import get_settings
from scripts.release_contents import bucket_files, fill

FOLDER = Path(__file__).parent.parent / "tests" / "integration" / "releases"
#: Before what is no text.
BASE64 = "base64:"
LABEL_STUDIO_URL = "http://label-studio.recorded:8080"


def main(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, RedisServer(Path(folder) / "redis") as server:
        bucket = Path(folder) / "bucket"
        os.environ |= {
            "REDIS_URL": server.url,
            "LABEL_STUDIO_URL": LABEL_STUDIO_URL,
            "LABEL_STUDIO_API_KEY": "0" * 40,
            "PRELABEL_BUCKET": str(bucket),
            "PRELABEL_DISK_RESERVE_MB": "0",
        }
        made = fill(get_settings())
        time.sleep(0.1)  # the heartbeats of the workers run out
        recorded = {
            "release": name,
            "page_format": FORMAT,
            "server_id": get_settings().server_id,
            "at": time.time(),
            "made": made,
            "keys": [_key(redis.Redis.from_url(server.url), key) for key in _keys(server.url)],
            "files": {path: _text(data) for path, data in bucket_files(bucket).items()},
        }
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(recorded, indent=1) + "\n", "utf-8")


def _keys(url: str) -> list[bytes]:
    keys: list[bytes] = list(redis.Redis.from_url(url).scan_iter("*"))
    return sorted(key for key in keys if b":lock:" not in key)


def _key(client: Any, key: bytes) -> dict[str, Any]:
    kind = client.type(key).decode()
    ttl_ms = client.pttl(key)
    return {"key": _text(key), "type": kind, "value": _value(client, key, kind), "ttl_ms": max(ttl_ms, 0)}


def _value(client: Any, key: bytes, kind: str) -> Any:
    if kind == "string":
        return _text(client.get(key))
    if kind == "list":
        return [_text(row) for row in client.lrange(key, 0, -1)]
    if kind == "set":
        return sorted(_text(member) for member in client.smembers(key))
    if kind == "zset":
        return sorted([_text(member), score] for member, score in client.zrange(key, 0, -1, withscores=True))
    return {_text(field): _text(value) for field, value in sorted(client.hgetall(key).items())}


def _text(data: bytes) -> str:
    """Return bytes as JSON can hold them: as text, or "base64:..." where they are none."""
    with suppress(UnicodeDecodeError):
        if (text := data.decode()).isprintable() and not text.startswith(BASE64):
            return text
    return BASE64 + base64.b64encode(data).decode()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
