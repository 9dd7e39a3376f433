"""A call says what kinds of project it takes, and by when applications are read, weighed and decided."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from fund.actions.applying import content_of, digest_of
from fund.flow import ApplicationFlow
from fund.forms.writing import application_form
from fund.models import Call, Submission
from fund.rules.applying import kind_taken
from portal.cases.errors import Refused
from portal.cases.moving import perform
from tests.cast import Cast, again, draft_of, signed_in
from tests.fund.reviewing import expert, given, in_review
from tests.fund.story import call_of, open_call, told_otherwise
from tests.fund.test_calls import changed

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]

CLOSES = 30


def after(days: int) -> date:
    """So many days after a call of ``open_call`` closes."""
    return timezone.localdate() + timedelta(days=CLOSES + days)


def test_an_application_is_of_a_kind_that_its_call_takes(cast: Cast) -> None:
    call = open_call(takes=["implementation"])
    draft = draft_of(ApplicationFlow, cast, call=call, project="new")

    assert [value for value, _label in application_form(draft)(instance=draft).fields["project"].choices] == [  # type: ignore[attr-defined]
        "implementation"
    ]
    (reason,) = kind_taken(draft).reasons
    assert reason.field == "project"
    content = content_of(draft)
    with pytest.raises(IntegrityError, match="takes no such project"), transaction.atomic():
        Submission.objects.create(
            application=draft, number=1, by=cast.author, edition=1, content=content, amount=1, sha256=digest_of(content)
        )
    draft.project = "implementation"
    assert kind_taken(draft)


def test_what_a_call_takes_can_grow_and_never_shrink(cast: Cast) -> None:
    call, client = open_call(takes=["new", "continuation"]), signed_in(cast.officer)
    address = reverse("fund:change_call", args=[call.pk])

    assert client.post(address, changed(call, takes=["new"])).status_code == 409
    assert client.post(address, changed(call, takes=["new", "continuation", "implementation"])).status_code == 302
    call.refresh_from_db()
    assert call.takes == ["new", "continuation", "implementation"]
    assert [call.editions.get(number=number).content["takes"] for number in (1, 2)] == [call.takes[:2], call.takes]
    with pytest.raises(IntegrityError, match="what it promised stays"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(takes=["new"])


@pytest.mark.parametrize(
    "phases",
    [
        {"reviews_by": 0},
        {"panel_on": 0},
        {"decision_by": 0},
        {"reviews_by": 9, "panel_on": 8},
        {"reviews_by": 9, "decision_by": 8},
        {"panel_on": 9, "decision_by": 8},
    ],
)
def test_the_phases_of_a_call_are_in_order_after_its_closing(cast: Cast, phases: dict[str, int]) -> None:
    wrong: dict[str, Any] = {name: after(days) for name, days in phases.items()}
    with pytest.raises(Refused, match="är tidigast"):
        perform(call_of(cast.officer, days=CLOSES, **wrong), "announce", person=again(cast.officer))
    call = open_call(days=CLOSES)
    with pytest.raises(IntegrityError, match="call_phases_in_order"), transaction.atomic():
        told_otherwise(call, **wrong)


def test_the_phases_are_on_the_call_are_kept_with_its_version_and_set_its_deadline(cast: Cast) -> None:
    phases = {"reviews_by": after(10), "panel_on": after(20), "decision_by": after(25)}
    call = open_call(days=CLOSES, **phases)

    page = signed_in(cast.author).get(call.get_absolute_url()).content.decode()
    assert all(call.text_of(name) in page for name in phases)
    assert timezone.localdate(call.due_at) == after(25)
    client = signed_in(cast.officer)
    later = {name: getattr(call, name).isoformat() for name in ("reviews_by", "panel_on")}
    sent = changed(call, **later, decision_by=after(40).isoformat())
    assert client.post(reverse("fund:change_call", args=[call.pk]), sent).status_code == 302
    call.refresh_from_db()
    assert (call.decision_by, timezone.localdate(call.due_at)) == (after(40), after(40))
    assert call.text_of("decision_by") in client.get(call.get_absolute_url()).content.decode()


def test_an_expert_is_told_by_when_and_the_application_is_due_with_the_decision(cast: Cast) -> None:
    call, (application,) = in_review(cast, reviews_by=after(10), decision_by=after(25))
    expert(call, cast.assessor, cast)
    review = given(application, cast.assessor, cast, opened=False)

    client = signed_in(cast.assessor)
    for address in (
        reverse("fund:reviews"),
        reverse("fund:review", args=[review.pk]),
        reverse("fund:list"),
        reverse("pages:start"),
    ):
        assert call.text_of("reviews_by") in client.get(address).content.decode()
    assert timezone.localdate(application.due_at) == after(25)
