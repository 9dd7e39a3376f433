"""A whole call as a spreadsheet, for the fund officer: a sheet for each sort of thing, one query a sheet, the rows as they are read."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fund.attached import files_in
from fund.models import (
    FUND_OFFICER,
    Agreement,
    Application,
    Approval,
    Call,
    ChangeRequest,
    Consensus,
    CriterionStanding,
    Effect,
    Entry,
    Instalment,
    LateRight,
    Report,
    Review,
    Ruling,
    Score,
    Submission,
)
from fund.models.application import HANDED_IN, in_words
from fund.queries import SCREENED
from fund.rules.screening import PARTS, in_words_of
from fund.states import Purpose
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.models import Considerations, Event
from portal.cases.words import what_happened
from portal.paper.tables import Column, Kind, Table

Rows = Iterator[list[Any]]
CHUNK = 500
RIGHT = Q(data__has_key="delegation")


def call_sheets(call: Call, person: User) -> list[tuple[str, Table]]:
    """Everything of a call that the person may see. What screening, experts and panel said, of the applications that the person weighs
    alone: never of one that they wrote or have a conflict of interest in."""
    seen = Application.objects.visible_to(person).filter(call=call.pk, opened_at__isnull=False)
    weighed = seen.filter(FUND_OFFICER(person))
    return [
        _sheet(_("Applications"), _APPLICATION, _applications(seen)),
        _sheet(_("Answers"), _ANSWER, _answers(seen)),
        _sheet(_("Handed in"), _SUBMISSION, _submissions(seen)),
        _sheet(_("Files"), _FILE, _files(seen)),
        _sheet(_("Considerations"), _CONSIDERED, _considered(seen)),
        _sheet(_("Rights to apply late"), _LATE, _late(call)),
        _sheet(_("Approvals"), _APPROVAL, _approvals(seen)),
        _sheet(_("Decisions"), _RULING, _rulings(seen, weighed)),
        _sheet(_("Instalments"), _INSTALMENT, _instalments(seen)),
        _sheet(_("Reports"), _REPORT, _reports(seen)),
        _sheet(_("Ledger"), _ENTRY, _entries(call, seen)),
        _sheet(_("Screening"), _SCREENED, _screened(weighed)),
        _sheet(_("Reviews"), _REVIEW, _reviews(weighed)),
        _sheet(_("Scores"), _SCORE, _scores(weighed)),
        _sheet(_("Conflicts of interest"), _CONFLICT, _conflicts(weighed)),
        _sheet(_("The panel"), _CONSENSUS, _panel(weighed)),
        _sheet(_("What each criterion stands at"), _STANDING, _standings(weighed)),
        _sheet(_("Agreements"), _AGREEMENT, _agreements(seen)),
        _sheet(_("Requests for change"), _CHANGE, _changes(seen)),
        _sheet(_("Effects"), _EFFECT, _effects(seen)),
        _sheet(_("Moves with reasons"), _MOVE, _moves(call, seen, weighed)),
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
    gettext_noop("Question"): Kind.TEXT, gettext_noop("The answer"): Kind.TEXT,
}  # fmt: skip
_SUBMISSION = {
    _NUMBER: Kind.TEXT, gettext_noop("Handed in as number"): Kind.INTEGER, gettext_noop("When"): Kind.MOMENT,
    gettext_noop("By"): Kind.TEXT, gettext_noop("Applied for"): Kind.MONEY, "SHA-256": Kind.TEXT,
    gettext_noop("Title"): Kind.TEXT, gettext_noop("Summary"): Kind.TEXT, gettext_noop("What the money is for"): Kind.TEXT,
    gettext_noop("Perspectives"): Kind.TEXT, gettext_noop("Who benefits"): Kind.TEXT,
}  # fmt: skip
_FILE = {
    _NUMBER: Kind.TEXT, gettext_noop("Handed in as number"): Kind.INTEGER, gettext_noop("Title"): Kind.TEXT,
    gettext_noop("File name"): Kind.TEXT, gettext_noop("Size in bytes"): Kind.INTEGER, "SHA-256": Kind.TEXT,
}  # fmt: skip
_CONSIDERED = {
    _NUMBER: Kind.TEXT, gettext_noop("Question"): Kind.TEXT, gettext_noop("The answer"): Kind.TEXT, gettext_noop("Words"): Kind.TEXT,
}  # fmt: skip
_LATE = {
    gettext_noop("Person"): Kind.TEXT, gettext_noop("Until"): Kind.MOMENT, gettext_noop("Why"): Kind.TEXT,
    gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT,
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
    gettext_noop("Approves"): Kind.TEXT, gettext_noop("The answer"): Kind.TEXT,
}  # fmt: skip
_ENTRY = {
    _NUMBER: Kind.TEXT, gettext_noop("What"): Kind.TEXT, gettext_noop("Amount"): Kind.MONEY, gettext_noop("When"): Kind.MOMENT,
    gettext_noop("By"): Kind.TEXT, gettext_noop("Note"): Kind.TEXT,
}  # fmt: skip


_SCREENED = {
    _NUMBER: Kind.TEXT, gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT, gettext_noop("Outcome"): Kind.TEXT,
    gettext_noop("Formal requirements"): Kind.TEXT, gettext_noop("Quality"): Kind.TEXT, gettext_noop("Strategic IT"): Kind.TEXT,
    gettext_noop("Note"): Kind.TEXT,
}  # fmt: skip
_REVIEW = {
    _NUMBER: Kind.TEXT, gettext_noop("Expert"): Kind.TEXT, gettext_noop("Asked"): Kind.MOMENT, gettext_noop("Declared"): Kind.MOMENT,
    gettext_noop("Submitted"): Kind.MOMENT, gettext_noop("Abstains"): Kind.TEXT, gettext_noop("On the whole"): Kind.TEXT,
}  # fmt: skip
_SCORE = {
    _NUMBER: Kind.TEXT, gettext_noop("Expert"): Kind.TEXT, gettext_noop("Criterion"): Kind.TEXT, gettext_noop("Points"): Kind.INTEGER,
    gettext_noop("Abstains"): Kind.TEXT, gettext_noop("Comment"): Kind.TEXT,
}  # fmt: skip
_CONFLICT = {
    _NUMBER: Kind.TEXT, gettext_noop("Expert"): Kind.TEXT, gettext_noop("Declared"): Kind.MOMENT, gettext_noop("What it is"): Kind.TEXT,
}  # fmt: skip
_CONSENSUS = {
    _NUMBER: Kind.TEXT, gettext_noop("Meeting"): Kind.INTEGER, gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT,
    gettext_noop("Words"): Kind.TEXT,
}  # fmt: skip
_STANDING = {
    _NUMBER: Kind.TEXT, gettext_noop("Criterion"): Kind.TEXT, gettext_noop("Weight"): Kind.INTEGER,
    gettext_noop("Mean of the experts"): Kind.DECIMAL, gettext_noop("Points of the panel"): Kind.INTEGER,
    gettext_noop("What counts"): Kind.DECIMAL,
}  # fmt: skip
_AGREEMENT = {
    _NUMBER: Kind.TEXT, gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT, gettext_noop("Amount"): Kind.MONEY,
    gettext_noop("Terms"): Kind.TEXT,
}  # fmt: skip
_CHANGE = {
    _NUMBER: Kind.TEXT, gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT, gettext_noop("What is to change"): Kind.TEXT,
    gettext_noop("Why"): Kind.TEXT, gettext_noop("New last day"): Kind.DATE, gettext_noop("Answered"): Kind.MOMENT,
    gettext_noop("Answered by"): Kind.TEXT, gettext_noop("Approves"): Kind.TEXT, gettext_noop("The answer"): Kind.TEXT,
}  # fmt: skip
_EFFECT = {
    _NUMBER: Kind.TEXT, gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT, gettext_noop("What was promised"): Kind.TEXT,
    gettext_noop("What came of it"): Kind.TEXT, gettext_noop("Worth a year"): Kind.MONEY,
}  # fmt: skip
_MOVE = {
    _NUMBER: Kind.TEXT, gettext_noop("When"): Kind.MOMENT, gettext_noop("By"): Kind.TEXT, gettext_noop("What"): Kind.TEXT,
    gettext_noop("Reason"): Kind.TEXT, gettext_noop("By what right"): Kind.TEXT,
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
            yield [
                row.application.reference,
                row.number,
                one["section"],
                one["label"],
                in_words(one["answer"], one["kind"]),
            ]


def _submissions(seen: Any) -> Rows:
    for row in _of(Submission, seen, "application", "by"):
        said = [row.application.reference, row.number, row.at, str(row.by), row.amount, row.sha256]
        yield [*said, *_content(row.content)]


def _content(content: dict[str, Any]) -> list[str]:
    """The case's own fields as they were handed in."""
    handed_in = Application(**{name: content[name] for name in HANDED_IN if name in content})
    return [handed_in.text_of(name) for name in HANDED_IN]


