"""The buffer between pages and the database: a list in Redis. Losing it loses traces and nothing else."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from django.core.cache import cache
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

MOST = 500_000  # traces that wait at most, should nobody take them
REST = 15  # seconds for which a process does not ask a Redis that did not answer

_rests_until = 0.0


def add(*traces: dict[str, Any]) -> None:
    """Keep these for the next batch. A Redis that is away costs one short wait now and then, never the page."""
    global _rests_until  # noqa: PLW0603
    if time.monotonic() < _rests_until:
        return
    try:
        if _client().rpush(_key(), *(json.dumps(trace, separators=(",", ":")) for trace in traces)) > MOST:  # type: ignore[operator]
            _client().ltrim(_key(), -MOST, -1)
    except RedisError as error:
        _rests_until = time.monotonic() + REST
        log.warning("traces_lost", count=len(traces), error=str(error))


def take(size: int = 2000) -> Iterator[list[dict[str, Any]]]:
    """Batches of what waits, the oldest first, until nothing does. Nothing where Redis is away."""
    try:
        while found := _client().lpop(_key(), size):
            yield [trace for line in found if (trace := _read(line))]
    except RedisError as error:
        log.warning("traces_unreachable", error=str(error))


def give_back(traces: Sequence[dict[str, Any]]) -> None:
    """These could not be written: they are the first again."""
    try:
        _client().lpush(_key(), *(json.dumps(trace) for trace in reversed(traces)))
    except RedisError as error:
        log.warning("traces_lost", count=len(traces), error=str(error))


def _read(line: Any) -> dict[str, Any] | None:
    try:
        trace = json.loads(line)
    except ValueError:
        return None
    return trace if isinstance(trace, dict) else None


def _key() -> str:
    return f"{cache.key_prefix}:visits"


def _client() -> Redis:
    return cache._cache.get_client(write=True)  # type: ignore[attr-defined, no-any-return]
