"""The fund when a whole region applies: what ``seed_scale`` makes is like what people do, and a page costs the same on its second page."""

from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fund.actions.applying import digest_of
from fund.demo.volume import EACH, fill
from fund.models import Application, Call, Review, Ruling, Submission, Tally
from fund.queries import budget_line
from fund.states import ApplicationState, CallState
from portal.accounts.models import User
from portal.demo.people import make_cast
from tests.cast import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]
MANY = 23
"""A page of the ranking and three more."""


def test_what_is_made_for_measuring_is_like_what_people_do() -> None:
    make_cast(password="", staff_per_unit=3)
    assert fill(cases=MANY, random=Random(1), say=lambda text: None) == MANY

    call = Call.objects.get()
    assert call.state == CallState.REVIEWING
    assert set(Application.objects.values_list("state", flat=True)) == {ApplicationState.REVIEW}
    assert Review.objects.count() == MANY * EACH
    assert all(digest_of(row.content) == row.sha256 for row in Submission.objects.all())

    ranked = list(Tally.objects.order_by("-mean", "application__opened_at").values_list("application", flat=True))
    client = signed_in(User.objects.get(username="fondhandlaggare"))
    address, shown, asked = reverse("fund:decide", args=[call.pk]), [], []
    for page in ("1", "2"):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address, {"page": page})
        shown += [row["case"].pk for row in answer.context["rows"]]
        asked.append(len(seen))
    assert shown[: len(ranked)] == ranked, "the best first, through all pages"
    assert len(shown) == MANY
    assert asked[0] == asked[1]
    granted = Ruling.objects.filter(outcome__in=("grant", "part")).values_list("amount", flat=True)
    assert budget_line(call)["prepared"] == sum(granted), "of all pages, whichever is shown"
