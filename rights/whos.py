"""Who takes part in a disclosure, besides those of all kinds."""

from dataclasses import replace

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case
from portal.cases.who import Who, either, holder, impartial, nearest_holders, partial_in, these, told_only
from portal.organisation.standing import Standing
from portal.organisation.states import Role

RIGHTS = holder(Role.RIGHTS_REVIEWER)


def _contributed(standing: Standing) -> Q:
    rows = apps.get_model("rights", "Contributor").objects.filter(disclosure=OuterRef("pk"), person=standing.person_id)
    return Q(Exists(rows))


def _contributors(case: Case) -> Q:
    rows = apps.get_model("rights", "Contributor").objects.filter(disclosure=case.pk, person__isnull=False)
    return Q(pk__in=rows.values("person"))


def _unbarred(case: Case) -> Q:
    """The nearest of those who are left, so that it goes to somebody above where all at the unit have a part in it."""
    barred = either(partial_in(case), _contributors(case))
    return these(nearest_holders(case, Role.RIGHTS_REVIEWER, without=barred))


CONTRIBUTOR = Who("contributor", _("those who contributed"), _contributed, _contributors)
REVIEWER = replace(
    impartial(Role.RIGHTS_REVIEWER) & ~CONTRIBUTOR,
    key="rights_assessor",
    label=_("the rights reviewer"),
    told=_unbarred,
)
"""Never someone who contributed, also where they no longer write the case with its author (FL 2017:900 16–18 §§)."""


COMPENSATED = told_only(
    "compensated",
    _("the one who is compensated"),
    lambda case: these([person] if (person := getattr(case, "compensated", None)) else []),
)
"""Nobody else is told what one of them is paid."""
