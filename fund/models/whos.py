"""The people of a call and of an application, by what they do.

Reviewers are not among them: what they read of an application they read through their own review, never through the case, so that no
list, search, file, notice or page of the case can tell them more than that.
"""

from dataclasses import replace
from functools import reduce
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case
from portal.cases.who import (
    AUTHOR,
    NONE,
    OWNER,
    RECUSED,
    REGISTRAR,
    Who,
    both,
    either,
    holder,
    impartial,
    nearest_holders,
    neither,
    partial_in,
    these,
    told_only,
)
from portal.organisation.standing import Standing
from portal.organisation.states import Role


def _rows(name: str, **conditions: Any) -> Any:
    return apps.get_model("fund", name).objects.filter(**conditions)


def _of(name: str, **conditions: Any) -> Q:
    """Applications with such a row."""
    return Q(pk__in=_rows(name, **conditions).values("application"))


WROTE = Who(
    "wrote",
    "",
    lambda standing: _of("Submission", writers__contains=[standing.person_id]) | _of("Report", by=standing.person_id),
    lambda case: (
        Q(pk__in=_rows("Submission", application=case.pk).values(person=Func("writers", function="unnest")))
        | Q(pk__in=_rows("Report", application=case.pk).values("by"))
    ),
)
"""Who wrote an application when it was handed in, or has handed in a report of its project, also when they have left it since."""
SIGNED = Who(
    "signed",
    "",
    lambda standing: Q(pk__in=_rows("Approval", by=standing.person_id).values("submission__application")),
    lambda case: Q(pk__in=_rows("Approval", submission__application=case.pk).values("by")),
)
"""Who has said yes or no to an application as its manager, and so does not weigh it as well."""


def called(person: Any) -> Func:
    """What the person with this id may be called in a table of participants, in small letters: their name, user name and e-mail."""
    return Func(person, function="called", output_field=ArrayField(TextField()))


TAKES_PART = Who(
    "takes_part",
    "",
    lambda standing: _of("Submission", named__overlap=called(Value(standing.person_id, BigIntegerField()))),
    lambda case: Q(Exists(_rows("Submission", application=case.pk, named__overlap=called(OuterRef("pk"))))),
)
"""Who is named among the participants of anything that was handed in of an application. The database asks the same of experts
(``review_of_stranger``)."""
_READING = Q(conflict=True) | Q(application__state="review")
READERS = Who(
    "readers",
    "",
    lambda standing: Q(
        pk__in=_rows("Review", reviewer__person=standing.person_id, asked_at__isnull=False)
        .filter(_READING)
        .values("application")
    ),
    lambda case: Q(
        pk__in=_rows("Review", application=case.pk, asked_at__isnull=False).filter(_READING).values("reviewer__person")
    ),
)
"""Who is asked to read an application as an expert, while it is reviewed, or has declared a conflict of interest in it, for good. Gives no
right; whatever office they have or get, they read nothing of it beside their review."""


def _apart(role: Role, label: Any, *whos: Who) -> Who:
    """``impartial``, without some people more. Where they are the nearest, it is for those above."""
    plain = impartial(role)

    def cases(standing: Standing) -> Q:
        return reduce(both, (neither(who.cases(standing)) for who in whos), plain.cases(standing))

    def told(case: Case) -> Q:
        without = reduce(either, (who.told(case) for who in whos), partial_in(case))
        return these(nearest_holders(case, role, without=without))

    return replace(plain, label=label, cases=cases, told=told)


FUND = holder(Role.FUND_OFFICER)
FUND_OFFICER = _apart(Role.FUND_OFFICER, _("the fund officer"), WROTE, SIGNED, TAKES_PART, READERS)
MANAGER = _apart(Role.MANAGER, _("the manager"), WROTE, READERS)
"""Who says that the project may be done and that its results will be looked after; never of their own application."""
PROJECT = replace(AUTHOR, key="project", label=_("the project"))
PROJECT_OWNER = replace(OWNER, key="project_owner", label=_("the project’s owner"))
"""Its authors once it is decided. The step is theirs but not the text, which a state that waits for AUTHOR lets them change."""
KEEPS_DIARY = REGISTRAR & ~READERS
"""The registrar of an application."""
WRITES_CALL = replace(OWNER & FUND, label=_("the fund officer"))
RUNS = replace(FUND & ~RECUSED, label=_("the fund officer"))

LEDGER = RUNS | REGISTRAR | holder(Role.CONTROLLER)
"""Who reads the ledger of a call: those who run it, and those who look after the diary and the economy at its unit or above."""


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
