"""Who holds which office, from when to when."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.cases.errors import Refused
from portal.organisation.actions import appoint, end_appointment
from portal.organisation.models import Appointment, Unit
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from tests.cast import Cast, again

TODAY = timezone.localdate()
DAY = timedelta(days=1)


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
    give(cast, TODAY + start * DAY, None if end is None else TODAY + end * DAY)
    assert holds(cast) is holds_today


def test_the_same_office_is_not_held_twice_at_a_time(cast: Cast) -> None:
    give(cast, TODAY - 9 * DAY, TODAY)
    with pytest.raises(Refused):
        give(cast, TODAY)
    give(cast, TODAY + DAY)
    give(cast, TODAY, code="DS")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            person=cast.author, role=Role.MANAGER, unit=Unit.objects.get(code="DS"), valid_from=TODAY + DAY
        )


def test_an_office_ends_on_its_last_day_and_can_begin_again(cast: Cast) -> None:
    office = give(cast, TODAY - 9 * DAY)
    end_appointment(appointment=office, on=TODAY - DAY, by=cast.admin)
    assert not holds(cast)
    give(cast, TODAY)
    assert holds(cast)


def test_an_office_cannot_end_before_it_begins(cast: Cast) -> None:
    office = give(cast, TODAY)
    with pytest.raises(Refused):
        end_appointment(appointment=office, on=TODAY - DAY, by=cast.admin)


def test_nobody_is_appointed_to_a_closed_unit_or_with_a_closed_account(cast: Cast) -> None:
    closed = Unit.objects.create(
        code="STANGD", name="Stängd", kind="bolag", parent=Unit.objects.get(code="LISAB"),
        valid_from=date(2020, 1, 1), valid_to=TODAY - DAY,
    )  # fmt: skip
    with pytest.raises(Refused):
        give(cast, TODAY, code=closed.code)
    with pytest.raises(Refused):
        appoint(
            person=cast.inactive, role=Role.MANAGER, unit=Unit.objects.get(code="SOS"), valid_from=TODAY, by=cast.admin
        )
