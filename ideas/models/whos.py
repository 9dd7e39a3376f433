"""The people of an idea and of a suggestion, by what they do."""

from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ideas.states import IdeaState
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
    either,
    holder,
    holders_at,
    impartial,
    named,
    office,
    partial_in,
    these,
    told_only,
)
from portal.organisation.standing import Standing
from portal.organisation.states import Role

LEAD = holder(Role.INNOVATION_LEAD)
MANAGER = holder(Role.MANAGER)
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
    return both(ASSESSOR.told(case), Q(pk__in=_unsubmitted().filter(idea=case.pk).values("assessor")))


def _unsubmitted() -> QuerySet[Any]:
    return apps.get_model("ideas", "Assessment").objects.filter(submitted_at__isnull=True)


PENDING_ASSESSOR = Who("pending_assessor", _("those named to assess"), _to_assess, _asked_to_assess)
"""Assessors who have not yet submitted their scores."""


def joined_to(idea: int) -> QuerySet[Any]:
    """Ids of the ideas that go on together with this one."""
    ties = apps.get_model("cases", "CaseLink").objects.filter(relation=Relation.JOINED, undone_at=None)
    return ties.filter(target=idea, source__kind="idea").values("source")


_FOLLOWING = """
    SELECT * FROM (
    WITH family AS (
        SELECT %s AS idea, false AS joined
        UNION ALL
        SELECT tie.source_id, true FROM cases_caselink tie JOIN cases_case joined ON joined.id = tie.source_id
        WHERE tie.relation = %s AND tie.undone_at IS NULL AND tie.target_id = %s AND joined.kind = 'idea'
    )
    SELECT follow.person_id FROM ideas_follow follow JOIN family ON family.idea = follow.idea_id
    UNION
    SELECT owned.owner_id FROM cases_case owned JOIN family ON family.idea = owned.id AND family.joined
    WHERE owned.owner_id IS NOT NULL
    UNION
    SELECT named.user_id FROM cases_casegrant named JOIN family ON family.idea = named.content_object_id AND family.joined
    JOIN auth_permission permission ON permission.id = named.permission_id AND permission.codename = 'coauthor_case'
    ) people
"""


def _following(case: Case) -> Q:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWING, [case.pk, Relation.JOINED, case.pk])
        return these(person for (person,) in cursor.fetchall())


FOLLOWER = told_only("follower", _("those who follow the idea"), _following)
"""To be told, and nothing else: those who follow the idea or one that goes on together with it, and the authors of such.

To follow an idea gives no right to see it.
"""
COLLEAGUE = EMPLOYEE & SUBMITTED & UNRESTRICTED
"""Those who may support, follow, comment and take up: every employee who sees the idea, as long as it is not closed."""
STORYTELLER = (LEAD | COORDINATOR) & IMPARTIAL & SUBMITTED & OPEN
"""Who publishes and withdraws a good example (A17); never one's own."""


# ── Host placement ───────────────────────────────────────────────────────────────────────────────────────────────────

PLACER = replace(
    DECIDER | (COORDINATOR & IMPARTIAL & UNRESTRICTED),
    label=_("the innovation lead, the manager or the coordinator"),
)
"""Who compares units and asks them: those who decide on the idea, and who co-ordinates the whole Region (B5-4)."""


def _open_rounds() -> QuerySet[Any]:
    return apps.get_model("ideas", "Placement").objects.filter(ended_at__isnull=True)


def _asked_now() -> QuerySet[Any]:
    return apps.get_model("ideas", "Candidate").objects.filter(asked_at__isnull=False, answer="")


def _of_asked_units(standing: Standing) -> Q:
    units = standing.units(Role.INNOVATION_LEAD) | standing.units(Role.MANAGER)
    if not units:
        return NONE
    theirs = _asked_now().filter(placement__idea=OuterRef("pk"), unit__in=units)
    return both(
        Q(state=IdeaState.PLACING) & Q(Exists(theirs)), both(IMPARTIAL.cases(standing), UNRESTRICTED.cases(standing))
    )


def _answering_for_asked(case: Case) -> Q:
    asked = [candidate.unit for candidate in _asked_now().filter(placement__idea=case.pk).select_related("unit")]
    without = partial_in(case)
    roles = (Role.INNOVATION_LEAD, Role.MANAGER)
    return these({person for unit in asked for role in roles for person in holders_at(unit, role, without=without)})


ASKED_TO_HOST = Who(
    "asked_to_host",
    _("the innovation lead or the manager of the unit that is asked"),
    _of_asked_units,
    _answering_for_asked,
)
"""Who answers for the unit that is asked to host the idea now."""


def _seeking(standing: Standing) -> Q:
    return Q(Exists(_open_rounds().filter(idea=OuterRef("pk"), asked_by=standing.person_id)))


def _last_round(case: Case) -> QuerySet[Any]:
    return apps.get_model("ideas", "Placement").objects.filter(idea=case.pk).order_by("-pk")[:1]


def _named_in(rounds: QuerySet[Any]) -> QuerySet[Any]:
    people: Any = apps.get_model("ideas", "Placement")._meta.get_field("people")
    named: QuerySet[Any] = people.remote_field.through.objects.filter(placement__in=rounds.values("pk")).values("user")
    return named


SEEKER = Who(
    "seeker",
    _("whoever asked the unit"),
    _seeking,
    lambda case: Q(pk__in=_last_round(case).values("asked_by")),
)
"""Who asked last."""
TAKES_PART = told_only(
    "takes_part",
    _("those who take part"),
    lambda case: Q(pk__in=_named_in(_last_round(case))),
)


def _to_place(standing: Standing) -> Q:
    nobody_asked = Q(~Exists(_asked_now().filter(placement__idea=OuterRef("pk"))))
    seeking = either(DECIDER.cases(standing), SEEKER.cases(standing))
    return either(ASKED_TO_HOST.cases(standing), both(seeking, nobody_asked))


def _told_to_place(case: Case) -> Q:
    asked = _asked_now().filter(placement__idea=case.pk).exists()
    return ASKED_TO_HOST.told(case) if asked else either(DECIDER.told(case), SEEKER.told(case))


LEFT_TO_PLACE = told_only(
    "left_to_place",
    _("whoever goes on when no unit is left to ask"),
    lambda case: NONE if _asked_now().filter(placement__idea=case.pk).exists() else DECIDER.told(case),
)
"""Those who decide on the idea, when all units have said no. The next unit that is asked is told that it is, and not of the one before."""
PLACING = Who("placing", _("the unit that is asked, or whoever asked"), _to_place, _told_to_place)
"""Whose turn it is: the unit that is asked; when all have said no, those who asked them."""
