"""Reading requests: their reviews as they may be read, and what they keep in tables of their own."""

from collections.abc import Iterator
from typing import Any

from portal.accounts.models import User
from portal.cases.models import Case
from testbeds.models import REVIEWS, Agreement, Claim, FeedToken, HostReview, ModelFlag, Signature, Survey, TestRequest


def handed_in(request: Case) -> Any:
    return HostReview.objects.filter(request=request.pk, handed_in_at__isnull=False).select_related("reviewer")


def readable_reviews(request: Case, person: User | None = None) -> list[HostReview]:
    """Blind until two are handed in: before that nobody reads any but their own (one query)."""
    rows = list(handed_in(request))
    return (
        rows if len(rows) >= REVIEWS else [row for row in rows if person is not None and row.reviewer_id == person.pk]
    )


def rows_of_request(request: Case) -> dict[str, Any]:
    """What a request keeps in tables of its own, for who takes the whole case out; the reviews when they may be read."""
    of_it = {"request": request.pk}
    reviews = [row.pk for row in readable_reviews(request)]
    return {
        "reviews": HostReview.objects.filter(pk__in=reviews).select_related("reviewer", "asked_by"),
        "agreements": Agreement.objects.filter(**of_it).select_related("made_by"),
        "signatures": Signature.objects.filter(agreement__request=request.pk).select_related(
            "by", "agreement__request"
        ),
        "bookings": Claim.objects.filter(**of_it).select_related("testbed", "made_by", "series"),
        "survey": Survey.objects.filter(**of_it),
        "reimbursement": ModelFlag.objects.filter(**of_it).select_related("by"),
    }


def flags() -> Any:
    """What hosts have said of how tests are paid for, the latest first."""
    return ModelFlag.objects.select_related("request__testbed", "request__unit", "by").order_by("-at", "-pk")


def said_on_model(request: TestRequest) -> list[ModelFlag]:
    return list(request.model_flags.select_related("by"))


def calendars_of(person: User) -> Iterator[dict[str, Any]]:
    """For the person's own file: the calendar addresses they have made, without the addresses, which nobody keeps (one query)."""
    for feed in FeedToken.objects.filter(person=person).select_related("testbed").order_by("pk"):
        yield {
            "calendar": str(feed.testbed) if feed.testbed else "",
            "made_at": feed.made_at,
            "read_at": feed.read_at,
            "revoked_at": feed.revoked_at,
        }
