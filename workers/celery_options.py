"""Options of `celery worker` that a kind of worker cannot honour: with them it would take messages and drop them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from celery import concurrency

from prelabel.errors import ConfigurationError
from prelabel.queues.routes import WORKERS


def check_options(kind: str, pool: str, options: Mapping[str, Any]) -> None:
    """Check the options of the command line of one kind of worker. Raises ConfigurationError."""
    _check_queues(kind, _names(options.get("queues")), _names(options.get("exclude_queues")))
    _check_pool(kind, pool, options)
    if options.get("beat"):
        raise ConfigurationError("-B would start a second beat with each worker; start one `prelabel beat` beside them")


def _names(given: Collection[str] | str | None) -> set[str]:
    return set(given.split(",") if isinstance(given, str) else given or ())


def _check_queues(kind: str, wanted: set[str], excluded: set[str]) -> None:
    own = set(WORKERS[kind])
    if wanted - own:
        other = next((name for name, queues in WORKERS.items() if (wanted - own) & set(queues)), kind)
        raise ConfigurationError(
            f"-Q {','.join(sorted(wanted))}: a {kind} worker knows the tasks of {','.join(WORKERS[kind])} only; "
            f"leave out -Q, or start `prelabel worker {other}`"
        )
    if not (wanted or own) - excluded:
        raise ConfigurationError(f"-X {','.join(sorted(excluded))} leaves no queue to this {kind} worker; leave it out")


def _check_pool(kind: str, pool: str, options: Mapping[str, Any]) -> None:
    own, given = concurrency.get_implementation(pool), options.get("pool") or options.get("pool_cls")
    if given is not None and concurrency.get_implementation(given) is not own:
        raise ConfigurationError(f"-P: a {kind} worker needs the pool {pool}, which is its default; leave out -P")
    if options.get("pool_start_method") == "spawn":
        raise ConfigurationError("--pool-start-method spawn: workers fork; leave it out")
    if options.get("autoscale") and pool != "prefork":
        raise ConfigurationError(f"--autoscale: the pool of a {kind} worker has a fixed size; leave it out, or use -c")
