"""Reusable reads of ideas and suggestions."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.utils import timezone
from django.utils.translation import get_language

from ideas.models import (
    Adoption,
    Benefit,
    Candidate,
    Challenge,
    Comment,
    Example,
    Follow,
    Gathering,
    Idea,
    Need,
    Placement,
    ScanningNote,
    Settlement,
    Suggestion,
    Support,
    Technology,
    Trial,
)
from ideas.models.placement import BEST_FIRST
from ideas.models.whos import joined_to
from ideas.states import SuggestionState
from portal.accounts.models import User
from portal.cases.elsewhere import MOST as MOST_FOUND
from portal.cases.elsewhere import Page
from portal.cases.models import Case, CaseLink, CaseQuerySet
from portal.cases.queries.listing import for_list
from portal.cases.queries.search import marked, passage_of, words_of
from portal.cases.queries.similar import SIMILAR, anyone, candidates, nearest, similar_cases, terms_of
from portal.cases.states import Confidentiality, Relation
from portal.cases.who import AUTHOR
from portal.cases.workdays import add_months
from portal.organisation.models import Unit

DECISIONS = (
    "accept", "decline", "develop", "introduce", "close", "confirm_lasting", "end_use", "open_up", "keep_closed", "conclude"
)  # fmt: skip
BECAME = (Relation.LED_TO, Relation.JOINED)
"""Ties by which a suggestion has become part of an idea."""
QUARTERS = 12
"""How many quarters an adoption curve shows: three years."""
CHAIN = (Relation.LED_TO, Relation.JOINED, Relation.ANSWERS)
LINKS_AWAY = 4
"""How far a chain of cases is followed from the idea, in ties."""


def goals_for(unit: Unit) -> tuple[str, ...]:
    """The goals of the unit's plan and of those above it, nearest first (one query)."""
    line = sorted(Unit.objects.filter(pk__in=unit.path.split(".")), key=lambda above: -len(above.path))
    goals = (goal.strip() for above in line for goal in above.goal.splitlines())
    return tuple(dict.fromkeys(goal for goal in goals if goal))


def similar_ideas(text: str, person: User) -> list[Case]:
    """Ideas that the person may see and that are like the text, the likest first."""
    return [one.case for one in similar_cases(text, person, only="idea")]


def stories_of(ideas: Collection[int]) -> dict[int, str]:
    """By the idea's id, where its good example is read (one query)."""
    return {example.idea_id: example.get_absolute_url() for example in Example.objects.public().filter(idea__in=ideas)}


def suggestions_of(idea: Idea) -> "QuerySet[Suggestion]":
    """The suggestions that became the idea or were joined to it, or to one that goes on together with it, whoever may see them: for
    counting and telling, not for showing."""
    family = Q(links_out__target=idea.pk) | Q(links_out__target__in=joined_to(idea.pk))
    ties = family & Q(links_out__relation__in=BECAME, links_out__undone_at=None)
    return Suggestion.objects.filter(pk__in=Suggestion.objects.filter(ties).values("pk"))


def ideas_of(suggestion: Case) -> "QuerySet[Idea]":
    """What the suggestion became, whoever may see it: its public state is told, its inside is not."""
    ties = Q(links_in__source=suggestion.pk, links_in__relation__in=BECAME, links_in__undone_at=None)
    return Idea.objects.filter(ties).distinct()


def published() -> "QuerySet[Suggestion]":
    """What everyone on the internet may read, the latest first: answered suggestions that a handler has published."""
    return (
        Suggestion.objects.filter(published_at__isnull=False, state=SuggestionState.ANSWERED)
        .exclude(confidentiality=Confidentiality.RESTRICTED)
        .select_related("area", "unit")
        .order_by("-published_at", "-pk")
    )


