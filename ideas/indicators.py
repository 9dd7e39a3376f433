"""What ideas and suggestions add to the annual follow-up. Each figure is counted from its cases and opens into them.

An idea is counted in the year in which the thing happened that the figure is about: sent in, answered, tried, introduced, checked.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, Subquery, Sum
from django.db.models import Value as Literal
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ideas.models import Adoption, Benefit, Candidate, Challenge, Comment, Idea, Suggestion, Support, Trial
from ideas.queries.challenging import answering_ties
from ideas.queries.ideas import count_of
from ideas.queries.promptness import answers_due
from ideas.rules import ANSWERED_WITHIN
from ideas.states import USED, HostAnswer, IdeaState, Sender, Value
from portal.cases.models import CaseQuerySet
from portal.cases.states import Perspective
from portal.indicators.registry import (
    Examples,
    Indicator,
    Median,
    days_between,
    happened,
    register,
    register_examples,
    share,
)
from portal.indicators.states import Measure

IDEAS, WAY, VALUE = _("Ideas from staff"), _("From idea to lasting use"), _("Value in use")
PERSPECTIVES, SUGGESTIONS, SENDERS = _("The four perspectives"), _("Suggestions from outside"), _("Who suggested")
CHALLENGES = _("Challenges")
CASES = Count("pk")

Population = Callable[[int], CaseQuerySet[Any]]


def ideas(field: str, **more: Any) -> Population:
    return lambda year: Idea.objects.filter(happened(field, year), **more)


def suggestions(field: str, **more: Any) -> Population:
    return lambda year: Suggestion.objects.filter(happened(field, year), **more)


def answer_came_or_ran_out(model: type[Idea | Suggestion]) -> Population:
    return lambda year: answers_due(model.objects.all(), year, within=ANSWERED_WITHIN)


def tried(year: int) -> CaseQuerySet[Idea]:
    """Ideas of which a trial began; an idea that was tried twice is one idea."""
    return Idea.objects.filter(pk__in=Trial.objects.filter(happened("begun_at", year)).values("idea"))


def placed(year: int) -> CaseQuerySet[Idea]:
    """Ideas that a unit took on when it was asked to host them; one that was placed twice is one idea."""
    hosts = Candidate.objects.filter(happened("answered_at", year), answer=HostAnswer.ACCEPTED)
    return Idea.objects.filter(pk__in=hosts.values("placement__idea"))


def checked(year: int) -> CaseQuerySet[Idea]:
    """Introduced ideas whose use was found to last, or to have ended."""
    return Idea.objects.filter(happened("closed_at", year), state__in=(IdeaState.LASTING, IdeaState.ENDED))


def talked_of(year: int) -> CaseQuerySet[Idea]:
    """Ideas sent in during the year, each with whether a colleague has ``joined_in``: supported it or said something of it."""
    here = {"idea": OuterRef("pk")}
    said = Comment.objects.filter(removed_at=None, **here).exclude(by=OuterRef("owner"))
    return Idea.objects.filter(happened("opened_at", year)).annotate(
        joined_in=Exists(Support.objects.filter(**here)) | Exists(said)
    )


def spread(year: int) -> CaseQuerySet[Idea]:
    """Ideas that other units put to use in the year, each with how many ``units`` that were."""
    there = Adoption.objects.filter(happened("adopted_at", year))
    return Idea.objects.filter(pk__in=there.values("idea")).annotate(units=count_of(there.filter(idea=OuterRef("pk"))))


def checked_elsewhere(year: int) -> CaseQuerySet[Idea]:
    """Ideas whose use at other units was checked in the year, each with how many ``asked`` units and how many ``lasting``."""
    there = Adoption.objects.filter(happened("checked_at", year))
    here = there.filter(idea=OuterRef("pk"))
    return Idea.objects.filter(pk__in=there.values("idea")).annotate(
        asked=count_of(here), lasting=count_of(here.filter(in_use=True))
    )


def with_sums(column: str, year: int) -> CaseQuerySet[Idea]:
    """Ideas introduced in the year whose economic value is seen in use and put in SEK, each with the sum in the column as ``sek``."""
    told = Benefit.objects.filter(idea=OuterRef("pk"), actual_sek__isnull=False)
    sums = Coalesce(Subquery(told.values(f"{column}_sek")), 0)
    seen = Q(actual_values__contains=[Value.ECONOMIC.value])
    return Idea.objects.filter(seen, Exists(told), happened("introduced_at", year)).annotate(sek=sums)


def challenges(year: int) -> CaseQuerySet[Challenge]:
    return Challenge.objects.filter(happened("opened_at", year))


def answering(model: type[Idea] | type[Suggestion]) -> Population:
    """Cases of the kind, handed in during the year, that answer a challenge."""
    return lambda year: model.objects.filter(happened("opened_at", year), pk__in=answering_ties().values("source"))


def number(
    key: str,
    name: str | Promise,
    group: str | Promise,
    population: Population,
    *rows: str,
    help_text: str | Promise = "",
    splits: str = "",
) -> None:
    register(
        Indicator(
            key=key,
            name=name,
            group=group,
            measure=Measure.NUMBER,
            population=population,
            value=CASES,
            rows=rows,
            help=help_text,
            splits=splits,
        )
    )


number("ideas.in", _("Ideas sent in"), IDEAS, ideas("opened_at"), "B4-10", "B43-1", "A21")
number("ideas.introduced", _("Ideas introduced"), WAY, ideas("introduced_at"), "B1-3", "B2-1", "B4-10")
number("suggestions.in", _("Suggestions received"), SUGGESTIONS, suggestions("opened_at"), "B43-7", "A21")
register(
    Indicator(
        key="suggestions.used",
        name=_("Suggestions used"),
        group=SUGGESTIONS,
        measure=Measure.PERCENT,
        population=suggestions("answered_at"),
        value=share(Q(disposition__in=USED)),
        counts=Q(disposition__in=USED),
        rows=("B43-7",),
        help=_("Of the suggestions answered during the year, those that became a new idea or were joined to one."),
    )
)
number("ideas.answered", _("Ideas answered"), IDEAS, ideas("answered_at"), "B2-3", "B4-10")
register(
    Indicator(
        key="ideas.answer_days",
        name=_("Days to the first decision on an idea, median"),
        group=IDEAS,
        measure=Measure.DAYS,
        population=ideas("answered_at"),
        value=Median(days_between("opened_at", "answered_at")),
        rows=("B2-3",),
        help=_(
            "From the day it was sent in to the decision to go on with it or not, for ideas answered during the year."
        ),
    )
)
register(
    Indicator(
        key="ideas.goal",
        name=_("Ideas that serve a goal"),
        group=IDEAS,
        measure=Measure.PERCENT,
        population=ideas("opened_at"),
        value=share(~Q(goal="")),
        counts=~Q(goal=""),
        rows=("B1-4", "A16"),
        help=_(
            "Of the ideas sent in during the year: a goal of the unit's plan, or of those above it, up to the Region's vision."
        ),
    )
)
register(
    Indicator(
        key="ideas.joined_in",
        name=_("Ideas that colleagues take part in"),
        group=IDEAS,
        measure=Measure.PERCENT,
        population=talked_of,
        value=share(Q(joined_in=True)),
        counts=Q(joined_in=True),
        rows=("A18", "B2-3"),
        help=_(
            "Of the ideas sent in during the year, those that a colleague has supported or commented on. It says something of the culture: "
            "where people take part in each other's ideas, more want to work."
        ),
    )
)
for perspective in Perspective:
    number(
        f"ideas.perspective.{perspective.value}",
        format_lazy("{}: {}", _("Ideas"), perspective.label),
        PERSPECTIVES,
        ideas("opened_at", perspectives__contains=[perspective.value]),
        "B41-0",
        help_text=_("Sent in during the year. An idea may have several perspectives."),
    )
number("ideas.accepted", _("Ideas that we went on with"), WAY, ideas("accepted_at"), "B4-10")
number("ideas.tried", _("Ideas tried"), WAY, tried, "B4-10", "A22")
number(
    "ideas.placed", _("Ideas that a unit took on after a comparison"), WAY, placed, "B5-2",
    help_text=_("Units were compared by resources, competence and chance to carry it out, and one of them took it on."),
)  # fmt: skip
number(
    "ideas.lessons", _("Ideas closed with a lesson"), WAY, ideas("closed_at", state=IdeaState.CLOSED), "B42-2", "A15",
    help_text=_("To stop in time and tell what was learned is a good outcome."),
)  # fmt: skip
register(
    Indicator(
        key="ideas.lasting",
        name=_("Still in use after twelve months"),
        group=WAY,
        measure=Measure.PERCENT,
        population=checked,
        value=share(Q(state=IdeaState.LASTING)),
        counts=Q(state=IdeaState.LASTING),
        rows=("B2-1",),
        help=_("Of the introduced ideas that were checked during the year."),
    )
)
register(
    Indicator(
        key="ideas.answered_in_time",
        name=_("Ideas answered in time"),
        group=IDEAS,
        measure=Measure.PERCENT,
        population=answer_came_or_ran_out(Idea),
        value=share(Q(answered_at__lte=F("answer_by"))),
        counts=Q(answered_at__lte=F("answer_by")),
        rows=("B2-3",),
        help=_(
            "Decided on within 45 days of being sent in, of the ideas that were answered in that time during the year or whose time ran "
            "out in it, answered or not."
        ),
    )
)
register(
    Indicator(
        key="ideas.spread",
        name=_("Times that an idea was put to use at another unit"),
        group=WAY,
        measure=Measure.NUMBER,
        population=spread,
        value=Coalesce(Sum("units"), 0),
        rows=("B2-1", "A17"),
        help=_("Counted where the idea comes from. One idea may be put to use at several units."),
    )
)
register(
    Indicator(
        key="ideas.spread_lasting",
        name=_("Still in use at other units after twelve months"),
        group=WAY,
        measure=Measure.PERCENT,
        population=checked_elsewhere,
        value=Sum("lasting") * Literal(100.0, output_field=FloatField()) / NullIf(Sum("asked"), Literal(0)),
        counts=Q(lasting__gt=0),
        rows=("B2-1", "A17"),
        help=_("Of the units that put an idea of others to use and were asked a year later."),
    )
)
for kind in Value:
    number(
        f"ideas.value.{kind.value}",
        format_lazy("{}: {}", _("Introduced ideas with value"), kind.label),
        VALUE,
        ideas("introduced_at", actual_values__contains=[kind.value]),
        "B1-3",
        help_text=_("Value that has been seen in use. An idea may give several kinds of value."),
    )
for kind in Value:
    register(
        Indicator(
            key=f"ideas.value_kept.{kind.value}",
            name=format_lazy("{}: {}", _("Expected value that was seen in use"), kind.label),
            group=VALUE,
            measure=Measure.PERCENT,
            population=ideas("introduced_at", values__contains=[kind.value]),
            value=share(Q(actual_values__contains=[kind.value])),
            counts=Q(actual_values__contains=[kind.value]),
            rows=("B1-3",),
            help=_(
                "Of the ideas introduced during the year that were expected to give it. Before an idea is in use nothing is counted."
            ),
        )
    )
for column, called, help_text in (
    (
        "actual",
        _("Economic value seen in use, in SEK a year"),
        _("Of ideas introduced during the year, where a sum has been given."),
    ),
    (
        "expected",
        _("Economic value that was expected of them, in SEK a year"),
        _("Of the same ideas, as it was expected before."),
    ),
):
    register(
        Indicator(
            key=f"ideas.sek_{column}",
            name=called,
            group=VALUE,
            measure=Measure.SEK,
            population=partial(with_sums, column),
            value=Coalesce(Sum("sek"), 0),
            rows=("B1-3",),
            help=help_text,
        )
    )
number(
    "ideas.technology",
    _("Introduced ideas that use new technology"),
    VALUE,
    lambda year: ideas("introduced_at")(year).exclude(technologies=[], other_technology=""),
    "B42-5",
)
number("suggestions.answered", _("Suggestions answered"), SUGGESTIONS, suggestions("answered_at"), "B43-7")
register(
    Indicator(
        key="suggestions.answer_days",
        name=_("Days to the answer to a suggestion, median"),
        group=SUGGESTIONS,
        measure=Measure.DAYS,
        population=suggestions("answered_at"),
        value=Median(days_between("opened_at", "answered_at")),
        rows=("B43-7",),
    )
)
register(
    Indicator(
        key="suggestions.answered_in_time",
        name=_("Suggestions answered in time"),
        group=SUGGESTIONS,
        measure=Measure.PERCENT,
        population=answer_came_or_ran_out(Suggestion),
        value=share(Q(answered_at__lte=F("answer_by"))),
        counts=Q(answered_at__lte=F("answer_by")),
        rows=("B43-7",),
        help=_(
            "Answered within 45 days of being received, of the suggestions that were answered in that time during the year or whose time "
            "ran out in it, answered or not."
        ),
    )
)
for sender in Sender:
    number(
        f"suggestions.sender.{sender.value}",
        format_lazy("{}: {}", _("Suggestions"), sender.label),
        SENDERS,
        suggestions("opened_at", sender=sender.value),
        "A21",
        "B2-2",
        splits="suggestions.in",
    )

number("challenges.announced", _("Challenges announced"), CHALLENGES, challenges, "B43-6")
number("challenges.ideas", _("Ideas that answer a challenge"), CHALLENGES, answering(Idea), "B43-6", "A21")
number(
    "challenges.suggestions",
    _("Suggestions that answer a challenge"),
    CHALLENGES,
    answering(Suggestion),
    "B43-6",
    "A21",
)

register_examples(
    Examples(
        key="ideas.introduced",
        heading=_("Introduced during the year"),
        cases=lambda year: ideas("introduced_at")(year).order_by("-introduced_at"),
        text=lambda idea: str(idea.introduced_where),
        most=3,
    )
)
register_examples(
    Examples(
        key="ideas.lessons",
        heading=_("Lessons from what was stopped"),
        cases=lambda year: ideas("closed_at", state=IdeaState.CLOSED)(year).order_by("-closed_at"),
        text=lambda idea: str(idea.lesson),
        most=3,
    )
)
