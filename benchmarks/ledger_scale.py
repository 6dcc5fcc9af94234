"""CPU of Redis a page and its longest command, after a thousand runs of a week and with task ids far apart.

`python -m benchmarks.ledger_scale [--pages 100000] [--runs 1000] [--json]`: a private redis-server, the ledger, and two
rivals, which loop over the runs that are kept. Three minutes. CPU is that of Redis's main thread (INFO cpu), so other
work on the machine does not count; the longest command is measured command by command.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import redis

from devstack.redis import RedisServer
from prelabel.errors import ImageMissing
from prelabel.ledger.ledger import Ledger
from prelabel.ledger.pages import Claim
from prelabel.page import Box, Page, PageRef, Word

PROJECT, SPREAD = 1, 10**9
WORDS = Page(100, 50, 100, 50, words=(Word("Total", Box(1, 2, 3, 4), 0.9, "test"),))
#: The end of a page as one would write it first: every kept run is asked. KEYS: runs; ARGV: page
_SET_END = """
for _, run in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('EXISTS', run) == 1 and redis.call('SREM', run .. ':open', ARGV[1]) == 1 then
    redis.call('HINCRBY', run, 'done', 1)
  end
end"""
#: The end of a page in release 0.1: a run's open pages are a bitmap from its lowest page on.
_BITMAP_END = """
for _, run in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local first = redis.call('EXISTS', run) == 1 and redis.call('HGET', run, 'first')
  local bit = first and tonumber(ARGV[1]) >= tonumber(first) and tonumber(ARGV[1]) - tonumber(first)
  if bit and redis.call('GETBIT', run .. ':open', bit) == 1 then
    redis.call('SETBIT', run .. ':open', bit, 0)
    if redis.call('BITCOUNT', run .. ':open') == 0 then redis.call('DEL', run .. ':open') end
    redis.call('HINCRBY', run, 'done', 1)
  end
end"""


class MeteredRedis(redis.Redis):
    """A client that knows the CPU of the server; while `metering`, it measures each command but those of pipelines."""

    metering, longest_ms = False, 0.0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Run a command; note its CPU if it is the longest one so far."""
        run: Any = super().execute_command
        if not self.metering:
            return run(*args, **options)
        before = self.cpu_ms()
        answer = run(*args, **options)
        self.longest_ms = max(self.longest_ms, self.cpu_ms() - before)
        return answer

    def cpu_ms(self) -> float:
        """Return the CPU of the server's main thread since its start, in ms."""
        run: Any = super().execute_command
        info = run("INFO", "cpu")
        return 1e3 * float(info["used_cpu_user_main_thread"] + info["used_cpu_sys_main_thread"])


@dataclass
class Measured:
    """What one way of keeping runs costs.

    `mb`: of the open pages. `pages`: CPU ms a page by part. `longest`: ms of the longest command of a part.
    """

    mb: float = 0.0
    pages: dict[str, float] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)

    def part(self, server: MeteredRedis, name: str, call: Callable[[], object], pages: int = 0) -> None:
        """Measure the longest command of a part, or the CPU of `pages` pages."""
        server.metering, server.longest_ms, before = not pages, 0.0, server.cpu_ms()
        call()
        server.metering = False
        if pages:
            self.pages[name] = (server.cpu_ms() - before) / pages
        else:
            self.longest[name] = server.longest_ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--ended", type=int, default=5_000, help="pages that go all the way; rivals get a hundredth")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    found = measure(options.pages, options.runs, options.ended)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{options.pages:,} pages, {options.runs:,} runs")
    for way, row in found.items():
        costs = [f"{name} {ms:.3f} ms" for name, ms in row["pages"].items()]
        print(f"{way:>36}  {row['mb']:7.3f} MB  CPU a page: {', '.join(costs)}")
        longest = max(row["longest"], key=row["longest"].__getitem__)
        print(f"{'':>36}  longest command: {row['longest'][longest]:.1f} ms ({longest})")


