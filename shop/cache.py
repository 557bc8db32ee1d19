"""The cache: when Redis is away, full or refuses, pages are slower, not broken."""

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """A Redis cache whose reads miss and whose writes do nothing while the server is away or refuses."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            return self._without(error, default)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        try:
            return super().get_many(keys, version)
        except RedisError as error:
            return self._without(error, {})

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError as error:
            self._without(error, None)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError as error:
            return bool(self._without(error, False))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError as error:
            return bool(self._without(error, False))

    def _without(self, error: Exception, answer: Any) -> Any:
        log.warning("cache_unreachable", error=str(error))
        return answer
