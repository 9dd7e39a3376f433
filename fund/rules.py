"""Guards of calls and applications, and what counts (strategy §4.3, B43-5)."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fund.models import Account, Application, Approval, Call, LateRight, Question, Ruling, Submission
from fund.queries import account_of, approvable, approved_reports, left_to_plan, payable, to_grant, undecided
from fund.states import CallState, Cost, QuestionKind, ReportKind, Stage
from fund.words import moment, sek, sek_of
from portal.accounts.models import User
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.who import nearest_holders, partial_in
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

YEARS_AHEAD = 2


def runs_fund(person: Any) -> bool:
    """Fund officers write calls."""
    return bool(standing_of(person).units(Role.FUND_OFFICER))


# ── The call ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def call_whole(call: Call) -> Verdict:
    """Before it is announced: it closes in time to come, asks for one budget, and says what applications are weighed by (two queries)."""
    return Verdict(tuple(_lacks(call)))


def _lacks(call: Call) -> Iterator[Reason]:
    if call.closes_at is not None and call.closes_at <= timezone.now():
        yield Reason(_("The call closes before now."), "closes_at")
    yield from _money_lacks(call)
    questions = list(call.questions.all())
    if [question.kind for question in questions].count(QuestionKind.BUDGET) != 1:
        yield Reason(_("The form must ask for one budget, and no more than one."))
    if not call.criteria.exists():
        yield Reason(_("Say what the applications are weighed by: at least one criterion."))


def _money_lacks(call: Call) -> Iterator[Reason]:
    if call.opens_at and call.year and not 0 <= call.year - timezone.localtime(call.opens_at).year <= YEARS_AHEAD:
        yield Reason(_("The money belongs to the year in which the call opens, or to one of the two after it."), "year")
    if call.largest_grant is not None and call.largest_grant < 1:
        yield Reason(_("The largest grant is SEK 1 or more."), "largest_grant")


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


# ── The application ──────────────────────────────────────────────────────────────────────────────────────────────────


def takes_applications(call: Call, person: User | None) -> Verdict:
    """The call is open at this moment, or the person has been given a right to be late (a query, when it is not open)."""
    stage = call.stage
    if stage == Stage.OPEN:
        return YES
    if stage == Stage.COMING:
        return no(_("The call opens %(when)s.") % {"when": moment(call.opens_at)})
    late = person and LateRight.objects.filter(call=call.pk, person=person.pk, until__gt=timezone.now()).exists()
    if stage in (Stage.SHUT, Stage.REVIEWING) and late:
        return YES
    return no(_("The call closed %(when)s.") % {"when": moment(call.closes_at)})


def has_manager(application: Application) -> Verdict:
    """An application must not wait for nobody: somebody else than its authors is manager at its unit or above (one query)."""
    if nearest_holders(application, Role.MANAGER, without=partial_in(application)):
        return YES
    return no(
        _("No manager is appointed for %(unit)s who can approve the application. Ask the fund officer.")
        % {"unit": application.unit}
    )


def call_takes(application: Application) -> Verdict:
    return takes_applications(application.call, application.owner)


def answered(application: Application) -> Verdict:
    """What the call asks is answered, no text is longer than it may be, and the budget keeps within the largest grant (one query)."""
    return Verdict(tuple(_unanswered(application)))


def _unanswered(application: Application) -> Iterator[Reason]:
    for question in application.questions():
        answer = application.value_of(question.field)
        if question.needed and (answer in (None, "", []) or (question.kind == QuestionKind.YES and answer is not True)):
            yield Reason(_("“%(question)s” is missing.") % {"question": question.label}, question.field)
        elif question.most_words and (words := words_in(answer or "")) > question.most_words:
            told = {"question": question.label, "words": words, "most": question.most_words}
            yield Reason(_("“%(question)s” has %(words)s words, and %(most)s are read.") % told, question.field)
        elif question.kind == QuestionKind.CHOICE and answer and answer not in question.choices:
            yield Reason(
                _("“%(question)s” has other answers to choose from now.") % {"question": question.label}, question.field
            )
        elif half := half_row(question.kind, answer):
            yield Reason(
                _("“%(question)s”: row %(row)s is not whole.") % {"question": question.label, "row": half},
                question.field,
            )
        elif question.kind == QuestionKind.BUDGET:
            yield from _budget(application, question, sum_of(answer or []))


def _budget(application: Application, question: Question, total: int) -> Iterator[Reason]:
    largest = application.call.largest_grant or 0
    if total < 1:
        yield Reason(_("The budget comes to nothing."), question.field)
    elif total > largest:
        told = {"total": sek(total), "largest": sek(largest)}
        yield Reason(_("You ask for %(total)s, and the largest grant is %(largest)s.") % told, question.field)


def within_pages(application: Application) -> Verdict:
    """The text is not longer than the call allows, as far as it has been counted."""
    most = application.call.most_pages
    if not application.counted or application.pages is None or application.pages <= most:
        return YES
    told = {"pages": application.pages, "most": most}
    return no(_("The application has %(pages)s pages as it is printed, and %(most)s are read.") % told)


def signature(application: Application) -> Approval | None:
    """The manager’s answer to what was handed in last (two queries)."""
    return Approval.objects.filter(submission=application.latest).first()


def unsigned(application: Application) -> Verdict:
    """Nobody has said yes or no to what was handed in last."""
    return no(_("The manager has already answered.")) if signature(application) else YES


def signed(application: Application) -> Verdict:
    """The manager has said yes to what was handed in last."""
    found = signature(application)
    if found is None:
        return no(_("The manager has not approved the application."))
    return YES if found.approves else no(_("The manager has said no: %(words)s") % {"words": found.words})


def time_to_sign(application: Application) -> Verdict:
    """The manager’s answer is taken until some days after the closing."""
    until = sign_until(application.call, application.latest)
    if timezone.now() <= until:
        return YES
    return no(_("The manager’s answer was due %(when)s.") % {"when": moment(until)})


def sign_until(call: Call, submission: Submission | None = None) -> datetime:
    """Some days after the closing; from the hand-in, for who had a right to be late."""
    closes = call.closes_at or timezone.now()
    return max(closes, submission.at if submission else closes) + timedelta(days=call.approve_days)


def call_shut(application: Application) -> Verdict:
    """No more is handed in: neither by everyone, nor by this applicant with a right to be late."""
    call = application.call
    if not call_takes(application):
        return YES
    return (
        shut(call) if call.stage == Stage.OPEN else no(_("The author has a right to be late, which has not run out."))
    )


def receivable(application: Application) -> Verdict:
    """The call has closed, and the manager has answered or has no time left to."""
    waits = signature(application) is None and time_to_sign(application)
    return call_shut(application) & (no(_("The manager has not answered yet.")) if waits else YES)


def all_settled(application: Application) -> Verdict:
    """Nothing of the grant is reserved any more: it is paid, or returned (one query)."""
    account = Account.objects.filter(application=application.pk).first()
    if account is None or not account.reserved:
        return YES
    return no(_("%(reserved)s of the grant is neither paid nor returned.") % {"reserved": sek(account.reserved)})


def report_waits(application: Application) -> Verdict:
    """A report has been handed in and not answered (one query)."""
    waits = application.reports.filter(answered_at=None).exists()
    return YES if waits else no(_("No report waits for an answer."))


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
    return no(_("No request waits for an answer.")) if change_free(application) else YES


def room_to_plan(application: Application) -> Verdict:
    """Some of the grant has no instalment yet (two queries)."""
    return YES if left_to_plan(application) > 0 else no(_("The whole grant is planned in instalments."))


def something_to_drop(application: Application) -> Verdict:
    """An instalment is planned that nobody has approved for payment (one query)."""
    return (
        YES if application.instalments.filter(approved_at=None).exists() else no(_("No instalment can be taken away."))
    )


def report_approved(application: Application) -> Verdict:
    """Money is paid after an approved report, and not before (one query)."""
    return (
        YES
        if approvable(application).exists()
        else no(_("No instalment has an approved report and waits for approval."))
    )


def in_its_year(application: Application) -> Verdict:
    """The money is paid in the year that it belongs to (domain §8). The database holds it too."""
    year = application.call.year
    return YES if timezone.localdate().year == year else no(_("The money belongs to %(year)s.") % {"year": year})


def approved_to_pay(application: Application) -> Verdict:
    """One person has approved a payment, which another makes (one query)."""
    return YES if payable(application).exists() else no(_("No instalment is approved for payment."))


def all_paid(application: Application) -> Verdict:
    """Nothing that is approved for payment is left unpaid, as long as it can be paid (one query)."""
    left = in_its_year(application) and payable(application).exists()
    return no(_("An instalment is approved and not paid.")) if left else YES


def something_paid(application: Application) -> Verdict:
    """There is money to pay back (one query)."""
    paid = Account.objects.filter(application=application.pk, paid__gt=0).exists()
    return YES if paid else no(_("Nothing has been paid."))


def final_approved(application: Application) -> Verdict:
    """The final report is approved (one query)."""
    found = application.reports.filter(kind=ReportKind.FINAL, approves=True).exists()
    return YES if found else no(_("The final report has not been approved."))


def enough_free(application: Application) -> Verdict:
    """What the reserve list holds ready fits in what is free (two queries)."""
    account = account_of(application.call)
    wanted, free = application.ruling.amount, account.free if account else 0
    if wanted <= free:
        return YES
    return no(_("The grant comes to %(wanted)s, and %(free)s is free.") % {"wanted": sek(wanted), "free": sek(free)})


def ruled(outcomes: Collection[str]) -> Any:
    """A guard: the decision on the call, which is made of all its applications at once, says so of this one (one query)."""

    def decided(application: Application) -> Verdict:
        ruling = Ruling.objects.filter(application=application.pk, decided_at__isnull=False).first()
        if ruling is None or ruling.outcome not in outcomes:
            return no(_("All applications of the call are decided together, on the page of the call."))
        return YES

    return decided


# ── What counts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def words_in(text: str) -> int:
    """As a reader counts: what stands between spaces and line breaks."""
    return len(text.split())


WHOLE = {
    QuestionKind.BUDGET: ("what", "kind", "amount"),
    QuestionKind.TIMETABLE: ("what", "ends"),
    QuestionKind.PARTICIPANTS: ("name", "role"),
}
"""What a row must have before it is handed in. A draft is kept as it is."""


def half_row(kind: str, rows: Any) -> int | None:
    """The number of the first row that lacks something; None if all are whole, or the answer is no table."""
    needed = WHOLE.get(QuestionKind(kind), ())
    return (
        next((at for at, row in enumerate(rows or (), 1) if any(row.get(name) in (None, "") for name in needed)), None)
        if needed
        else None
    )


def sum_of(rows: list[dict[str, Any]]) -> int:
    """What the rows of a budget add up to, in SEK."""
    return sum(int(row.get("amount") or 0) for row in rows)


def sum_of_consultants(rows: list[dict[str, Any]]) -> int:
    """What of a budget goes to consultants, in SEK (A15)."""
    return sum_of([row for row in rows if row.get("kind") == Cost.CONSULTANT])


def sums(total: str, consultants: str) -> str:
    """What a budget comes to, in a sentence; numbers as they are to be shown."""
    told = {"total": sek_of(total), "consultants": sek_of(consultants)}
    return _("Together %(total)s, of which consultants %(consultants)s.") % told


def sums_of(rows: list[dict[str, Any]]) -> str:
    return sums(*(number_format(number, force_grouping=True) for number in (sum_of(rows), sum_of_consultants(rows))))
