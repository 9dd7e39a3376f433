"""The API under requests made from its own OpenAPI description, right ones and wrong ones, over a real connection."""

from typing import Any

import pytest
import requests
import schemathesis
from django.conf import settings as portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import not_a_server_error

from portal.cases import kinds
from tests.cast import Cast, case_in, signed_in

IDEA = kinds.by_key("idea").flow
STATES = ("submitted", "assessing", "trying")
TRIES = 25  # for each operation
JUDGED = {200, 409}  # done, or refused by the case's own rules


@pytest.fixture
def session(cast: Cast) -> requests.Session:
    """A lead's, with the token that lets her write."""
    client = signed_in(cast.lead)
    client.get("/konto/")
    session = requests.Session()
    for name in (portal.SESSION_COOKIE_NAME, portal.CSRF_COOKIE_NAME):
        session.cookies.set(name, client.cookies[name].value)
    session.headers["X-CSRFToken"] = client.cookies[portal.CSRF_COOKIE_NAME].value
    return session


@pytest.mark.slow
@pytest.mark.trust(29)
def test_no_request_that_the_description_leads_to_breaks_the_api(
    live_server: LiveServer, cast: Cast, session: requests.Session
) -> None:
    """Many of them name a case that the lead handles and a step of its flow, so that they get past "not found"."""
    keys = {state: case_in(IDEA, state, cast).key for state in STATES}
    steps = [(keys[state], move.name) for state in STATES for move in IDEA.moves_from(state)]
    known = st.none() | st.sampled_from(steps) | st.just((keys["submitted"], "take_up"))
    schema = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/openapi.json")
    operations = [schema[path][method] for path in schema for method in schema[path]]
    answers: set[tuple[str, int]] = set()

    for operation in operations:
        anything = st.one_of([operation.as_strategy(mode) for mode in schemathesis.GenerationMode])

        @settings(
            max_examples=TRIES,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=anything, step=known)
        def attack(case: schemathesis.Case[Any], step: tuple[str, str] | None) -> None:
            real = dict(zip(("key", "name"), step or (), strict=False))
            case.path_parameters |= {part: real.get(part, given) for part, given in case.path_parameters.items()}
            case.cookies = {}  # it would make up a session
            answer = case.call(session=session)
            answers.add((case.operation.label, answer.status_code))
            case.validate_response(answer, checks=[not_a_server_error])

        attack()

    reached = {label for label, status in answers if status in JUDGED}
    assert reached == {operation.label for operation in operations}