def similar_published(text: str) -> list[dict[str, Any]]:
    """What everyone may read that is like the text: published suggestions, by the words that were published of them and no others, and good
    examples. Each is a ``story`` or a ``suggestion``, with a ``passage`` in which the shared words are marked. Five queries, or six.
    """
    terms = terms_of(text)
    if not terms:
        return []
    sought, shared = candidates(terms), anyone(terms)
    examples, others = Example.objects.public().filter(words=sought), published().filter(public_words=sought)
    told = dict(nearest(examples, terms, text, vector="words"))
    suggested = dict(nearest(others, terms, text, vector="public_words", title="public_text"))
    stories: Any = Example.objects.filter(pk__in=told).annotate(passage=passage_of("summary", shared))
    suggestions: Any = Suggestion.objects.filter(pk__in=suggested).select_related("unit")
    suggestions = suggestions.annotate(passage=passage_of("public_text", shared))
    found = [
        *((told[one.pk], {"story": one, "passage": marked(one.passage)}) for one in stories),
        *((suggested[one.pk], {"suggestion": one, "passage": marked(one.passage)}) for one in suggestions),
    ]
    return [one for _likeness, one in sorted(found, key=lambda pair: -pair[0])[:SIMILAR]]


def fingerprint(text: str) -> str:
    """The same for texts that differ only in case and white space."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def same_text_lately(text: str) -> "QuerySet[Suggestion]":
    """Suggestions with the same words, sent in during the last day."""
    since = timezone.now() - timedelta(days=1)
    return Suggestion.objects.filter(fingerprint=fingerprint(text), opened_at__gte=since, source_key=None)


# ── Together, and spread ─────────────────────────────────────────────────────────────────────────────────────────────


def beside(idea: Idea, person: User) -> Idea:
    """The number of ``supporters`` and ``remarks`` of the idea, the names of its technologies as ``technologies_named``, whether the person
    has ``supported`` and ``followed`` it, its benefits are ``described`` and units have been ``compared``; once it is introduced also its
    ``kit`` and ``example``. One query for all panels of a page.
    """
    if "_beside" not in idea.__dict__:
        if idea.introduced_at:
            found = _beside(idea, person.pk).select_related("kit", "example").get(pk=idea.pk)
        else:
            sql, params = _beside_in_sql(get_language())
            places = {IDEA: idea.pk, OWNER: idea.owner_id, PERSON: person.pk}
            found = Idea.objects.raw(sql, [places.get(value, value) for value in params])[0]
        idea.__dict__["_beside"] = found
    kept: Idea = idea.__dict__["_beside"]
    return kept


def _beside(idea: Idea, person: int) -> "QuerySet[Idea]":
    mine = {"idea": OuterRef("pk"), "person": person}
    chosen = Func(OuterRef("technologies"), F("key"), function="array_position", output_field=IntegerField())
    technologies = Technology.objects.alias(chosen=chosen).filter(chosen__isnull=False).order_by("name")
    return Idea.objects.annotate(
        supporters=Subquery(
            supporters_of(idea).values(all=Value(1)).annotate(number=Count("pk")).values("number"),
            output_field=IntegerField(),
        ),
        technologies_named=ArraySubquery(technologies.values(called=called())),
        remarks=count_of(Comment.objects.filter(idea=OuterRef("pk"))),
        supported=Exists(Support.objects.filter(**mine)),
        followed=Exists(Follow.objects.filter(**mine)),
        described=Exists(Benefit.objects.filter(idea=OuterRef("pk"))),
        compared=Exists(Candidate.objects.filter(placement__idea=OuterRef("pk"))),
    )


IDEA, OWNER, PERSON = -1, -2, -3
"""Stand in the SQL that is kept for the keys of the idea, of who wrote it, and of who reads. No key is negative."""


@cache
def _beside_in_sql(_language: str | None) -> tuple[str, tuple[Any, ...]]:
    """Written once for each language: to write it takes eight times as long as to ask it."""
    rows = _beside(Idea(pk=IDEA, owner_id=OWNER), PERSON).only("pk").filter(pk=IDEA)
    return rows.query.sql_with_params()


def called(of: str = "") -> Coalesce | F:
    """For a query: what a row of a register is called in the language in use. ``of`` is the way to it, with the underscores."""
    return Coalesce(NullIf(f"{of}name_en", Value("")), f"{of}name") if get_language() == "en" else F(f"{of}name")


def compared_units(idea: Case) -> list[Candidate]:
    """Every unit that could host the idea, the latest round first, then the best first, each with its placement, and the names of the units
    and the people that take part: ``units_named``, ``people_named``. One query, the first time the case is asked for them.
    """
    if "_compared" not in idea.__dict__:
        units = Placement.units.through.objects.filter(placement=OuterRef("placement")).order_by("unit__path")
        people = Placement.people.through.objects.filter(placement=OuterRef("placement")).order_by("user__name")
        idea.__dict__["_compared"] = list(
            Candidate.objects.filter(placement__idea=idea.pk)
            .select_related("unit", "placement__asked_by")
            .annotate(
                units_named=ArraySubquery(units.values(called=called("unit__"))),
                people_named=ArraySubquery(people.values("user__name")),
            )
            .order_by("-placement_id", *BEST_FIRST)
        )
    found: list[Candidate] = idea.__dict__["_compared"]
    return found


def supporters_of(idea: Case) -> "QuerySet[User]":
    """Those who support the idea or one that goes on together with it, each once; not its own authors."""
    support = Support.objects.filter(Q(idea=idea.pk) | Q(idea__in=joined_to(idea.pk)))
    return User.objects.filter(pk__in=support.values("person")).exclude(AUTHOR.told(idea))


def lead_of(idea: Case) -> Idea | None:
    """The idea that this one goes on together with (one query, none where no tie says so)."""
    leads = [tie.target_id for tie in idea.ties if tie.relation == Relation.JOINED and tie.source_id == idea.pk]
    return Idea.objects.select_related("unit").filter(pk__in=leads).first() if leads else None


def count_of(rows: "QuerySet[Any]") -> Coalesce:
    """How many rows belong to the idea of the outer query."""
    counted = rows.order_by().values("idea").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Quarter:
    """How many units put an idea to use in a quarter, and how many had by its end. ``start`` is its first day, in Sweden."""

    start: date
    new: int
    total: int

    @property
    def number(self) -> int:
        return (self.start.month + 2) // 3


def adoption_curve(idea: Idea, adoptions: Iterable[Adoption]) -> list[Quarter]:
    """From the quarter of the introduction until now, the last three years at most. There is one adoption per unit, so few (no query)."""
    found = Counter(_quarter_of(timezone.localdate(one.adopted_at)) for one in adoptions if one.adopted_at)
    if not found:
        return []
    begun = [_quarter_of(timezone.localdate(idea.introduced_at))] if idea.introduced_at else []
    start, curve, total = min([*begun, *found]), [], 0
    while start <= timezone.localdate():
        total += found[start]
        curve.append(Quarter(start, found[start], total))
        start = add_months(start, 3)
    return curve[-QUARTERS:]


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def chain_of(idea: Idea) -> list[Case]:
    """The cases that led to the idea and that it led to, in the order they were handed in, as far as everyone may be told of them.

    A tie is followed only through cases that are told of. At most two queries for each of four ties away.
    """
    found = {case.pk: case for case in Case.objects.told_openly().filter(pk=idea.pk)}
    edge = found
    for _step in range(LINKS_AWAY):
        ties = CaseLink.objects.filter(Q(source__in=edge) | Q(target__in=edge), relation__in=CHAIN, undone_at=None)
        ends = {end for tie in ties.values_list("source", "target") for end in tie} - found.keys()
        new = Case.objects.told_openly().filter(pk__in=ends) if ends else ()
        edge = {case.pk: case for case in new}
        if not edge:
            break
        found |= edge
    return sorted(found.values(), key=lambda case: (case.opened_at, case.pk))


def under(unit: Unit) -> "QuerySet[Unit]":
    """The unit and all that lies under it."""
    return Unit.objects.filter(Q(pk=unit.pk) | Q(path__startswith=f"{unit.path}."))


def units_using() -> Coalesce:
    """For a query of good examples: how many other units have put the idea to use."""
    used = Adoption.objects.filter(idea=OuterRef("idea"), adopted_at__isnull=False)
    return count_of(used)


def thanked(example: Example) -> list[str]:
    """The names that may be told: the author's by their own word on the idea, others by a consent. ``credits`` come with the example."""
    author = [str(example.idea.owner)] if example.idea.owner and example.idea.may_credit else []
    named = (credit for credit in example.credits.all() if credit.consented_on)
    return [*author, *(f"{credit.name}, {credit.part}" if credit.part else credit.name for credit in named)]


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
    }


