"""The demo leaves something to do for whoever signs in as one of its accounts."""

import pytest
from django.utils import timezone

from ideas.demo.desk import desk_lives
from ideas.demo.needs import need_lives
from ideas.models import Challenge, Need, ScanningTie, Settlement
from ideas.states import Stage
from portal.cases.models import Case
from portal.cases.queries.listing import waiting_for
from portal.demo.clock import live
from portal.demo.people import make_cast, read_cast


def test_each_account_finds_what_it_can_do(db: None) -> None:
    make_cast(password="", staff_per_unit=3)
    cast, today = read_cast(), timezone.now()
    live(desk_lives(cast, today), until=today)

    desks = {name: {(case.kind, case.state) for case in waiting_for(person)} for name, person in cast.accounts.items()}

    assert {name: desk for name, desk in desks.items() if desk} == {
        "medarbetare": {("idea", "returned")},
        "innovationsledare": {
            ("idea", "submitted"),
            ("idea", "assessing"),
            ("idea", "accepted"),
            ("idea", "placing"),
            ("suggestion", "received"),
        },
        "chef": {("idea", "accepted"), ("idea", "placing")},
        "jurist": {("idea", "rights")},
        "granskare1": {("idea", "assessing")},
        "granskare2": {("idea", "assessing")},
    }
    assert Case.objects.get(owner=cast["medarbetare"], opened_at=None).title


@pytest.mark.strategy("B43-6")
def test_a_challenge_is_open_one_is_settled_and_one_is_written(db: None) -> None:
    make_cast(password="", staff_per_unit=3)
    today = timezone.now()
    live(need_lives(read_cast(), today), until=today)

    assert {one.stage: one.opened_at is None for one in Challenge.objects.all()} == {
        Stage.OPEN: False,
        Stage.ANSWERED: False,
        Stage.COMING: True,
    }
    assert Need.objects.count() == 4
    assert sorted(Settlement.objects.values_list("became", flat=True)) == ["joined", "taken"]
    assert ScanningTie.objects.get().case_id == Challenge.objects.open_first()[0].pk
