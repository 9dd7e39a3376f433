"""The people of a call and of an application, by what they do.

Reviewers are not among them: what they read of an application they read through their own review, never through the case, so that no
list, search, file, notice or page of the case can tell them more than that.
"""

from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case
from portal.cases.who import AUTHOR, NONE, OWNER, RECUSED, Who, holder, impartial, told_only
from portal.organisation.standing import Standing
from portal.organisation.states import Role

FUND = holder(Role.FUND_OFFICER)
FUND_OFFICER = replace(impartial(Role.FUND_OFFICER), label=_("the fund officer"))
MANAGER = replace(impartial(Role.MANAGER), label=_("the manager"))
"""Who says that the project may be done and that its results will be looked after; never of their own application."""
PROJECT = replace(AUTHOR, key="project", label=_("the project"))
PROJECT_OWNER = replace(OWNER, key="project_owner", label=_("the project’s owner"))
"""Its authors once it is decided. The step is theirs but not the text, which a state that waits for AUTHOR lets them change."""
REGISTRAR = holder(Role.REGISTRAR)
WRITES_CALL = replace(OWNER & FUND, label=_("the fund officer"))
RUNS = replace(FUND & ~RECUSED, label=_("the fund officer"))

LEDGER = RUNS | (REGISTRAR & ~RECUSED)
"""Who reads the ledger of a call."""


CHANGEABLE = ("draft", "submitted", "approved", "revising")
"""States of an application that its author can change until the call closes: also when it has been handed in."""


def _drafts(call: Case) -> Any:
    return apps.get_model("fund", "Application").objects.filter(call=call.pk, state__in=CHANGEABLE)


def _writing(call: Case) -> Q:
    coauthors = apps.get_model("cases", "CaseGrant").objects.filter(
        content_object__in=_drafts(call).values("pk"), permission__codename="coauthor_case"
    )
    return Q(pk__in=_drafts(call).values("owner")) | Q(pk__in=coauthors.values("user"))


WRITERS = told_only("writers", _("those who write an application"), _writing)
"""Who has begun an application in the call and can still change it, to be told when the call changes."""


def _applied(standing: Standing) -> Q:
    if standing.person_id is None:
        return NONE
    mine = apps.get_model("fund", "Application").objects.filter(call=OuterRef("pk"), owner=standing.person_id)
    return Q(Exists(mine))


APPLICANT = Who(
    "applicant", _("those who have applied"), _applied, lambda call: Q(pk__in=_drafts(call).values("owner"))
)
"""Who has an application in the call, begun or handed in: sees the call also when it is closed to others."""
