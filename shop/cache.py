"""The cache: when Redis is away pages are slower, not broken."""

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError  # noqa: A004

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """A Redis cache whose reads miss and whose writes do nothing while the server cannot be reached."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (ConnectionError, TimeoutError) as error:
            return self._without(error, default)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        try:
            return super().get_many(keys, version)
        except (ConnectionError, TimeoutError) as error:
            return self._without(error, {})

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except (ConnectionError, TimeoutError) as error:
            self._without(error, None)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().add(*args, **kwargs))
        except (ConnectionError, TimeoutError) as error:
            return bool(self._without(error, False))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().delete(*args, **kwargs))
        except (ConnectionError, TimeoutError) as error:
            return bool(self._without(error, False))

    def _without(self, error: Exception, answer: Any) -> Any:
        log.warning("cache_unreachable", error=str(error))
        return answer
