"""Nobody acts on what they do not see, and no address is too strange to answer."""

import re
from collections.abc import Iterator

import pytest

from portal.cases.models import Case, Event
from tests.trust.addresses import all_routes, visits_of
from tests.trust.visits import STRANGERS, Visit
from tests.trust.world import World

INTRUDERS = ("anonymous", "external", "admin", "outsider", "other_lead", "former_lead", "controller")
TOO_LARGE = str(2**63)


@pytest.mark.trust(1)
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


@pytest.mark.trust(1)
@pytest.mark.parametrize("part", ["anonymous", "lead", "officer", "host", "jurist", "admin"])
def test_a_number_that_no_column_can_hold_names_nothing(world: World, part: str) -> None:
    patterns = [route.pattern for route in all_routes() if "<int:" in route.pattern]
    addresses = ["/" + re.sub(r"<(?:(\w+):)?\w+>", _too_large, pattern) for pattern in patterns]
    client = world.clients[part]

    found = {url: client.get(url).status_code for url in (*addresses, f"/ideer/ny/?from={TOO_LARGE}")}

    assert len(addresses) > 100
    assert {url: status for url, status in found.items() if status not in {302, 401, 403, 404, 405}} == {}


def _too_large(parameter: re.Match[str]) -> str:
    return {"int": TOO_LARGE, "rights_language": "sv"}.get(parameter[1], "x")