def _files(seen: Any) -> Rows:
    for row in _of(Submission, seen, "application"):
        for file in files_in(row.content):
            yield [row.application.reference, row.number, *(file[name] for name in ("title", "name", "size", "sha256"))]


def _considered(seen: Any) -> Rows:
    for row in _of(Considerations, seen, "case"):
        for topic in row.TOPICS:
            if any(said := [row.text_of(topic), row.text_of(f"{topic}_text")]):
                yield [row.case.reference, capfirst(row.name_of(topic)), *said]


def _late(call: Call) -> Rows:
    for row in LateRight.objects.filter(call=call.pk).select_related("person", "by").order_by("pk").iterator(CHUNK):
        yield [str(row.person), row.until, row.why, row.at, str(row.by)]


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
    for row in _of(Report, seen, "application", "by", "answered_by"):
        said = [row.application.reference, row.get_kind_display(), row.at, str(row.by), row.done, row.differs]
        yield [*said, row.cost, row.consultants, *_answered(row)]


def _answered(row: Any) -> list[Any]:
    return [row.answered_at, str(row.answered_by or ""), _yes_no(row.approves), row.words]


def _yes_no(value: bool | None) -> str:
    return "" if value is None else _("Yes") if value else _("No")


def _entries(call: Call, seen: Any) -> Rows:
    rows = Entry.objects.filter(Q(application=None) | Q(application__in=seen.values("pk")), call=call.pk)
    for row in rows.select_related("application", "by").order_by("pk").iterator(CHUNK):
        number = row.application.reference if row.application else call.reference
        yield [number, row.get_kind_display(), row.amount, row.at, str(row.by or ""), row.note]


