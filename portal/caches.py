"""The cache that does not go away: Valkey, and the database while Valkey is down.

What is kept here are counters that guard sign-in and codes that may be used once. With Valkey alone, nobody could sign in while it
is down, or nothing would stop a guesser; so the database takes over at once, and Valkey is tried again every few seconds.
Nothing is copied between the two: when one takes over, counting begins anew.
"""

import time
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
PAUSE = 5  # seconds between tries while Valkey is away


def _or_database(name: str) -> Callable[..., Any]:
    """The method of RedisCache, and the same method of the database's cache when Valkey does not answer."""
    direct = getattr(RedisCache, name)

    def method(self: "SteadyCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SteadyCache.away_until:
            try:
                return direct(self, *args, **kwargs)
            except RedisError as problem:
                SteadyCache.away_until = time.monotonic() + PAUSE
                log.warning("cache_away", problem=type(problem).__name__, seconds=PAUSE)
        return getattr(caches["database"], name)(*args, **kwargs)

    return method


class SteadyCache(RedisCache):
    """Valkey with the cache named ``database`` behind it. While Valkey is away, a process finds out once every five seconds."""

    away_until: ClassVar[float] = 0.0

    add = _or_database("add")
    get = _or_database("get")
    set = _or_database("set")
    touch = _or_database("touch")
    delete = _or_database("delete")
    has_key = _or_database("has_key")
    incr = _or_database("incr")
    get_many = _or_database("get_many")
    set_many = _or_database("set_many")
    delete_many = _or_database("delete_many")

    def clear(self) -> None:
        """Refused: it would empty the queue as well, which lives in the same Valkey."""
        raise NotImplementedError("The cache shares its Valkey with the queue; delete keys by name.")
