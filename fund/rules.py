"""Guards of calls and applications, and what counts (strategy §4.3, B43-5)."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fund.models import Account, Application, Approval, Call, ExternalGrant, LateRight, Question, Ruling
from fund.queries import account_of, to_grant, undecided
from fund.states import CallState, QuestionKind, Stage
from fund.words import moment, sek
from portal.accounts.models import User
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.who import nearest_holders, partial_in
from portal.organisation.standing import standing_of
from portal.organisation.states import Role


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
    kinds = [question.kind for question in call.questions.all()]
    if kinds.count(QuestionKind.BUDGET) != 1:
        yield Reason(_("The form must ask for one budget, and no more than one."))
    if not call.criteria.exists():
        yield Reason(_("Say what the applications are weighed by: at least one criterion."))


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
    most, counted = application.call.most_pages, application.pages_version == application.version
    if not counted or application.pages is None or application.pages <= most:
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
    until = sign_until(application.call)
    if timezone.now() <= until:
        return YES
    return no(_("The manager’s answer was due %(when)s.") % {"when": moment(until)})


def sign_until(call: Call) -> datetime:
    closes = call.closes_at or timezone.now()
    return closes + timedelta(days=call.approve_days)


def call_shut(application: Application) -> Verdict:
    """No more is handed in."""
    return YES if application.call.state == CallState.REVIEWING else shut(application.call)


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


def sum_of(rows: list[dict[str, Any]]) -> int:
    """What the rows of a budget add up to, in SEK."""
    return sum(int(row.get("amount") or 0) for row in rows)


# ── External grants ──────────────────────────────────────────────────────────────────────────────────────────────────


def keeps_external(person: Any) -> bool:
    """Fund officers and coordinators write the register of external grants (B61-7). No query, once the standing is read."""
    standing = standing_of(person)
    return bool(standing.units(Role.FUND_OFFICER) or standing.units(Role.COORDINATOR))


def may_accept(grant: ExternalGrant) -> Verdict:
    """The financier has granted it, and somebody has found that it is lawful to take (B61-7: “within the law”). No query."""
    if grant.turned_down_on or grant.accepted_at:
        return no(_("It is already answered."))
    if not grant.granted_on:
        return no(_("The financier has not granted it yet."))
    return YES if grant.lawful else no(_("Nobody has found that it is lawful to take."))
