"""A review is not submitted by a slip, and can be opened again until the panel has met."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from fund.actions.reviewing import agree, submit_review
from fund.models import Review, Tally
from portal.notices.models import Notice
from tests.cast import Cast, signed_in
from tests.fund.reviewing import given, in_review, score, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def test_submitting_asks_once_before(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = score(given(application, cast.assessor, cast))
    client, address = signed_in(cast.assessor), reverse("fund:review", args=[review.pk])
    page = client.get(address)
    told = {field.html_name: field.value() or "" for field in page.context["form"]}
    assert 'name="sure"' in page.content.decode()

    answer = client.post(address, {**told, "abstained": "", "go_on": "submit"})
    assert answer.context["form"].non_field_errors()
    review.refresh_from_db()
    assert review.submitted_at is None
    told["version"] = answer.context["form"]["version"].value()
    client.post(address, {**told, "abstained": "", "go_on": "submit", "sure": "on"})
    review.refresh_from_db()
    assert review.submitted_at is not None


def test_the_officer_opens_a_review_again_with_a_reason_and_it_counts_when_it_is_submitted_anew(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = submitted(application, cast.assessor, cast, need="4")
    before = Tally.objects.get(application=application).mean
    client = signed_in(cast.officer)
    address = reverse("fund:open_again", args=[application.pk, review.pk])

    assert address in client.get(reverse("fund:weigh", args=[application.pk])).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "Fel ansökan lästes."}).status_code == 302
    review.refresh_from_db()
    assert review.submitted_at is None
    assert not Tally.objects.filter(application=application).exists()
    event = application.events.get(move="review_opened_again")
    assert (event.note, event.internal, event.person) == ("Fel ansökan lästes.", True, cast.officer)
    assert Notice.objects.filter(recipient=cast.assessor, event__move="review_opened_again").exists()
    submit_review(review=score(Review.objects.get(pk=review.pk), need="2"))
    assert Tally.objects.get(application=application).mean < before


def test_a_review_stays_when_the_panel_has_met_and_is_never_opened_and_changed_at_once(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = submitted(application, cast.assessor, cast)
    for values in ({"submitted_at": timezone.now()}, {"submitted_at": None, "comment": "Annat."}):
        with pytest.raises(IntegrityError, match="has been submitted"), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**values)
    agree(application=application, text="Bra.", points={}, by=cast.officer)
    answer = signed_in(cast.officer).get(reverse("fund:open_again", args=[application.pk, review.pk]))
    assert answer.status_code == 409
    with pytest.raises(IntegrityError, match="not under review"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(submitted_at=None)
