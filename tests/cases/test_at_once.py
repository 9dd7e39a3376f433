"""Many at once: one wins, the others get a sentence, and no diary number is skipped or doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from portal.cases import kinds
from portal.cases.errors import NotYours, Refused
from portal.cases.models import Case, DiaryEntry, Event
from portal.cases.moving import perform
from portal.cases.queries import verify_history
from tests.cast import again, case_in, draft_of, gather, signed_in

IDEA = kinds.by_key("idea").flow
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Runs each in a thread of its own, all begun at the same moment; gives what each returned or raised."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            return task()
        except (Refused, NotYours) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.strategy("B2-3")
def test_sixteen_press_the_same_move_and_one_succeeds() -> None:
    cast = gather()
    case = case_in(IDEA, "submitted", cast)
    before = Event.objects.filter(case=case.pk).count()

    found = at_once([lambda: perform(case, "take_up", person=again(cast.lead), version=case.version)] * 16)

    lost = [answer for answer in found if isinstance(answer, Refused)]
    assert len(lost) == 15
    assert all(str(answer) for answer in lost)
    assert Event.objects.filter(case=case.pk).count() == before + 1


def test_sixteen_press_the_same_button_on_the_page() -> None:
    cast = gather()
    case = case_in(IDEA, "submitted", cast)
    address = f"{case.get_absolute_url()}take_up/"
    clients = [signed_in(cast.lead) for _ in range(16)]

    answers = at_once([partial(client.post, address, {"version": case.version}) for client in clients])

    found = [answer.status_code for answer in answers]
    assert sorted(found) == [302, *[409] * 15]
    assert Event.objects.filter(case=case.pk, move="take_up").count() == 1


def test_fifty_submissions_give_fifty_consecutive_numbers() -> None:
    cast = gather()
    drafts = [draft_of(IDEA, cast) for _ in range(50)]

    at_once([partial(perform, draft, "submit", person=again(cast.author)) for draft in drafts])

    numbers = sorted(map(str, Case.objects.exclude(reference=None).values_list("reference", flat=True)))
    year = numbers[0].split()[1][:4]
    assert numbers == [f"SOS {year}-{number:04d}" for number in range(1, 51)]
    assert DiaryEntry.objects.count() == 50
    assert verify_history().whole


def test_a_submission_that_fails_gives_its_number_back() -> None:
    cast = gather()
    with pytest.raises(Refused):
        perform(draft_of(IDEA, cast, need=""), "submit", person=cast.author)

    case = perform(draft_of(IDEA, cast), "submit", person=again(cast.author))

    assert case.reference
    assert case.reference.endswith("-0001")
