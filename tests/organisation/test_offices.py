"""Who holds which office, from when to when."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.cases.errors import Refused
from portal.organisation.actions import appoint, end_appointment
from portal.organisation.models import Appointment, Unit
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from tests.cast import Cast, again
from tests.days import DAY, today


def give(cast: Cast, start: date, end: date | None = None, code: str = "SOS") -> Appointment:
    place = Unit.objects.get(code=code)
    return appoint(person=cast.author, role=Role.MANAGER, unit=place, valid_from=start, valid_to=end, by=cast.admin)


def holds(cast: Cast) -> bool:
    return bool(standing_of(again(cast.author)).units(Role.MANAGER))


@pytest.mark.parametrize(
    ("start", "end", "holds_today"),
    [(0, None, True), (0, 0, True), (-9, 0, True), (1, None, False), (-9, -1, False), (-9, 9, True)],
)
def test_an_office_counts_from_its_first_day_to_its_last_both_included(
    cast: Cast, start: int, end: int | None, holds_today: bool
) -> None:
    give(cast, today() + start * DAY, None if end is None else today() + end * DAY)
    assert holds(cast) is holds_today


def test_the_same_office_is_not_held_twice_at_a_time(cast: Cast) -> None:
    give(cast, today() - 9 * DAY, today())
    with pytest.raises(Refused):
        give(cast, today())
    give(cast, today() + DAY)
    give(cast, today(), code="DS")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            person=cast.author, role=Role.MANAGER, unit=Unit.objects.get(code="DS"), valid_from=today() + DAY
        )


def test_an_office_ends_on_its_last_day_and_can_begin_again(cast: Cast) -> None:
    office = give(cast, today() - 9 * DAY)
    end_appointment(appointment=office, on=today() - DAY, by=cast.admin)
    assert not holds(cast)
    give(cast, today())
    assert holds(cast)


def test_an_office_cannot_end_before_it_begins(cast: Cast) -> None:
    office = give(cast, today())
    with pytest.raises(Refused):
        end_appointment(appointment=office, on=today() - DAY, by=cast.admin)


def test_nobody_is_appointed_to_a_closed_unit_or_with_a_closed_account(cast: Cast) -> None:
    closed = Unit.objects.create(
        code="STANGD", name="Stängd", kind="bolag", parent=Unit.objects.get(code="LISAB"),
        valid_from=date(2020, 1, 1), valid_to=today() - DAY,
    )  # fmt: skip
    with pytest.raises(Refused):
        give(cast, today(), code=closed.code)
    with pytest.raises(Refused):
        appoint(
            person=cast.inactive,
            role=Role.MANAGER,
            unit=Unit.objects.get(code="SOS"),
            valid_from=today(),
            by=cast.admin,
        )