def measure(pages: int, runs: int, ended: int) -> dict[str, Any]:
    """Measure all ways with neighbouring ids and with ids over 10^9; JSON-ready."""
    near: Sequence[int] = range(1, pages + 1)
    far: Sequence[int] = sorted(random.Random(0).sample(range(1, SPREAD), pages))
    found: dict[str, Any] = {}
    for name, ids in (("neighbouring ids", near), ("ids over 10^9", far)):
        found[f"ours, {name}"] = _on_redis(partial(ours, ids=ids, runs=runs, ended=ended))
        for rival_name, bitmap in (("set", False), ("bitmap", True)):
            way = partial(rival, ids=ids, runs=runs, ended=max(1, ended // 100), bitmap=bitmap)
            found[f"a {rival_name} a run, {name}"] = _on_redis(way)
    found["ours, all runs at once"] = _on_redis(partial(ours, ids=far, runs=runs, ended=ended, at_once=True))
    return found


def _on_redis(call: Callable[[MeteredRedis], Measured]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, RedisServer(Path(folder)) as server:
        return vars(call(MeteredRedis(port=server.port, socket_timeout=600)))


def ours(server: MeteredRedis, ids: Sequence[int], runs: int, ended: int, *, at_once: bool = False) -> Measured:
    """Measure the ledger. The other runs have ended; `at_once`: they wait for the same pages."""
    ledger, found = Ledger(server, "benchmark"), Measured()
    others = [ledger.runs.create(PROJECT) for _ in range(runs - 1)]
    if not at_once:
        ledger.runs.open_all(others, PROJECT, [], listed_at=ledger.now())
    run = ledger.runs.create(PROJECT)
    opening = [run, *others] if at_once else [run]
    found.part(server, "opening", lambda: ledger.runs.open_all(opening, PROJECT, ids, listed_at=ledger.now()))
    found.mb = _mb(server, ledger._state.name("open", PROJECT))
    found.part(server, "progress", lambda: ledger.runs.progress(PROJECT, run))
    found.part(server, "unfinished runs", lambda: ledger.runs.unfinished(PROJECT))
    found.part(server, "pages that Label Studio lists no more", lambda: ledger.runs.missing_pages(PROJECT, []))
    found.part(server, "a page's way", lambda: _ways(ledger, ids[:ended]), ended)
    ending, failing = [[_claim(ledger, page) for page in ids[n * ended : (n + 1) * ended]] for n in (1, 2)]
    found.part(server, "a page's end", lambda: _finish(ledger, ending), ended)
    found.part(server, "a failed page's end", lambda: _fail(ledger, failing), ended)
    found.part(server, "failed list", lambda: ledger.failed_list.summary(PROJECT))
    found.part(server, "retry", lambda: ledger.failed_list.retry(PROJECT, ledger.failed_list.ids(PROJECT)))
    for page in ids[2 * ended : 3 * ended]:
        _claim(ledger, page)
    found.part(server, "free pages", lambda: ledger.pages.free(PROJECT))
    found.part(server, "audit", lambda: ledger.audit.strays(PROJECT, repair=False))
    half = ids[3 * ended : len(ids) // 2]
    found.part(server, "closing", lambda: ledger.runs.close_pages(PROJECT, half, "skipped"))
    found.part(server, "cancelling", lambda: ledger.halts.cancel(PROJECT))
    return found


def _claim(ledger: Ledger, page: int) -> Claim:
    ref = PageRef(PROJECT, page, f"s3://customer-documents/scan-{page}.png")
    claimed = ledger.pages.claim(ref, "v1", lease_s=600, listed_at=ledger.now())
    if claimed is None:
        raise RuntimeError(f"page {page} cannot be claimed")
    return claimed[0]


def _ways(ledger: Ledger, pages: Sequence[int]) -> None:
    """Take pages from their claim to their end, as workers do; without messages and heartbeats."""
    for page in pages:
        claim = _claim(ledger, page)
        ledger.leases.begin(claim, "ocr", "w")
        ledger.pages.advance(claim, "extract", WORDS, lease_s=600, ttl_s=600, seconds={"ocr": 1.0})
        ledger.leases.begin(claim, "extract", "w")
        ledger.pages.advance(claim, "upload", WORDS, lease_s=600, ttl_s=600, seconds={"ser": 0.1, "re": 0.1})
        ledger.leases.begin(claim, "upload", "w")
        ledger.pages.finish(claim, seconds={"upload": 1.0})


def _finish(ledger: Ledger, claims: Sequence[Claim]) -> None:
    for claim in claims:
        ledger.pages.finish(claim, seconds={"upload": 1.0})


def _fail(ledger: Ledger, claims: Sequence[Claim]) -> None:
    for claim in claims:
        ledger.leases.fail(claim, "ocr", ImageMissing("there is none"), attempts=1)


def rival(server: MeteredRedis, ids: Sequence[int], runs: int, ended: int, bitmap: bool) -> Measured:
    """Measure the end of a page for runs with a set or a bitmap of their own; all but one have no open page."""
    found = Measured()
    with server.pipeline(transaction=False) as pipe:
        for number in range(runs):
            pipe.hset(f"run:{number}", mapping={"opened": 1, "first": ids[0]})
            pipe.sadd("runs", f"run:{number}")
        for page in ids:
            pipe.setbit("run:0:open", page - ids[0], 1) if bitmap else pipe.sadd("run:0:open", page)
        pipe.execute()
    found.mb = _mb(server, "run:0:open")
    end = server.register_script(_BITMAP_END if bitmap else _SET_END)
    found.part(server, "a page's end", lambda: [end(keys=["runs"], args=[page]) for page in ids[:ended]], ended)
    found.part(server, "a page's end", lambda: end(keys=["runs"], args=[ids[ended]]))
    return found


def _mb(server: MeteredRedis, key: str) -> float:
    return float(server.memory_usage(key, samples=0) or 0) / 1e6


if __name__ == "__main__":
    main()
