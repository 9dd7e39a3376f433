"""The cache goes on working while Valkey is away, and comes back to it by itself."""

import time

import pytest
from django.conf import LazySettings
from django.core.cache import cache, caches

from portal import caches as ours
from portal.caches import SteadyCache
from tests.accounts.conftest import without_valkey  # noqa: F401  a fixture

pytestmark = [pytest.mark.trust(26), pytest.mark.django_db]


def use_everything() -> None:
    """Each way of using a cache, with the answers that Django promises."""
    assert cache.add("one", 1, 60)
    assert not cache.add("one", 2, 60)
    cache.set_many({"two": 2, "three": 3}, 60)
    assert cache.get_many(["one", "two", "three"]) == {"one": 1, "two": 2, "three": 3}
    assert cache.incr("two") == 3
    assert cache.touch("three", 60)
    assert "three" in cache
    cache.delete("one")
    cache.delete_many(["two"])
    assert cache.get("one") is None
    cache.delete("three")


def test_the_cache_is_not_emptied_for_the_queue_would_go_too() -> None:
    with pytest.raises(NotImplementedError):
        cache.clear()


@pytest.mark.usefixtures("without_valkey")
def test_everything_works_in_the_database_while_valkey_is_away() -> None:
    use_everything()


def test_everything_works_in_valkey_and_nothing_is_left_in_the_database() -> None:
    cache.set("kept", 1, 60)
    assert caches["database"].get("kept") is None
    cache.delete("kept")


@pytest.mark.usefixtures("without_valkey")
def test_a_dead_valkey_is_asked_once_and_then_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    cache.set("kept", 1, 60)
    assert SteadyCache.away_until == now[0] + ours.PAUSE
    now[0] += ours.PAUSE - 1
    assert cache.get("kept") == 1
    assert SteadyCache.away_until == 1000.0 + ours.PAUSE, "not asked again yet"
    now[0] += 2
    assert cache.get("kept") == 1
    assert SteadyCache.away_until == now[0] + ours.PAUSE, "asked again, and still away"


def test_valkey_is_used_again_within_ten_seconds(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(SteadyCache, "away_until", now[0] + ours.PAUSE)
    cache.set("here", "database", 60)
    assert caches["database"].get("here") == "database"
    now[0] += 10
    cache.set("here", "valkey", 60)
    assert caches["database"].get("here") == "database", "Valkey took it"
    assert cache.get("here") == "valkey"
