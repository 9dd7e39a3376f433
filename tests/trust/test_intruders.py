"""Nobody acts on what they do not see."""

from collections.abc import Iterator

import pytest

from portal.cases.models import Case, Event
from tests.trust.addresses import all_routes, visits_of
from tests.trust.visits import STRANGERS, Visit
from tests.trust.world import World

INTRUDERS = ("anonymous", "external", "admin", "outsider", "other_lead", "former_lead", "controller")


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