def said_by(person: User) -> Iterator[dict[str, Any]]:
    """A person's comments, on ideas they still see, and the ideas they support and follow (two queries)."""
    seen = Case.objects.visible_to(person).values("pk")
    for comment in Comment.objects.readable_by(person).filter(by=person).select_related("idea"):
        yield {"case": comment.idea.reference, "at": comment.at, "text": comment.text}
    supported, followed = (
        model.objects.filter(person=person, idea__in=seen).values("at", case=F("idea__reference"), what=Value(what))
        for model, what in ((Support, "support"), (Follow, "follow"))
    )
    for row in supported.union(followed, all=True).order_by("at"):
        yield {**row}


# ── Challenges ───────────────────────────────────────────────────────────────────────────────────────────────────────

MOST_ANSWERS, EXCERPT = 200, 400
"""How many answers are shown on a page and compared in a form, and how many characters of each."""


def answers_to(challenge: Case) -> "CaseQuerySet[Case]":
    """The ideas and suggestions that answer the challenge and have been handed in, whoever may see them."""
    ties = Q(links_out__target=challenge.pk, links_out__relation=Relation.ANSWERS, links_out__undone_at=None)
    return Case.objects.filter(pk__in=Case.objects.filter(ties, opened_at__isnull=False).values("pk"))


