"""What is written down: enough to find a fault, nothing that should not be there."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django_structlog.celery.receivers import CeleryReceiver

from portal import logs
from portal.celery import app
from portal.urls import urlpatterns as portals
from tests.accounts.conftest import LOGIN
from tests.cast import Cast, signed_in

NUMBER = "19850709-9805"
pytestmark = pytest.mark.trust(30)


def stumble(request: HttpRequest) -> HttpResponse:
    logging.getLogger("some.library").warning("read %s", request.GET.get("q"))
    structlog.get_logger("ours").info("noted", text=request.GET.get("q"), rows=[{"number": NUMBER}])
    raise ValueError(f"cannot take {NUMBER}")


urlpatterns = [*portals, path("stumble/", stumble)]


class Written:
    """The lines that production would write."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        production = logs.configure(local=False)["formatters"]["portal"]
        self.handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=production["foreign_pre_chain"], processors=production["processors"]
            )
        )

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    found, root = Written(), logging.getLogger()
    level = root.level
    root.addHandler(found.handler)
    root.setLevel(logging.INFO)
    yield found
    root.setLevel(level)
    root.removeHandler(found.handler)


def test_a_request_is_one_line_of_json_with_who_what_and_the_id_that_the_answer_carries(
    cast: Cast, written: Written
) -> None:
    answer = signed_in(cast.author).get("/om/")
    (line,) = [line for line in written.lines if line["event"] == "request_finished"]
    assert (line["request"], line["code"], line["user_id"]) == ("GET /om/", 200, cast.author.pk)
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["timestamp"].endswith("Z")


def test_no_identity_number_reaches_the_log_from_query_form_library_or_traceback(
    db: None, client: Client, written: Written, settings: LazySettings
) -> None:
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    assert client.get("/stumble/", {"q": NUMBER}).status_code == 500
    client.get("/om/", {"q": NUMBER}, headers={"User-Agent": NUMBER, "Referer": f"/x?q={NUMBER}"})
    client.get(f"/finns-inte/{NUMBER}/")
    client.post(LOGIN, {"login": NUMBER, "password": NUMBER})
    assert any("cannot take [personnummer]" in str(line.get("exception", "")) for line in written.lines)
    assert any(line["event"] == "read [personnummer]" for line in written.lines)
    for form in (NUMBER, NUMBER.replace("-", ""), NUMBER[2:], "850709"):
        assert form not in written.text


@pytest.mark.parametrize(
    "address",
    [
        "/konto/losenord/nytt/1-d5q2-0123456789abcdef0123456789abcdef/",
        "/konto/e-post/bekrafta/MQ:1tXyZ0:secret-signature/",
        "/testbaddar/kalender/0123456789abcdef0123456789abcdef-secret.ics",
        "/konto/via/region/svar/?code=secret-code&state=secret-state",
        "/om/?kod=secret-code",
    ],
)
def test_what_opens_an_account_or_a_case_is_not_written(
    db: None, client: Client, written: Written, address: str
) -> None:
    client.get(address)
    logging.getLogger("django.request").critical("Bad: %s", address.partition("?")[0])
    assert "request_finished" in written.text
    assert "secret" not in written.text
    assert "0123456789abcdef" not in written.text


def test_a_failed_sign_in_is_written_without_what_was_typed(cast: Cast, client: Client, written: Written) -> None:
    client.post(LOGIN, {"login": "my-password-by-mistake", "password": "wrong-password"})
    (line,) = [line for line in written.lines if line["event"] == "sign_in_failed"]
    assert line["ip"] == "127.0.0.1"
    assert "by-mistake" not in written.text
    assert "wrong-password" not in written.text


@app.task(name="tests.echo")
def echo(text: str) -> str:
    if "x" in text:
        raise ValueError(f"cannot take {text}")
    return text


@pytest.mark.parametrize(("given", "event"), [(NUMBER, "task_succeeded"), (f"x {NUMBER}", "task_failed")])
def test_a_task_is_one_line_with_its_name_and_neither_what_it_was_given_nor_what_it_gave_back(
    written: Written, given: str, event: str
) -> None:
    connected = CeleryReceiver()
    connected.connect_worker_signals()
    echo.apply(args=(given,))
    (line,) = written.lines
    assert (line["event"], line["task"]) == (event, "tests.echo")
    assert "850709" not in written.text


def test_what_leaves_for_sentry_is_clean() -> None:
    report = {
        "request": {
            "url": "https://x.example/konto/losenord/nytt/1-abc-def/",
            "query_string": "kod=secret",
            "cookies": {"session": "secret"},
        },
        "exception": {"values": [{"value": f"cannot take {NUMBER}"}]},
        "extra": [f"{NUMBER}"],
    }
    sent = json.dumps(logs.clean_report(report, {}))
    assert not any(secret in sent for secret in ("secret", "1-abc-def", "850709"))
