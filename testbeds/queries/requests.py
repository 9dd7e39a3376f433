"""Reading requests: their reviews as they may be read, and what they keep in tables of their own."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from portal.accounts.models import User
from portal.cases.models import Case, CaseGrant
from portal.cases.who import PARTIAL
from testbeds.models import REVIEWS, Agreement, Claim, HostReview, ModelFlag, Signature, Survey, TestRequest


def impartial_reviews() -> Any:
    """Those of reviewers who have neither come to write the request since they were asked nor have a conflict of interest (FL 16 §)."""
    partial = CaseGrant.objects.filter(
        content_object=OuterRef("request"), user=OuterRef("reviewer"), permission__codename__in=PARTIAL
    )
    return HostReview.objects.filter(~Exists(partial), conflict=False)


def handed_in() -> Any:
    """The reviews that count and can be read."""
    return impartial_reviews().filter(handed_in_at__isnull=False)


def reviews_left() -> Any:
    """Those that have been asked for and not handed in."""
    return HostReview.objects.filter(conflict=False, handed_in_at=None)


def readable_reviews(request: Case, person: User | None = None) -> list[HostReview]:
    """Blind until two are handed in: before that nobody reads any but their own (one query)."""
    rows = list(handed_in().filter(request=request.pk).select_related("reviewer"))
    return (
        rows if len(rows) >= REVIEWS else [row for row in rows if person is not None and row.reviewer_id == person.pk]
    )


def rows_of_request(request: Case) -> dict[str, Any]:
    """What a request keeps in tables of its own, for who takes the whole case out."""
    of_it = {"request": request.pk}
    return {
        "agreements": Agreement.objects.filter(**of_it).select_related("made_by"),
        "signatures": Signature.objects.filter(agreement__request=request.pk).select_related(
            "by", "agreement__request"
        ),
        "bookings": Claim.objects.filter(**of_it).select_related("testbed", "made_by", "series"),
    }


def said_by(person: User) -> Iterator[dict[str, Any]]:
    """For the person's own file: what they have written in reviews and on how tests are paid for, of requests that they still see (two
    queries).
    """
    seen = TestRequest.objects.visible_to(person).values("pk")
    for review in HostReview.objects.filter(reviewer=person, request__in=seen).select_related("request").order_by("pk"):
        yield {
            "case": review.request.reference,
            "at": review.handed_in_at,
            "what": "host review",
            "benefit": review.benefit,
            "feasible": review.feasible,
            "safe": review.safe,
            "recommends": review.recommends,
            "conflict": review.conflict,
            "conflict_why": review.conflict_why,
            "text": review.words,
        }
    for flag in ModelFlag.objects.filter(by=person, request__in=seen).select_related("request").order_by("pk"):
        yield {"case": flag.request.reference, "at": flag.at, "what": "reimbursement", "text": flag.text}


def rows_inside(request: Case) -> dict[str, Any]:
    """What of it those inside alone read, as on the page; the reviews when they may be read."""
    of_it = {"request": request.pk}
    reviews = [row.pk for row in readable_reviews(request)]
    return {
        "reviews": HostReview.objects.filter(pk__in=reviews).select_related("reviewer", "asked_by"),
        "survey": Survey.objects.filter(**of_it),
        "reimbursement": ModelFlag.objects.filter(**of_it).select_related("by"),
    }


def flags() -> Any:
    """What hosts have said of how tests are paid for, the latest first."""
    return ModelFlag.objects.select_related("request__testbed", "request__unit", "by").order_by("-at", "-pk")


def said_on_model(request: TestRequest) -> list[ModelFlag]:
    return list(request.model_flags.select_related("by"))
