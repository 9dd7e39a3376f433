"""Who takes part in a disclosure, besides those of all kinds."""

from dataclasses import replace

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case, CaseGrant, CaseLink
from portal.cases.states import Relation
from portal.cases.who import (
    AUTHOR,
    Who,
    either,
    holder,
    impartial,
    nearest_holders,
    partial_in,
    these,
    told_only,
)
from portal.organisation.standing import Standing
from portal.organisation.states import Role

RIGHTS = holder(Role.RIGHTS_REVIEWER)


def _contributed(standing: Standing) -> Q:
    rows = apps.get_model("rights", "Contributor").objects.filter(disclosure=OuterRef("pk"), person=standing.person_id)
    return Q(Exists(rows))


def _contributors(case: Case) -> Q:
    rows = apps.get_model("rights", "Contributor").objects.filter(disclosure=case.pk, person__isnull=False)
    return Q(pk__in=rows.values("person"))


def _origins() -> QuerySet[CaseLink]:
    return CaseLink.objects.filter(relation=Relation.LED_TO, undone_at=None)


def _wrote_its_origin(standing: Standing) -> Q:
    theirs = Case.objects.filter(AUTHOR.cases(standing)).values("pk")
    return Q(Exists(_origins().filter(target=OuterRef("pk"), source__in=theirs)))


def _writers_of_its_origin(case: Case) -> Q:
    origins = _origins().filter(target=case.pk).values("source")
    named = CaseGrant.objects.filter(content_object__in=origins, permission__codename="coauthor_case")
    owners = Case.objects.filter(pk__in=origins, owner__isnull=False)
    return Q(pk__in=owners.values("owner")) | Q(pk__in=named.values("user"))


def _unbarred(case: Case) -> Q:
    """The nearest of those who are left, so that it goes to somebody above where all at the unit have a part in it."""
    barred = either(partial_in(case), either(_contributors(case), _writers_of_its_origin(case)))
    return these(nearest_holders(case, Role.RIGHTS_REVIEWER, without=barred))


CONTRIBUTOR = Who("contributor", _("those who contributed"), _contributed, _contributors)
ORIGINATOR = Who("originator", _("those who wrote what it came from"), _wrote_its_origin, _writers_of_its_origin)
"""Authors of the idea, or of another case, that led to the disclosure: what they wrote is what is disclosed."""
UNINVOLVED = ~CONTRIBUTOR & ~ORIGINATOR
"""Everyone with no part in what is disclosed; used to narrow another Who with ``&``."""
REVIEWER = replace(
    impartial(Role.RIGHTS_REVIEWER) & UNINVOLVED,
    key="rights_assessor",
    label=_("the rights reviewer"),
    told=_unbarred,
)
"""Never someone who contributed or wrote what it came from, also where they do not write the case itself (FL 2017:900 16–18 §§)."""


COMPENSATED = told_only(
    "compensated",
    _("the one who is compensated"),
    lambda case: these([person] if (person := getattr(case, "compensated", None)) else []),
)
"""Nobody else is told what one of them is paid."""