def answers_for(challenge: Challenge, person: User | AnonymousUser) -> list[Any]:
    """Those that the person may see, in the order they came, each with its beginning as ``excerpt`` and what ``became`` of it (one query).

    An idea that is closed to protect rights is seen by nobody but those inside it (patentlagen 2024:945 2:8–9), the owner too.
    """
    settled = Settlement.objects.filter(challenge=challenge.pk, case=OuterRef("pk"))
    seen = Case.objects.visible_to(person).filter(pk__in=answers_to(challenge).values("pk"))
    rows = for_list(seen).annotate(excerpt=Left("body", EXCERPT), became=Subquery(settled.values("became")))
    return list(rows.order_by("opened_at", "pk")[:MOST_ANSWERS])


def published_answers(challenge: Challenge) -> list[Any]:
    """Answers that everyone may read in the words that were published, with what ``became`` of them (one query)."""
    settled = Settlement.objects.filter(challenge=challenge.pk, case=OuterRef("pk"))
    told = published().filter(pk__in=answers_to(challenge).values("pk"))
    return list(told.annotate(became=Subquery(settled.values("became")))[:MOST_ANSWERS])


def written_in_bank(person: User) -> Iterator[dict[str, Any]]:
    """The needs, need-gathering activities and scanning notes that the person wrote first (three queries)."""
    for model, what in ((Need, "need"), (Gathering, "gathering"), (ScanningNote, "scanning_note")):
        for row in model.objects.filter(written_by=person).order_by("pk"):
            yield {"what": what, "at": row.written_at, "text": str(row)}


# ── The search page ──────────────────────────────────────────────────────────────────────────────────────────────────


def find_examples(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Published good examples with the words, for everyone, the latest first (one query)."""
    for example in Example.objects.public().filter(words=words_of(words)).order_by("-published_at")[:MOST_FOUND]:
        yield Page(str(example), example.get_absolute_url(), example.shown["summary"])


def find_challenges(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Challenges with the words, for those who do not find them among the cases; those that are open first (one query)."""
    if isinstance(person, User) and person.is_employee:
        return
    for challenge in Challenge.objects.told_openly().filter(text=words_of(words)).open_first()[:MOST_FOUND]:
        yield Page(challenge.title, challenge.public_url, challenge.question[:EXCERPT])


def find_in_bank(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Needs with the words, for employees, the latest first (one query)."""
    if isinstance(person, User) and person.is_employee:
        for need in Need.objects.filter(text=words_of(words))[:MOST_FOUND]:
            yield Page(str(need), need.get_absolute_url(), need.evidence[:EXCERPT])


def find_notes(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Scanning notes with the words, for employees, the latest first (one query)."""
    if isinstance(person, User) and person.is_employee:
        for note in ScanningNote.objects.filter(text=words_of(words))[:MOST_FOUND]:
            yield Page(str(note), note.get_absolute_url(), note.meaning[:EXCERPT])
