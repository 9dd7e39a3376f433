"""The people of an idea and of a suggestion, by what they do."""

from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case
from portal.cases.states import Relation
from portal.cases.who import (
    EMPLOYEE,
    IMPARTIAL,
    NONE,
    OPEN,
    SUBMITTED,
    UNRESTRICTED,
    Who,
    both,
    holder,
    impartial,
    named,
    office,
)
from portal.organisation.standing import Standing
from portal.organisation.states import Role

LEAD = holder(Role.INNOVATION_LEAD)
MANAGER = holder(Role.MANAGER)
REGISTRAR = holder(Role.REGISTRAR)
RIGHTS = holder(Role.RIGHTS_REVIEWER)
COORDINATOR = office(Role.COORDINATOR)
CONTROLLER = office(Role.CONTROLLER)
ASSESSOR = named("assess")
SPECIALIST = named("consult")

LINE = LEAD | MANAGER
HANDLING_LEAD = replace(impartial(Role.INNOVATION_LEAD), label=_("the innovation lead"))
DECIDER = replace(
    impartial(Role.INNOVATION_LEAD) | impartial(Role.MANAGER),
    label=_("the innovation lead or the manager"),
)
"""Decisions are made in the line (B5-3), never by the author or by someone who has declared a conflict of interest."""
REVIEWER = replace(impartial(Role.RIGHTS_REVIEWER), label=_("the rights reviewer"))


def _to_assess(standing: Standing) -> Q:
    mine = _unsubmitted().filter(idea=OuterRef("pk"), assessor=standing.person_id)
    return both(ASSESSOR.cases(standing), Q(Exists(mine)))


def _asked_to_assess(case: Case) -> Q:
    return ASSESSOR.told(case) & Q(pk__in=_unsubmitted().filter(idea=case.pk).values("assessor"))


def _unsubmitted() -> QuerySet[Any]:
    return apps.get_model("ideas", "Assessment").objects.filter(submitted_at__isnull=True)


PENDING_ASSESSOR = Who("pending_assessor", _("those named to assess"), _to_assess, _asked_to_assess)
"""Assessors who have not yet submitted their scores."""


def joined_to(idea: int) -> QuerySet[Any]:
    """Ids of the ideas that go on together with this one."""
    ties = apps.get_model("cases", "CaseLink").objects.filter(relation=Relation.JOINED, undone_at=None)
    return ties.filter(target=idea, source__kind="idea").values("source")


def _following(case: Case) -> Q:
    family = Q(idea=case.pk) | Q(idea__in=joined_to(case.pk))
    follows = apps.get_model("ideas", "Follow").objects.filter(family)
    owners = apps.get_model("ideas", "Idea").objects.filter(pk__in=joined_to(case.pk), owner__isnull=False)
    coauthors = apps.get_model("cases", "CaseGrant").objects.filter(
        content_object__in=joined_to(case.pk), permission__codename="coauthor_case"
    )
    return Q(pk__in=follows.values("person")) | Q(pk__in=owners.values("owner")) | Q(pk__in=coauthors.values("user"))


FOLLOWER = Who("follower", _("those who follow the idea"), lambda standing: NONE, _following)
"""To be told, and nothing else: those who follow the idea or one that goes on together with it, and the authors of such.

To follow an idea gives no right to see it.
"""
COLLEAGUE = EMPLOYEE & SUBMITTED & UNRESTRICTED
"""Those who may support, follow, comment and take up: every employee who sees the idea, as long as it is not closed."""
STORYTELLER = (LEAD | COORDINATOR) & IMPARTIAL & SUBMITTED & OPEN
"""Who publishes and withdraws a good example (A17); never one's own."""
