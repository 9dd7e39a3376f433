"""What machines are told about the portal, and what people see when a part of it is away."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portal import health
from portal.local.servers import free_port
from tests.accounts.conftest import without_valkey  # noqa: F401  a fixture
from tests.cast import Cast, gather, signed_in
from tests.work import Worker


@pytest.fixture
def without_database(transactional_db: None) -> Iterator[None]:
    """The connection leads to a port where nobody listens."""
    connection.close()
    port = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = free_port(0)
    yield
    connection.close()
    connection.settings_dict["PORT"] = port


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/healthz")
    assert "no-store" in answer["Cache-Control"]
    found: dict[str, Any] = json.loads(answer.content)
    return answer.status_code, found


def alive() -> None:
    for queue in health.SILENT:
        cache.set(f"heartbeat:{queue}", time.time())


def test_a_portal_with_everything_up_is_ok(db: None, client: Client) -> None:
    alive()
    assert ask(client) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "broker": "ok", "disk": "ok", "worker": "ok"}},
    )


@pytest.mark.trust(26)
def test_without_the_database_it_is_honestly_down(without_database: None, client: Client) -> None:
    alive()
    status, found = ask(client)
    assert (status, found["status"], found["checks"]["database"]) == (503, "down", "no answer")


@pytest.mark.trust(26)
def test_without_the_database_people_are_told_to_wait(without_database: None, client: Client) -> None:
    client.raise_request_exception = False
    client.cookies["session"] = "a" * 32
    answer = client.get("/konto/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "Portalen är stängd en stund" in answer.content.decode()


@pytest.mark.trust(26)
def test_the_portal_is_back_at_once_when_the_database_is(transactional_db: None, client: Client) -> None:
    client.raise_request_exception = False
    connection.close()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], free_port(0)
    assert ask(client)[0] == 503
    connection.settings_dict["PORT"] = port
    assert ask(client)[0] == 200


@pytest.mark.trust(26)
@pytest.mark.usefixtures("without_valkey")
def test_without_the_broker_it_is_degraded_and_reading_goes_on(
    cast: Cast, client: Client, settings: LazySettings
) -> None:
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"]
    status, found = ask(client)
    assert (status, found["status"], found["checks"]["broker"]) == (200, "degraded", "no answer")
    person = signed_in(cast.author)
    for page in ("/", "/in/", "/kontakt/", "/konto/"):
        assert person.get(page).status_code == 200


def test_a_silent_worker_is_named(db: None, client: Client) -> None:
    alive()
    cache.set("heartbeat:reports", time.time() - 3600)
    status, found = ask(client)
    assert (status, found["status"], found["checks"]["worker"]) == (200, "degraded", "silent: reports")


def test_a_full_disk_is_named(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    alive()
    monkeypatch.setattr(health, "FREE_MEGABYTES", 10**9)
    assert ask(client)[1]["checks"]["disk"] == "full"


def test_a_real_worker_says_that_it_is_there(worker: Worker, client: Client) -> None:
    assert ask(client)[1]["checks"]["worker"] == "silent: default, reports"
    health.beat.delay("default")
    health.beat.apply_async(("reports",), queue="reports")
    worker.wait_until_idle()
    assert ask(client)[1]["checks"]["worker"] == "ok"


def test_beat_passes_every_queue_that_is_watched(settings: LazySettings) -> None:
    schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    beats = [entry for entry in schedule.values() if entry["task"] == health.beat.name]
    queues = {entry["args"][0]: entry.get("options", {}).get("queue", "default") for entry in beats}
    assert queues == {queue: queue for queue in health.SILENT}


def test_every_task_that_beat_starts_is_known_to_the_worker(settings: LazySettings) -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)


def test_health_tells_no_versions_and_no_places(db: None, client: Client) -> None:
    assert not any(
        word in client.get("/healthz").content.decode() for word in ("127.0.0.1", "postgres", "redis", "/var")
    )


# ── Metrics ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_metrics_are_for_this_machine_alone_without_a_token(db: None, client: Client) -> None:
    assert b"django_http_requests_total" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_behind_a_proxy_nobody_is_local(db: None, client: Client, settings: LazySettings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [("Bearer right-token", 200), ("Bearer wrong-token", 404), ("right-token", 404), ("", 404), ("Bearer å", 404)],
)
def test_with_a_token_it_opens_from_anywhere_and_nothing_else_does(
    db: None, client: Client, settings: LazySettings, sent: str, status: int
) -> None:
    settings.METRICS_TOKEN = "right-token"
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION=sent).status_code == status
    assert client.get("/metrics").status_code == 404


def test_only_a_lost_connection_counts_as_the_database_being_away(transactional_db: None) -> None:
    from django.db import DatabaseError, OperationalError, transaction

    gather()
    with pytest.raises(DatabaseError) as wrong, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")
    assert not health.is_away(wrong.value)
    with pytest.raises(OperationalError) as slow, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 10; SELECT pg_sleep(1)")
    assert not health.is_away(slow.value)
