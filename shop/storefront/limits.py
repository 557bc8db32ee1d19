"""How often somebody may try."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError


def is_spent(name: str, who: str, *, tries: int, seconds: int) -> bool:
    """Count one try of `who` at `name`; whether they have had all of theirs for now.

    Also while the cache cannot be reached: what is guarded here must not be guessable when Redis is away.
    """
    key = f"limit:{name}:{who}"
    try:
        cache.add(key, 0, timeout=seconds)
        return bool(cache.incr(key) > tries)
    except (RedisError, ValueError):
        return True


def address_of(request: HttpRequest) -> str:
    """The network address a request came from, through as many proxies as are trusted."""
    return str(get_adapter(request).get_client_ip(request))
