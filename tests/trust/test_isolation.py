"""Nobody meets what is not theirs: every address, by everyone, and every word of every answer (trust 1)."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse

from portal.cases.models import Case, Event
from tests.trust.routes import ROUTES, STRANGERS, Visit, all_routes, rule_of, visits_of
from tests.trust.world import World

pytestmark = [pytest.mark.trust(1), pytest.mark.slow]
TOURISTS = (
    "anonymous", "external", "admin", "colleague", "coauthor", "assessor", "lead", "jurist", "registrar", "controller",
    "coordinator",
)  # fmt: skip
"""Everyone whose view of the world is their own: the others see what one of these sees (test_visibility)."""

INTRUDERS = ("anonymous", "external", "admin", "outsider", "other_lead", "former_lead", "controller")


def test_somebody_has_thought_about_every_address() -> None:
    routes = all_routes()

    assert [route.name for route in routes if rule_of(route) is None] == []
    assert sorted(ROUTES.keys() - {route.name for route in routes}) == []


@pytest.mark.parametrize("part", TOURISTS)
def test_every_address_answers_only_those_it_is_for_and_tells_nobody_more(world: World, part: str) -> None:
    client, met = world.clients[part], set()
    wrong, leaks = [], []
    for route in all_routes():
        rule = rule_of(route)
        assert rule is not None, route
        for visit in visits_of(route, world):
            answer = client.get(visit.url)
            expected = rule.expects(part, visit, world)
            if answer.status_code not in expected:
                wrong.append(f"{visit.url} ({route.name}): {answer.status_code}, not {sorted(expected)}")
            text = everything_in(answer)
            leaks += [f"{visit.url} ({route.name}): {word}" for word in world.forbidden_to(part) if word in text]
            met |= {word for word in world.open_to(part) if word in text}

    assert wrong == []
    assert leaks == []
    assert set(world.open_to(part)) - met == set(), (
        "A word that its readers do not meet would not be found where it leaks"
    )


@pytest.mark.parametrize("part", INTRUDERS)
def test_nobody_changes_a_case_that_they_do_not_see(world: World, part: str, undone: None) -> None:
    client, before = world.clients[part], stand(world)
    answers = {302, 401, 404, 405} if part in STRANGERS else {404, 405}

    found = {visit.url: client.post(visit.url).status_code for visit in hidden_from(part, world)}

    assert {url: status for url, status in found.items() if status not in answers} == {}
    assert stand(world) == before


def hidden_from(part: str, world: World) -> Iterator[Visit]:
    for route in all_routes():
        for visit in visits_of(route, world):
            if visit.planted and part not in (visit.readers or visit.planted.seen_by):
                yield visit


def stand(world: World) -> tuple[int, list[tuple[int, int, str]]]:
    return Event.objects.count(), list(Case.objects.order_by("pk").values_list("pk", "version", "state"))


def everything_in(answer: HttpResponseBase) -> str:
    """Status line, headers and body; of a zip or a workbook also what is packed in it."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    content = b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content  # type: ignore[attr-defined]
    return f"{headers}\n\n{unpacked(content)}"


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(f"{name}\n{unpacked(archive.read(name))}" for name in archive.namelist())
