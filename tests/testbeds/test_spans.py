"""What the database itself holds of time and agreements, whatever the code above it does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.cases.actions.drafts import begin_case
from testbeds.models import Agreement, Claim, Signature, Testbed, TestRequest
from testbeds.states import ClaimState
from tests.cast import Cast
from tests.testbeds.places import place

HOUR = timedelta(hours=1)
NOON = datetime(2030, 3, 4, 12, tzinfo=timezone.get_default_timezone())


def asked(cast: Cast, testbed: Testbed) -> TestRequest:
    return begin_case(
        model=TestRequest, owner=cast.external, unit=testbed.unit, testbed=testbed, title="Talande skyltar"
    )


def held(request: TestRequest, begins: datetime, **values: Any) -> Claim:
    told: dict[str, Any] = {
        "state": ClaimState.HELD,
        "until": NOON,
        "before": request.testbed.before,
        "after": request.testbed.after,
        "during": (begins, begins + HOUR),
        **values,
    }
    return Claim.objects.create(testbed=request.testbed, request=request, **told)


@pytest.mark.parametrize(
    ("minutes", "taken"),
    [(0, True), (59, True), (60, True), (89, True), (90, False), (-60, True), (-74, True), (-90, False)],
)
def test_use_overlaps_neither_use_nor_what_is_around_another_use(cast: Cast, minutes: int, taken: bool) -> None:
    """A use takes an hour, with 15 minutes before it and 30 after: what is around two uses may overlap."""
    request = asked(cast, place())
    held(request, NOON)
    try:
        with transaction.atomic():
            held(request, NOON + timedelta(minutes=minutes))
        refused = False
    except IntegrityError:
        refused = True
    assert refused == taken


def test_what_is_let_go_is_free_again_and_another_testbed_always_was(cast: Cast) -> None:
    request, other = asked(cast, place()), asked(cast, place())
    claim = held(request, NOON)
    held(other, NOON)
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.CANCELLED)
    held(request, NOON)


def test_nobody_writes_the_stretches_but_the_database(cast: Cast) -> None:
    claim = held(asked(cast, place()), NOON)
    with pytest.raises(IntegrityError, match="follow from it"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM testbeds_span WHERE claim_id = %s", [claim.pk])


def terms(request: TestRequest, cast: Cast, **values: Any) -> Agreement:
    whole = dict.fromkeys(("rights", "data", "insurance", "cost", "ending"), "Som avtalat.")
    return Agreement.objects.create(
        request=request, number=1, sha256="a" * 64, made_by=cast.lead, **{**whole, **values}
    )


@pytest.mark.strategy("B4-9a")
def test_nothing_is_booked_before_both_have_signed(cast: Cast) -> None:
    request = asked(cast, place())
    claim = held(request, NOON)

    def book() -> None:
        with transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(state=ClaimState.BOOKED)

    with pytest.raises(IntegrityError, match="no agreement"):
        book()
    agreement = terms(request, cast)
    Signature.objects.create(agreement=agreement, side="host", by=cast.lead, sha256=agreement.sha256)
    with pytest.raises(IntegrityError, match="no agreement"):
        book()
    Signature.objects.create(agreement=agreement, side="tester", by=cast.external, sha256=agreement.sha256)
    book()


def test_what_is_signed_is_what_stands_and_stays(cast: Cast) -> None:
    agreement = terms(asked(cast, place()), cast)
    with pytest.raises(IntegrityError, match="another text"), transaction.atomic():
        Signature.objects.create(agreement=agreement, side="host", by=cast.lead, sha256="b" * 64)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Agreement.objects.update(cost="Gratis.")
