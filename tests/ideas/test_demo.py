"""The demo leaves something to do for whoever signs in as one of its accounts."""

from django.utils import timezone

from ideas.demo.desk import desk_lives
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
