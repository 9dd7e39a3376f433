"""What is read of a challenge: the answers to it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left

from ideas.models import (
    Challenge,
    Settlement,
)
from ideas.queries.suggestions import published
from portal.accounts.models import User
from portal.cases.models import Case, CaseQuerySet
from portal.cases.queries.listing import for_list
from portal.cases.states import Relation

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
