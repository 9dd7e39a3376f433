"""What is read of a challenge: the answers to it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from ideas.models import (
    Challenge,
    Settlement,
)
from ideas.queries.suggestions import published
from portal.accounts.models import User
from portal.cases.models import Case, CaseLink, CaseQuerySet
from portal.cases.queries.listing import for_list
from portal.cases.states import Relation

MOST_ANSWERS, EXCERPT = 200, 400
"""How many answers are shown on a page and compared in a form, and how many characters of each."""


def answering_ties() -> QuerySet[CaseLink]:
    """Ties from what answers a challenge: handed in before it closed (B43-6). What came after goes on, but not as an answer."""
    ties = CaseLink.objects.filter(relation=Relation.ANSWERS, undone_at=None, target__kind="challenge")
    return ties.filter(source__opened_at__lt=F("target__challenge__closes_at"))


def answers_to(challenge: Case) -> "CaseQuerySet[Case]":
    """The ideas and suggestions that answer the challenge and were handed in in time, whoever may see them."""
    return Case.objects.filter(pk__in=answering_ties().filter(target=challenge.pk).values("source"))


def would_answer(case: Case) -> list[Challenge]:
    """The challenges that a draft is written to answer, whether they are open or not (one query)."""
    ties = CaseLink.objects.filter(source=case.pk, relation=Relation.ANSWERS, undone_at=None)
    return list(Challenge.objects.filter(pk__in=ties.values("target")).select_related("owner"))


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
