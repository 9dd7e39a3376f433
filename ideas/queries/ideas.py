"""What is read of one idea: what stands beside it, who supports it, which units were compared."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils.translation import get_language

from ideas.models import (
    Assessment,
    Benefit,
    Candidate,
    Comment,
    CommentReport,
    Follow,
    Idea,
    Placement,
    Support,
    Technology,
)
from ideas.models.placement import BEST_FIRST
from ideas.models.whos import joined_to
from portal.accounts.models import User
from portal.cases.models import Case, CaseGrant
from portal.cases.states import Relation
from portal.organisation.models import Unit
from portal.wording import worded_once

DECISIONS = (
    "accept", "decline", "develop", "introduce", "close", "confirm_lasting", "end_use", "open_up", "open_freed", "keep_closed", "conclude"
)  # fmt: skip


def goals_for(unit: Unit) -> tuple[str, ...]:
    """The goals of the unit's plan and of those above it, nearest first (one query)."""
    line = sorted(Unit.objects.filter(pk__in=unit.path.split(".")), key=lambda above: -len(above.path))
    goals = (goal.strip() for above in line for goal in above.goal.splitlines())
    return tuple(dict.fromkeys(goal for goal in goals if goal))


def beside(idea: Idea, person: User) -> Idea:
    """The number of ``supporters`` and ``remarks`` of the idea, the names of its technologies as ``technologies_named``, whether the person
    has ``supported`` and ``followed`` it, its benefits are ``described``, units have been ``compared`` and assessors asked (``assessed``);
    once it is introduced also its ``kit`` and ``example``. One query for all panels of a page.
    """
    if "_beside" not in idea.__dict__:
        told = _beside(
            idea.pk, idea.owner_id or 0, person.pk, get_language(), introduced=idea.introduced_at is not None
        )
        idea.__dict__["_beside"] = told[0]
    kept: Idea = idea.__dict__["_beside"]
    return kept


@worded_once("idea", "owner", "person")
def _beside(idea: int, owner: int, person: int, _language: str | None, *, introduced: bool) -> "QuerySet[Idea]":
    """``called`` speaks the language in use."""
    mine = {"idea": OuterRef("pk"), "person": person}
    chosen = Func(OuterRef("technologies"), F("key"), function="array_position", output_field=IntegerField())
    technologies = Technology.objects.alias(chosen=chosen).filter(chosen__isnull=False).order_by("name")
    supporters = supporters_of(Idea(pk=idea, owner_id=owner)).values(all=Value(1)).annotate(number=Count("pk"))
    rows = Idea.objects.filter(pk=idea).annotate(
        supporters=Subquery(supporters.values("number"), output_field=IntegerField()),
        technologies_named=ArraySubquery(technologies.values(called=called())),
        remarks=count_of(Comment.objects.filter(idea=OuterRef("pk"))),
        supported=Exists(Support.objects.filter(**mine)),
        followed=Exists(Follow.objects.filter(**mine)),
        described=Exists(Benefit.objects.filter(idea=OuterRef("pk"))),
        compared=Exists(Candidate.objects.filter(placement__idea=OuterRef("pk"))),
        assessed=Exists(Assessment.objects.filter(idea=OuterRef("pk"))),
    )
    return rows.select_related("kit", "example") if introduced else rows.only("pk")


def comments_for(idea: Case, person: User) -> "QuerySet[Comment]":
    """The comments on the idea: whether the person has ``reported`` each and what they were ``answered``; and for those who handle the idea
    the ``reports_waiting``, each with ``by`` and ``reason``. No query more."""
    mine = CommentReport.objects.filter(comment=OuterRef("pk"), by=person.pk)
    waiting = CommentReport.objects.filter(comment=OuterRef("pk"), settled_at=None).order_by("pk")
    return (
        Comment.objects.filter(idea=idea.pk)
        .select_related("by", "removed_by")
        .annotate(
            reported=Exists(mine),
            answered=Subquery(mine.values("settled_why")[:1]),
            reports_waiting=ArraySubquery(waiting.values(said=JSONObject(by="by__name", reason="reason"))),
        )
    )


def called(of: str = "") -> Coalesce | F:
    """For a query: what a row of a register is called in the language in use. ``of`` is the way to it, with the underscores."""
    return Coalesce(NullIf(f"{of}name_en", Value("")), f"{of}name") if get_language() == "en" else F(f"{of}name")


def compared_units(idea: Case) -> list[Candidate]:
    """Every unit that could host the idea, the latest round first, then the best first, each with its placement, and the names of the units
    and the people that take part: ``units_named``, ``people_named``. One query, the first time the case is asked for them.
    """
    if "_compared" not in idea.__dict__:
        idea.__dict__["_compared"] = _compared_units(idea.pk, get_language())
    found: list[Candidate] = idea.__dict__["_compared"]
    return found


@worded_once("idea")
def _compared_units(idea: int, _language: str | None) -> "QuerySet[Candidate]":
    """``called`` speaks the language in use."""
    units = Placement.units.through.objects.filter(placement=OuterRef("placement")).order_by("unit__path")
    people = Placement.people.through.objects.filter(placement=OuterRef("placement")).order_by("user__name")
    return (
        Candidate.objects.filter(placement__idea=idea)
        .select_related("unit", "placement__asked_by")
        .annotate(
            units_named=ArraySubquery(units.values(called=called("unit__"))),
            people_named=ArraySubquery(people.values("user__name")),
        )
        .order_by("-placement_id", *BEST_FIRST)
    )


def supporters_of(idea: Case) -> "QuerySet[User]":
    """Those who support the idea or one that goes on together with it, each once; not its own authors."""
    support = Support.objects.filter(Q(idea=idea.pk) | Q(idea__in=joined_to(idea.pk)))
    # AUTHOR as a subquery: this is also worded once, for every idea.
    writing = CaseGrant.objects.filter(content_object=idea.pk, permission__codename="coauthor_case")
    authors = Q(pk=idea.owner_id) | Q(pk__in=writing.values("user"))
    return User.objects.filter(pk__in=support.values("person")).exclude(authors)


def lead_of(idea: Case) -> Idea | None:
    """The idea that this one goes on together with (one query, none where no tie says so)."""
    leads = [tie.target_id for tie in idea.ties if tie.relation == Relation.JOINED and tie.source_id == idea.pk]
    return Idea.objects.select_related("unit").filter(pk__in=leads).first() if leads else None


def joined_here(idea: Case) -> int:
    """How many ideas go on together with this one (no query, once its ties are read)."""
    return sum(
        tie.relation == Relation.JOINED and tie.target_id == idea.pk and tie.source.kind == "idea" for tie in idea.ties
    )


def count_of(rows: "QuerySet[Any]") -> Coalesce:
    """How many rows belong to the idea of the outer query."""
    counted = rows.order_by().values("idea").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def under(unit: Unit) -> "QuerySet[Unit]":
    """The unit and all that lies under it."""
    return Unit.objects.filter(Q(pk=unit.pk) | Q(path__startswith=f"{unit.path}."))
