"""What is taken out of the fund: a whole call as a spreadsheet, and one application with its way as a PDF for the auditor."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fund.models import (
    FUND_OFFICER,
    Application,
    Approval,
    Call,
    Consensus,
    Criterion,
    Entry,
    Instalment,
    Report,
    Review,
    Ruling,
    Submission,
)
from fund.states import Cost, Purpose
from portal.accounts.models import User
from portal.cases.exporting import Contents
from portal.cases.rules import Part
from portal.paper.record import Fact, record_pdf
from portal.paper.tables import Column, Kind, Table

Rows = Iterator[list[Any]]
CHUNK = 500


# ── The dossier ──────────────────────────────────────────────────────────────────────────────────────────────────────


def dossier_pdf(application: Application, part: Part) -> bytes:
    """What was handed in, word for word, the approvals, what the experts and the panel said, the decision, the ledger's lines, and the
    history with its hashes.

    As much as the asker may read: that is the rule of a case that is taken out. About a second.
    """
    contents = Contents(application, internal=part.reads_internal, documents=part.audiences, messages=part.messages_to)
    record = contents.record()
    return record_pdf(replace(record, facts=[*record.facts, *_handed_in(application), *_weighed(application, part)]))


def _handed_in(application: Application) -> Iterator[Fact]:
    for row in application.submissions.order_by("number"):
        place = _("Handed in, number %(number)s") % {"number": row.number}
        yield Fact(place, f"SHA-256 {row.sha256}")
        yield from (Fact(f"{place}: {one['label']}", in_words(one["answer"])) for one in row.content["answers"])


def _weighed(application: Application, part: Part) -> Iterator[Fact]:
    """The reviews and the panel's word (at most five queries). Fund officers read who said what, as on their pages; a registrar reads it
    when it has been decided, the experts by number and without what their conflict of interest was."""
    named = part.handler
    if not named and not Ruling.objects.filter(application=application.pk, decided_at__isnull=False).exists():
        return
    asked = Review.objects.filter(application=application.pk, asked_at__isnull=False).order_by("pk")
    reviews = asked.select_related("reviewer__person").prefetch_related("scores__criterion")
    for number, review in enumerate(reviews, 1):
        expert = str(review.reviewer) if named else str(number)
        yield Fact(_("Expert: %(expert)s") % {"expert": expert}, "\n".join(_said(review, whole=named)))
    criteria = {row.key: row.name for row in Criterion.objects.filter(call=application.call_id)}
    for row in Consensus.objects.filter(application=application.pk).order_by("number"):
        points = (f"{criteria.get(key, key)}: {given}" for key, given in row.points.items())
        place = _("The panel’s word, %(day)s") % {"day": _day(row.at)}
        yield Fact(place, "\n".join((row.text, *points)))


def _said(review: Review, *, whole: bool) -> Iterator[str]:
    """What an expert declared and, when it has been submitted, said."""
    if review.declared_at is None:
        yield _("Asked %(day)s, and has not declared whether there is a conflict of interest.") % {
            "day": _day(review.asked_at)
        }
        return
    told = (
        _("Conflict of interest, declared %(day)s.")
        if review.conflict
        else _("No conflict of interest, declared %(day)s.")
    )
    yield told % {"day": _day(review.declared_at)}
    if review.conflict and whole:
        yield review.conflict_why
    if review.submitted_at:
        yield _("Submitted %(day)s.") % {"day": _day(review.submitted_at)}
        scores = sorted(review.scores.all(), key=lambda score: score.criterion.position)
        yield from (f"{one.criterion.name}: {one.in_words}. {one.comment}".strip() for one in scores)
        yield from filter(None, (_("Abstains") if review.abstained else "", review.comment))


def _day(at: Any) -> str:
    return f"{localtime(at):%Y-%m-%d}"


def in_words(answer: Any) -> str:
    """An answer as one text: the rows of a table line by line."""
    if isinstance(answer, list):
        return "\n".join(
            ", ".join(_cell(name, value) for name, value in row.items() if value not in (None, "")) for row in answer
        )
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    return "" if answer is None else str(answer)


def _cell(name: str, value: Any) -> str:
    return str(Cost(value).label) if name == "kind" and value in Cost else str(value)


# ── The spreadsheet ──────────────────────────────────────────────────────────────────────────────────────────────────


def call_sheets(call: Call, person: User) -> list[tuple[str, Table]]:
    """Everything of a call that the person may see, a sheet for each sort of thing. One query a sheet, and the rows as they are read."""
    seen = Application.objects.visible_to(person).filter(call=call.pk, opened_at__isnull=False)
    return [
        _sheet(_("Applications"), _APPLICATION, _applications(seen)),
        _sheet(_("Answers"), _ANSWER, _answers(seen)),
        _sheet(_("Handed in"), _SUBMISSION, _submissions(seen)),
        _sheet(_("Approvals"), _APPROVAL, _approvals(seen)),
        _sheet(_("Decisions"), _RULING, _rulings(seen, seen.filter(FUND_OFFICER(person)))),
        _sheet(_("Instalments"), _INSTALMENT, _instalments(seen)),
        _sheet(_("Reports"), _REPORT, _reports(seen)),
        _sheet(_("Ledger"), _ENTRY, _entries(call, seen)),
    ]


def _sheet(name: str, columns: dict[str, Kind], rows: Rows) -> tuple[str, Table]:
    return name, Table(name, [Column(_(label), kind) for label, kind in columns.items()], rows)


_NUMBER = gettext_noop("Diary number")
_APPLICATION = {
    _NUMBER: Kind.TEXT, gettext_noop("Title"): Kind.TEXT, gettext_noop("Unit"): Kind.TEXT, gettext_noop("Author"): Kind.TEXT,
    gettext_noop("State"): Kind.TEXT, gettext_noop("What the money is for"): Kind.TEXT, gettext_noop("Handed in"): Kind.MOMENT,
    gettext_noop("Applied for"): Kind.MONEY, gettext_noop("Granted"): Kind.MONEY, gettext_noop("Reserved"): Kind.MONEY,
    gettext_noop("Paid"): Kind.MONEY, gettext_noop("Returned"): Kind.MONEY,
}  # fmt: skip
_ANSWER = {
    _NUMBER: Kind.TEXT, gettext_noop("Handed in as number"): Kind.INTEGER, gettext_noop("Part of the form"): Kind.TEXT,
    gettext_noop("Question"): Kind.TEXT, gettext_noop("Answer"): Kind.TEXT,
}  # fmt: skip
_SUBMISSION = {
    _NUMBER: Kind.TEXT, gettext_noop("Handed in as number"): Kind.INTEGER, gettext_noop("When"): Kind.MOMENT,
    gettext_noop("By"): Kind.TEXT, gettext_noop("Applied for"): Kind.MONEY, "SHA-256": Kind.TEXT,
}  # fmt: skip
_APPROVAL = {
    _NUMBER: Kind.TEXT, gettext_noop("Handed in as number"): Kind.INTEGER, gettext_noop("Manager"): Kind.TEXT,
    gettext_noop("When"): Kind.MOMENT, gettext_noop("Approves"): Kind.TEXT, gettext_noop("Words"): Kind.TEXT,
}  # fmt: skip
_RULING = {
    _NUMBER: Kind.TEXT, gettext_noop("Outcome"): Kind.TEXT, gettext_noop("Amount"): Kind.MONEY, gettext_noop("Place"): Kind.INTEGER,
    gettext_noop("Reasons"): Kind.TEXT, gettext_noop("Decided"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT,
    gettext_noop("By what right"): Kind.TEXT,
}  # fmt: skip
_INSTALMENT = {
    _NUMBER: Kind.TEXT, gettext_noop("Milestone"): Kind.TEXT, gettext_noop("Paid after"): Kind.TEXT,
    gettext_noop("The report is due"): Kind.DATE, gettext_noop("Amount"): Kind.MONEY, gettext_noop("Approved for payment"): Kind.MOMENT,
    gettext_noop("Approved by"): Kind.TEXT, gettext_noop("Paid"): Kind.MOMENT, gettext_noop("Paid by"): Kind.TEXT,
}  # fmt: skip
_REPORT = {
    _NUMBER: Kind.TEXT, gettext_noop("Report"): Kind.TEXT, gettext_noop("Handed in"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT,
    gettext_noop("What has been done"): Kind.TEXT, gettext_noop("What differs"): Kind.TEXT, gettext_noop("Cost so far"): Kind.MONEY,
    gettext_noop("Of which consultants"): Kind.MONEY, gettext_noop("Answered"): Kind.MOMENT, gettext_noop("Answered by"): Kind.TEXT,
    gettext_noop("Approves"): Kind.TEXT, gettext_noop("Answer"): Kind.TEXT,
}  # fmt: skip
_ENTRY = {
    _NUMBER: Kind.TEXT, gettext_noop("What"): Kind.TEXT, gettext_noop("Amount"): Kind.MONEY, gettext_noop("When"): Kind.MOMENT,
    gettext_noop("By"): Kind.TEXT, gettext_noop("Note"): Kind.TEXT,
}  # fmt: skip


def _applications(seen: Any) -> Rows:
    for one in seen.select_related("unit", "owner", "account").order_by("reference").iterator(CHUNK):
        account = getattr(one, "account", None)
        sums = [getattr(account, name, 0) for name in ("granted", "reserved", "paid", "returned")]
        purpose = str(Purpose(one.project).label) if one.project else ""
        said = [one.reference, one.title, str(one.unit), str(one.owner or ""), one.get_state_display(), purpose]
        yield [*said, one.opened_at, one.amount, *sums]


def _of(model: type[Any], seen: Any, to: str, *more: str) -> Any:
    """The model’s rows of these applications, with the diary number, in its order."""
    rows = model.objects.filter(**{f"{to}__in": seen.values("pk")}).select_related(to, *more)
    return rows.order_by(f"{to}__reference", "pk").iterator(CHUNK)


def _answers(seen: Any) -> Rows:
    for row in _of(Submission, seen, "application"):
        for one in row.content["answers"]:
            yield [row.application.reference, row.number, one["section"], one["label"], in_words(one["answer"])]


def _submissions(seen: Any) -> Rows:
    for row in _of(Submission, seen, "application", "by"):
        yield [row.application.reference, row.number, row.at, str(row.by), row.amount, row.sha256]


def _approvals(seen: Any) -> Rows:
    for row in _of(Approval, seen, "submission__application", "submission", "by"):
        said = [row.submission.application.reference, row.submission.number, str(row.by), row.at]
        yield [*said, _("Yes") if row.approves else _("No"), row.words]


def _rulings(seen: Any, weighed: Any) -> Rows:
    """Those that are made; what is only prepared, of applications that the person weighs."""
    made = seen.filter(ruling__decided_at__isnull=False) | weighed
    for row in _of(Ruling, made, "application", "decided_by"):
        said = [row.application.reference, row.get_outcome_display(), row.amount, row.rank, row.reason]
        yield [*said, row.decided_at, str(row.decided_by or ""), row.delegation]


def _instalments(seen: Any) -> Rows:
    for row in _of(Instalment, seen, "application", "approved_by", "paid_by"):
        said = [row.application.reference, row.milestone, row.get_report_display(), row.due_on, row.amount]
        yield [*said, row.approved_at, str(row.approved_by or ""), row.paid_at, str(row.paid_by or "")]


def _reports(seen: Any) -> Rows:
    answers = {True: _("Yes"), False: _("No")}
    for row in _of(Report, seen, "application", "by", "answered_by"):
        said = [row.application.reference, row.get_kind_display(), row.at, str(row.by), row.done, row.differs]
        answer = [row.answered_at, str(row.answered_by or ""), answers.get(row.approves, ""), row.words]
        yield [*said, row.cost, row.consultants, *answer]


def _entries(call: Call, seen: Any) -> Rows:
    rows = Entry.objects.filter(Q(application=None) | Q(application__in=seen.values("pk")), call=call.pk)
    for row in rows.select_related("application", "by").order_by("pk").iterator(CHUNK):
        number = row.application.reference if row.application else call.reference
        yield [number, row.get_kind_display(), row.amount, row.at, str(row.by or ""), row.note]
