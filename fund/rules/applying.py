"""Guards of an application, from the hand-in to the review: whole, signed, in time (strategy §4.3, B43-5)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from fund.attached import attached
from fund.models import MANAGER, Application, Approval, Call, Question, Submission
from fund.rules.calls import shut, takes_applications
from fund.rules.counting import backwards_rows, half_rows, sum_of, words_in
from fund.states import QuestionKind, Stage
from fund.words import moment, sek
from portal.accounts.models import User
from portal.cases.verdicts import YES, Reason, Verdict, no

RUSH = timedelta(minutes=5)


def has_manager(application: Application) -> Verdict:
    """An application must not wait for nobody: somebody else than its authors is manager at its unit or above (one query)."""
    if User.objects.filter(MANAGER.people(application)).exists():
        return YES
    return no(
        _("No manager is appointed for %(unit)s who can approve the application. Ask the fund officer.")
        % {"unit": application.unit}
    )


def call_takes(application: Application) -> Verdict:
    return takes_applications(application.call, application.owner)


def works_here(application: Application) -> Verdict:
    """Who has left the Region since they began it hands nothing in. No query."""
    if application.owner is not None and application.owner.is_employee:
        return YES
    return no(_("Those who work in the Region, or for it by agreement, apply to the fund."))


def kind_taken(application: Application) -> Verdict:
    """The call takes such projects; what is not said yet is missing elsewhere. The trigger ``submission_of_its_call`` holds it too."""
    wanted = application.value_of("project")
    if not wanted or wanted in dict(application.call.kinds):
        return YES
    kinds = ", ".join(str(label) for _value, label in application.call.kinds)
    return no(_("This call takes: %(kinds)s.") % {"kinds": kinds}, field="project")


def answered(application: Application) -> Verdict:
    """What the call asks is answered, no text is longer than it may be, and the budget keeps within the largest grant (one query, and one
    for each question that a file answers)."""
    return Verdict(tuple(_unanswered(application)))


def _unanswered(application: Application) -> Iterator[Reason]:
    for question in application.questions:
        answer = application.value_of(question.field)
        if question.needed and (lack := _lacking(question, answer)):
            yield Reason(lack, question.field)
        elif question.most_words and (words := words_in(answer or "")) > question.most_words:
            told = {"question": question.label, "words": words, "most": question.most_words}
            yield Reason(_("“%(question)s” has %(words)s words, and %(most)s are read.") % told, question.field)
        elif question.kind == QuestionKind.CHOICE and answer and answer not in question.choices:
            yield Reason(
                _("“%(question)s” has other answers to choose from now.") % {"question": question.label}, question.field
            )
        elif question.kind == QuestionKind.FILE and answer and not _still_attached(application, answer):
            told = {"question": question.label}
            yield Reason(_("“%(question)s”: the file has been taken away. Choose another.") % told, question.field)
        elif wrong := list(_wrong_rows(question, answer)):
            yield from wrong
        elif question.kind == QuestionKind.BUDGET:
            yield from _budget(application, question, sum_of(answer or []))


def _still_attached(application: Application, answer: dict[str, Any]) -> bool:
    return any(file["sha256"] == answer["sha256"] for file in attached(application))


def _lacking(question: Question, answer: Any) -> str:
    """What a needed answer lacks; nothing where it is given. A no where only yes will do is not missing, it is wrong."""
    told = {"question": question.label}
    if question.kind == QuestionKind.YES and answer is False:
        return _("“%(question)s” must be answered with yes.") % told
    return _("“%(question)s” is missing.") % told if answer in (None, "", []) else ""


def _wrong_rows(question: Question, answer: Any) -> Iterator[Reason]:
    """Every row of a table that is half, or ends before it begins."""
    for row in half_rows(question.kind, answer):
        told = {"question": question.label, "row": row}
        yield Reason(_("“%(question)s”: row %(row)s is not whole.") % told, question.field)
    for row in backwards_rows(answer) if question.kind == QuestionKind.TIMETABLE else ():
        told = {"question": question.label, "row": row}
        yield Reason(_("“%(question)s”: row %(row)s ends before it begins.") % told, question.field)


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


def pages_counted(application: Application) -> Verdict:
    """What was handed in has been printed: that is done when the call has closed, at the latest."""
    return YES if application.counted else no(_("The pages have not been counted yet. Try again in a minute."))


def in_rush(call: Call) -> bool:
    """The call closes within minutes. Later hand-ins, by a right to be late, are few."""
    return call.closes_at is not None and timedelta() <= call.closes_at - timezone.now() < RUSH


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
