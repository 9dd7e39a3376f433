"""Guards of a grant: decided, reported, paid by two people in its year, settled (strategy §4.3, B43-5)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fund.models import Account, Application, Ruling
from fund.models.call import is_promise
from fund.queries import account_of, approvable, approved_reports, left_to_plan, payable
from fund.states import ApplicationState, Outcome, ReportKind
from fund.words import sek
from portal.cases.verdicts import YES, Verdict, no
from portal.cases.workdays import add_months

EFFECT_AFTER = 12
"""Months after the end from which the effect is asked about; there is another month to answer in."""


def all_settled(application: Application) -> Verdict:
    """Nothing of the grant is reserved any more: it is paid, or returned (one query)."""
    account = Account.objects.filter(application=application.pk).first()
    if account is None or not account.reserved:
        return YES
    return no(_("%(reserved)s of the grant is neither paid nor returned.") % {"reserved": sek(account.reserved)})


def report_waits(application: Application) -> Verdict:
    """A report has been handed in and not answered (one query)."""
    waits = application.reports.filter(answered_at=None).exists()
    return YES if waits else no(_("No report waits for an answer."), moot=True)


def report_wanted(application: Application) -> Verdict:
    """There is a report left to hand in, and none waits for an answer (two queries)."""
    if application.reports.filter(answered_at=None).exists():
        return no(_("The last report has not been answered yet."))
    if approved_reports(application).count() < len(ReportKind):
        return YES
    return no(_("All reports are approved."))


def change_free(application: Application) -> Verdict:
    """No request for change waits for an answer (one query)."""
    waits = application.change_requests.filter(answered_at=None).exists()
    return no(_("The last request has not been answered yet.")) if waits else YES


def change_waits(application: Application) -> Verdict:
    """The opposite: there is a request to answer (one query)."""
    return no(_("No request waits for an answer."), moot=True) if change_free(application) else YES


def room_to_plan(application: Application) -> Verdict:
    """Some of the grant has no instalment yet (two queries)."""
    return YES if left_to_plan(application) > 0 else no(_("The whole grant is planned in instalments."))


def something_to_drop(application: Application) -> Verdict:
    """An instalment is planned that nobody has approved for payment (one query)."""
    return (
        YES
        if application.instalments.filter(approved_at=None).exists()
        else no(_("No instalment can be taken away."), moot=True)
    )


def report_approved(application: Application) -> Verdict:
    """Money is paid after an approved report, and not before (one query)."""
    return (
        YES
        if approvable(application).exists()
        else no(_("No instalment has an approved report and waits for approval."), moot=True)
    )


def in_its_year(application: Application) -> Verdict:
    """The money is paid in the year that it belongs to (domain §8). The database holds it too."""
    year = application.call.year
    return YES if timezone.localdate().year == year else no(_("The money belongs to %(year)s.") % {"year": year})


def approved_to_pay(application: Application) -> Verdict:
    """One person has approved a payment, which another makes (one query)."""
    return YES if payable(application).exists() else no(_("No instalment is approved for payment."), moot=True)


def all_paid(application: Application) -> Verdict:
    """Nothing that is approved for payment is left unpaid, as long as it can be paid (one query)."""
    left = in_its_year(application) and payable(application).exists()
    return no(_("An instalment is approved and not paid.")) if left else YES


def something_paid(application: Application) -> Verdict:
    """There is money to pay back (one query)."""
    paid = Account.objects.filter(application=application.pk, paid__gt=0).exists()
    return YES if paid else no(_("Nothing has been paid."), moot=True)


def final_approved(application: Application) -> Verdict:
    """The final report is approved (one query)."""
    found = application.reports.filter(kind=ReportKind.FINAL, approves=True).exists()
    return YES if found else no(_("The final report has not been approved."))


def a_year_on(application: Application) -> Verdict:
    """An effect is told of when there has been time for one."""
    opens = add_months(application.ended_on, EFFECT_AFTER) if application.ended_on else None
    if opens is None or opens <= timezone.localdate():
        return YES
    told = {"day": date_format(opens, "j F Y")}
    return no(_("You are asked about the effect from %(day)s, twelve months after the project ended.") % told)


def promised_in(application: Application) -> str:
    """What was promised in the text that was decided on; what is handed in is never changed (one query)."""
    latest = application.latest
    answers = latest.content["answers"] if latest else []
    return next((one["answer"] for one in answers if is_promise(one) and one["answer"]), "")


def beyond_its_year(application: Application, day: date) -> bool:
    """The day is after the year that the money belongs to, when nothing more can be paid."""
    return bool(application.call.year and day.year > application.call.year)


def enough_free(application: Application) -> Verdict:
    """What the reserve list holds ready fits in what is free (two queries)."""
    account = account_of(application.call)
    wanted, free = application.ruling.amount, account.free if account else 0
    if wanted <= free:
        return YES
    return no(_("The grant comes to %(wanted)s, and %(free)s is free.") % {"wanted": sek(wanted), "free": sek(free)})


def place_free(application: Application, place: int) -> Verdict:
    """No other application of the call has the place on the reserve list; who is no longer weighed keeps none. The trigger
    ``place_of_its_own`` holds it too (one query)."""
    others = Ruling.objects.filter(application__call=application.call_id, outcome=Outcome.RESERVE, rank=place)
    weighed = Q(decided_at__isnull=False) | Q(application__state=ApplicationState.REVIEW)
    if not others.filter(weighed).exclude(application=application.pk).exists():
        return YES
    told = {"place": place}
    return no(_("Place %(place)s on the reserve list is taken by another application.") % told, field="rank")


def ruled(outcomes: Collection[str]) -> Any:
    """A guard: the decision on the call, which is made of all its applications at once, says so of this one (one query,
    none if it has been read)."""

    def decided(application: Application) -> Verdict:
        ruling: Ruling | None = getattr(application, "ruling", None)
        if ruling is None or ruling.decided_at is None or ruling.outcome not in outcomes:
            return no(_("All applications of the call are decided together, on the page of the call."))
        return YES

    return decided
