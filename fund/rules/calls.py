"""Guards of calls: when they take applications, when they can be changed and decided (strategy §4.3, B43-5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fund.models import PHASES, Call, LateRight
from fund.queries import account_of, to_grant, undecided
from fund.states import ApplicationState, CallState, QuestionKind, Stage
from fund.words import moment, sek
from portal.accounts.models import User
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

YEARS_AHEAD = 2
BEFORE_REVIEW = (
    ApplicationState.SUBMITTED,
    ApplicationState.APPROVED,
    ApplicationState.REVISING,
    ApplicationState.SCREENING,
)


def runs_fund(person: Any) -> bool:
    """Fund officers write calls."""
    return bool(standing_of(person).units(Role.FUND_OFFICER))


def call_whole(call: Call) -> Verdict:
    """Before it is announced: it closes in time to come, asks for one budget and one promise, and says what applications are weighed
    by (two queries)."""
    return Verdict(tuple(_lacks(call)))


def _lacks(call: Call) -> Iterator[Reason]:
    if call.closes_at is not None and call.closes_at <= timezone.now():
        yield Reason(_("The call closes before now."), "closes_at")
    yield from _money_lacks(call)
    yield from _phases_lack(call)
    questions = list(call.questions.all())
    if [question.kind for question in questions].count(QuestionKind.BUDGET) != 1:
        yield Reason(_("The form must ask for one budget, and no more than one."))
    if [question.needed for question in questions if question.promise] != [True]:
        yield Reason(
            _(
                "Mark the one question that asks what the project promises, and that must be answered: "
                "the effect is told beside the answer."
            )
        )
    if not call.criteria.exists():
        yield Reason(_("Say what the applications are weighed by: at least one criterion."))


def _money_lacks(call: Call) -> Iterator[Reason]:
    if call.opens_at and call.year and not 0 <= call.year - timezone.localtime(call.opens_at).year <= YEARS_AHEAD:
        yield Reason(_("The money belongs to the year in which the call opens, or to one of the two after it."), "year")
    if call.largest_grant is not None and call.largest_grant < 1:
        yield Reason(_("The largest grant is SEK 1 or more."), "largest_grant")


def _phases_lack(call: Call) -> Iterator[Reason]:
    """The days that are said come after the closing, and none before the one before it; ``call_phases_in_order`` holds it too."""
    last = timezone.localtime(call.closes_at).date() + timedelta(days=1) if call.closes_at else None
    for name in PHASES:
        day = getattr(call, name)
        if day and last and day < last:
            told = {"field": capfirst(call.name_of(name)), "day": date_format(last, "j F Y")}
            yield Reason(_("“%(field)s” is %(day)s at the earliest, after what comes before it.") % told, name)
        last = max(filter(None, (last, day)), default=None)


def still_draft(call: Call) -> Verdict:
    """What the call asks is written freely until it is announced."""
    if call.edition == 0:
        return YES
    return no(_("The call has been announced. Change it on the page for that, so that those who have begun are told."))


def changeable(call: Call) -> Verdict:
    """An announced call is changed until it closes; the trigger ``call_keeps_its_word`` holds that to the second."""
    if call.stage in (Stage.COMING, Stage.OPEN):
        return YES
    return no(_("A call can be changed from when it is announced until it closes."))


def gives_late_rights(call: Call) -> Verdict:
    """Somebody can still be let in: nothing has been decided."""
    if call.state in (CallState.ANNOUNCED, CallState.REVIEWING):
        return YES
    return no(_("Nobody can be let in late now: the call is not announced, or it has been decided."))


def shut(call: Call) -> Verdict:
    """No application is taken any more."""
    if call.stage == Stage.SHUT:
        return YES
    return no(_("The call closes %(when)s.") % {"when": moment(call.closes_at)})


def all_ruled(call: Call) -> Verdict:
    """Every application that was reviewed has an outcome and reasons (one query)."""
    left = undecided(call).filter(ruling__isnull=True).count() + undecided(call).filter(ruling__reason="").count()
    if not left:
        return YES
    return no(
        ngettext(
            "%(number)s application has no outcome with reasons yet.",
            "%(number)s applications have no outcome with reasons yet.",
            left,
        )
        % {"number": left}
    )


def all_screened(call: Call) -> Verdict:
    """No application that was handed in is left on its way to the review, where no decision would reach it (one query)."""
    left = call.applications.filter(state__in=BEFORE_REVIEW).count()
    if not left:
        return YES
    return no(
        ngettext(
            "%(number)s application has not been looked through yet.",
            "%(number)s applications have not been looked through yet.",
            left,
        )
        % {"number": left}
    )


def within_budget(call: Call) -> Verdict:
    """The prepared grants fit in what is free. The ledger holds it too, when they are decided (two queries)."""
    account, wanted = account_of(call), to_grant(call)
    free = account.free if account else 0
    if wanted <= free:
        return YES
    return no(_("The grants come to %(wanted)s, and %(free)s is free.") % {"wanted": sek(wanted), "free": sek(free)})


def all_ended(call: Call) -> Verdict:
    """No application of the call is open (one query)."""
    if not call.applications.filter(opened_at__isnull=False, closed_at=None).exists():
        return YES
    return no(_("There are applications or projects that are still open."))


def late_until(call: Call, person: int | None) -> datetime | None:
    """Until when the person with this id may hand in though the call has closed; None without a right to be late, or when it has run
    out (one query; none unless it has closed and is not decided)."""
    if call.stage not in (Stage.SHUT, Stage.REVIEWING):
        return None
    rights = LateRight.objects.filter(call=call.pk, person=person, until__gt=timezone.now())
    return rights.values_list("until", flat=True).first()


def takes_applications(call: Call, person: User | None) -> Verdict:
    """The call is open at this moment, or the person has been given a right to be late (a query, when it is not open)."""
    stage = call.stage
    if stage == Stage.OPEN:
        return YES
    if stage == Stage.COMING:
        return no(_("The call opens %(when)s.") % {"when": moment(call.opens_at)})
    if person and late_until(call, person.pk):
        return YES
    return no(_("The call closed %(when)s.") % {"when": moment(call.closes_at)})