# What experts and panel said


def _screened(weighed: Any) -> Rows:
    """Passed on or dismissed, and what each part of the screening came to."""
    looked = Event.objects.filter(case__in=weighed.values("pk"), move__in=SCREENED, internal=False)
    outcomes = {"pass_on": _("Passed on to review"), "dismiss": _("Dismissed")}
    for row in looked.select_related("case", "person").order_by("case__reference", "pk").iterator(CHUNK):
        parts = [in_words_of(part, row.data) for part in PARTS]
        yield [row.case.reference, row.at, str(row.person or ""), outcomes[row.move], *parts, row.note]


def _reviews(weighed: Any) -> Rows:
    """Those asked for; the words of one are read when it has been submitted."""
    for row in _asked(weighed):
        said = [row.application.reference, str(row.reviewer), row.asked_at, row.declared_at, row.submitted_at]
        yield [*said, *([_yes_no(row.abstained), row.comment] if row.submitted_at else ["", ""])]


def _asked(weighed: Any, **which: Any) -> Any:
    asked = Review.objects.filter(application__in=weighed.values("pk"), asked_at__isnull=False, **which)
    rows = asked.select_related("application", "reviewer__person").order_by("application__reference", "pk")
    return rows.iterator(CHUNK)


def _scores(weighed: Any) -> Rows:
    """Of reviews that have been submitted. The sheet with most rows: only its cells are read."""
    given = Score.objects.filter(review__application__in=weighed.values("pk"), review__submitted_at__isnull=False)
    cells = (
        "review__application__reference", "review__reviewer__person__name", "criterion__name", "points", "abstains", "comment",
    )  # fmt: skip
    ordered = given.order_by("review__application__reference", "review", "criterion__position")
    for *said, abstains, comment in ordered.values_list(*cells).iterator(CHUNK):
        yield [*said, _yes_no(abstains), comment]


def _conflicts(weighed: Any) -> Rows:
    for row in _asked(weighed, conflict=True):
        yield [row.application.reference, str(row.reviewer), row.declared_at, row.conflict_why]


def _panel(weighed: Any) -> Rows:
    for row in _of(Consensus, weighed, "application", "by"):
        yield [row.application.reference, row.number, row.at, str(row.by), row.text]


def _standings(weighed: Any) -> Rows:
    """The points that the ranking is made of."""
    rows = CriterionStanding.objects.filter(application__in=weighed.values("pk"))
    names = ("application__reference", "criterion__name", "criterion__weight", "mean", "agreed", "counts")
    for *said, mean, agreed, counts in (
        rows.order_by("application__reference", "criterion__position").values_list(*names).iterator(CHUNK)
    ):
        yield [*said, _decimal(mean), agreed, _decimal(counts)]


def _decimal(mean: Any) -> Decimal | None:
    return None if mean is None else Decimal(mean).quantize(Decimal("0.1"))


# What became of the money


def _agreements(seen: Any) -> Rows:
    for row in _of(Agreement, seen, "application", "by"):
        yield [row.application.reference, row.at, str(row.by), row.amount, row.terms]


def _changes(seen: Any) -> Rows:
    for row in _of(ChangeRequest, seen, "application", "by", "answered_by"):
        said = [row.application.reference, row.at, str(row.by), row.what, row.why, row.until]
        yield [*said, *_answered(row)]


def _effects(seen: Any) -> Rows:
    for row in _of(Effect, seen, "application", "by"):
        yield [row.application.reference, row.at, str(row.by), row.promised, row.actual, row.worth]


# What was done and why


def _moves(call: Call, seen: Any, weighed: Any) -> Rows:
    """Of the call and its applications, the moves that were given a reason or a right; those that are noted inside, of what is weighed."""
    open_ = Q(case__in=seen.values("pk"), internal=False)
    told = Event.objects.filter(Q(case=call.pk) | open_ | Q(case__in=weighed.values("pk"))).exclude(Q(note="") & ~RIGHT)
    rows = told.filter(move__in=[*call.kind_info.flow.moves, *kinds.of_model(Application).flow.moves]).select_related(
        "case", "person"
    )
    for row in rows.order_by("case__reference", "number").iterator(CHUNK):
        what = what_happened(row.case.kind_info, row)
        yield [row.case.reference, row.at, str(row.person or ""), what, row.note, row.data.get("delegation", "")]
