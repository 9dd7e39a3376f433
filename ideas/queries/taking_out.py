"""What is kept beside cases, as rows for who takes them out."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet, Value

from ideas.models import (
    Adoption,
    Assessment,
    Benefit,
    Candidate,
    Comment,
    CommentReport,
    Follow,
    Gathering,
    Need,
    Placement,
    ScanningNote,
    Support,
    Trial,
)
from ideas.models.placement import BEST_FIRST
from portal.accounts.models import User
from portal.cases.models import Case


def said_in(idea: Case) -> Iterator[dict[str, Any]]:
    """The comments on an idea, for who takes the whole case out; removed ones too, with who removed them and why (one query)."""
    for comment in Comment.objects.filter(idea=idea.pk).select_related("by", "removed_by"):
        yield {
            "number": comment.pk,
            "answers": comment.parent_id,
            "at": comment.at,
            "by": str(comment.by),
            "text": comment.text,
            "removed_at": comment.removed_at,
            "removed_by": str(comment.removed_by) if comment.removed_by else None,
            "removed_why": comment.removed_why,
        }


def rows_of(idea: Case) -> dict[str, "QuerySet[Any]"]:
    """What an idea keeps in tables of its own, for who takes the whole case out; scorecards are their assessors' own."""
    of_idea = {"idea": idea.pk}
    return {
        "trials": Trial.objects.filter(**of_idea),
        "benefits": Benefit.objects.filter(**of_idea),
        "placements": Placement.objects.filter(**of_idea)
        .select_related("asked_by")
        .prefetch_related("units", "people")
        .order_by("pk"),
        "hosts": Candidate.objects.filter(placement__idea=idea.pk)
        .select_related("placement", "unit", "answered_by")
        .order_by("placement", *BEST_FIRST),
        "adoptions": Adoption.objects.filter(**of_idea).select_related("unit", "changed_by"),
        "comment_reports": CommentReport.objects.filter(comment__idea=idea.pk).select_related("by", "settled_by"),
    }


def said_by(person: User) -> Iterator[dict[str, Any]]:
    """A person's comments, their reports of others' and their scorecards, submitted or not, on ideas they still see, and the ideas they
    support and follow (five queries).
    """
    seen = Case.objects.visible_to(person).values("pk")
    for comment in Comment.objects.readable_by(person).filter(by=person).select_related("idea"):
        yield {"case": comment.idea.reference, "at": comment.at, "text": comment.text}
    for report in CommentReport.objects.filter(by=person, comment__idea__in=seen).select_related("comment__idea"):
        yield {
            "case": report.comment.idea.reference,
            "at": report.at,
            "text": report.reason,
            "what": "comment reported",
        }
    cards = Assessment.objects.filter(assessor=person, idea__in=seen)
    for card in cards.select_related("idea").prefetch_related("scores"):
        yield {
            "case": card.idea.reference,
            "at": card.submitted_at,
            "what": "scorecard",
            "scores": [
                {"criterion": score.criterion, "points": score.points, "text": score.sentence}
                for score in card.scores.all()
            ],
        }
    supported, followed = (
        model.objects.filter(person=person, idea__in=seen).values("at", case=F("idea__reference"), what=Value(what))
        for model, what in ((Support, "support"), (Follow, "follow"))
    )
    for row in supported.union(followed, all=True).order_by("at"):
        yield {**row}


def written_in_bank(person: User) -> Iterator[dict[str, Any]]:
    """The needs, need-gathering activities and scanning notes that the person wrote first (three queries)."""
    for model, what in ((Need, "need"), (Gathering, "gathering"), (ScanningNote, "scanning_note")):
        for row in model.objects.filter(written_by=person).order_by("pk"):
            yield {"what": what, "at": row.written_at, "text": str(row)}
