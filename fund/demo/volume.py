"""One call with applications by the thousand under review, each with what was handed in, its experts' scores and perhaps a prepared
decision: what the pages of the fund are measured with."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import time_machine
from django.db import connection, transaction
from django.utils import timezone

from fund.actions.applying import digest_of
from fund.demo.lives import OUTCOMES, Desk
from fund.demo.texts import SEEDS, answers_of
from fund.flow import ApplicationFlow
from fund.models import Application, Approval, Call, Review, Reviewer, Ruling, Score, Submission
from fund.models.application import HANDED_IN, PREFIX
from fund.rules.counting import sum_of
from fund.states import ApplicationState, Outcome
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.demo.copying import copy_rows, reserve_ids
from portal.demo.people import Cast, read_cast
from portal.demo.volume import Recipe
from portal.demo.volume import fill as fill_kind

EXPERTS, EACH = 12, 3
SHUT = timedelta(days=45)
"""How long ago the call closed."""
LAST_HOURS = timedelta(hours=30)
"""Everyone hands in at the end."""
UNFINISHED, UNPREPARED = 0.1, 0.5
"""The part of the reviews that is not submitted, and of the applications whose decision is not prepared."""
RULED = (Outcome.GRANT, Outcome.PART, Outcome.RESERVE, Outcome.DECLINE)
SHARES = (10, 5, 15, 70)
"""How common each outcome is, in per cent."""


@transaction.atomic
def fill(*, cases: int, random: Random, say: Callable[[str], None]) -> int:
    """A call that has closed, with so many applications. About 20 s for 5 000, half of it the triggers of the reviews."""
    if not cases:
        return 0
    cast, closes = read_cast(), timezone.now() - SHUT
    call = _call(Desk(cast), closes, budget=max(cases * 50_000, 1_500_000))
    experts = [cast.leads[unit.pk] for unit in cast.units][:EXPERTS]
    partial = [*experts, *cast.managers.values(), cast["fondhandlaggare"], cast["fondhandlaggare2"]]
    made = fill_kind(_recipe(call, closes, frozenset(one.pk for one in partial)), cases=cases, random=random, say=say)
    _hand_in(call, cast)
    with time_machine.travel(closes, tick=False):
        perform(call, "begin_review", person=None)
    _review(call, [Reviewer(call=call, person=one, most=made, added_by=call.owner) for one in experts], random)
    rulings = _rulings(list(call.applications.order_by("pk")), random)
    copy_rows(Ruling, ("application_id", "outcome", "amount", "rank", "reason", "delegation"), rulings)
    return made


def _call(desk: Desk, closes: datetime, *, budget: int) -> Call:
    opens = closes - timedelta(days=30)
    with time_machine.travel(opens, tick=False):
        return desk.call("Innovationsfonden: en utlysning för alla", opens, closes, budget=budget)


def _recipe(call: Call, closes: datetime, without: frozenset[int]) -> Recipe:
    def texts(random: Random, state: str, moment: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        seed, number = random.choice(SEEDS), random.randint(2, 400)
        told = answers_of(seed, f"Deltagare {number}", call.year or 0)
        answers = {name.removeprefix(PREFIX): answer for name, answer in told.items()}
        case = {
            "title": f"{seed.title}, etapp {number}",
            "summary": f"{seed.summary} {seed.benefit}",
            "body": "",
            "perspectives": [seed.perspective],
            "beneficiaries": [seed.group],
        }
        amount = sum_of(answers["budget"])
        return case, {"call_id": call.pk, "project": seed.project, "answers": answers, "amount": amount, "pages": 3}

    return Recipe(
        flow=ApplicationFlow,
        texts=texts,
        weights={ApplicationState.REVIEW: 1},
        confidentiality=Confidentiality.INTERNAL,
        opened=lambda random: closes - random.random() * LAST_HOURS,
        without=without,
    )


def _analyze() -> None:
    """Triggers and foreign keys keep the plans that they were made with, when their tables were all but empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# ── What is handed in ────────────────────────────────────────────────────────────────────────────────────────────────


def _hand_in(call: Call, cast: Cast) -> None:
    """The text of each, as it stands, with the manager's yes."""
    _analyze()
    asked = [question.as_data() for question in call.questions.all()]
    applications = list(call.applications.order_by("pk"))
    ids, signed = reserve_ids(Submission, len(applications)), call.closes_at
    columns = ("id", "application_id", "number", "at", "by_id", "edition", "content", "amount", "sha256")
    copy_rows(Submission, columns, (_submission(pk, one, asked) for pk, one in zip(ids, applications, strict=True)))
    managers = {unit: person.pk for unit, person in cast.managers.items()}
    copy_rows(Approval, ("submission_id", "by_id", "at", "approves", "words"), (
        [pk, managers[one.unit_id], signed, True, ""]
        for pk, one in zip(ids, applications, strict=True)
    ))  # fmt: skip


def _submission(pk: int, application: Application, asked: list[dict[str, Any]]) -> list[Any]:
    content = {name: getattr(application, name) for name in HANDED_IN}
    content["answers"] = [{**one, "answer": application.answers[one["key"]]} for one in asked]
    at, by = application.opened_at, application.owner_id
    return [pk, application.pk, 1, at, by, 1, content, application.amount, digest_of(content)]


# ── What the experts say ─────────────────────────────────────────────────────────────────────────────────────────────


def _review(call: Call, experts: list[Reviewer], random: Random) -> None:
    """Each application goes to some of them. Scores are written before a review is submitted: then it stays as it is."""
    experts = Reviewer.objects.bulk_create(experts)
    now = timezone.now()
    asked = now - SHUT / 2
    places = [
        (application, expert.pk)
        for application in call.applications.order_by("pk").values_list("pk", flat=True)
        for expert in random.sample(experts, min(EACH, len(experts)))
    ]
    ids = reserve_ids(Review, len(places))
    columns = ("id", "application_id", "reviewer_id", "assigned_at", "assigned_by_id", "why", "asked_at", "declared_at", "conflict",
               "conflict_why", "abstained", "comment")  # fmt: skip
    told: list[Any] = [asked, call.owner_id, {}, asked, now, False, "", False, "Väntas ge mer än det kostar."]
    copy_rows(Review, columns, ([pk, *place, *told] for pk, place in zip(ids, places, strict=True)))
    _analyze()
    criteria = list(call.criteria.values_list("pk", flat=True))
    copy_rows(Score, ("review_id", "criterion_id", "points", "abstains", "comment"), _scores(ids, criteria, random))
    _analyze()
    finished = [pk for pk in ids if random.random() >= UNFINISHED]
    Review.objects.filter(pk__in=finished).update(submitted_at=now)


def _scores(reviews: list[int], criteria: list[int], random: Random) -> Iterator[list[Any]]:
    for review in reviews:
        for criterion in criteria:
            yield [review, criterion, random.randint(1, 5), False, "Det är visat med egna mätningar."]


def _rulings(applications: list[Application], random: Random) -> Iterator[list[Any]]:
    """Half of them are prepared."""
    places = count(1)
    for application in applications:
        if random.random() < UNPREPARED:
            continue
        outcome = random.choices(RULED, SHARES)[0]
        asked = application.amount or 0
        amount = {Outcome.DECLINE: 0, Outcome.PART: asked // 2}.get(outcome, asked)
        rank = next(places) if outcome == Outcome.RESERVE else None
        yield [application.pk, outcome, amount, rank, OUTCOMES[outcome], ""]
