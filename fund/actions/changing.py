"""What a call asks and weighs by: written while it is a draft, changed in the open once it is announced; and the right to be late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.actions.calling import content_of, keep_date
from fund.editions import keeps_its_word, kinds_stay
from fund.models import WRITERS, Application, Call, Criterion, Edition, Entry, LateRight, Question
from fund.rules.calls import call_whole, changeable, gives_late_rights, still_draft
from fund.states import EntryKind
from portal.accounts.models import User
from portal.cases.actions.diary import enter_in_diary
from portal.cases.actions.drafts import body_of
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.forms.versioned import digest
from portal.cases.models import Case
from portal.cases.rules import complete
from portal.cases.states import Direction
from portal.cases.verdicts import YES, Verdict, no
from portal.cases.who import AUTHOR, one
from portal.notices.actions import tell

Rows = Sequence[Mapping[str, Any]]
"""Questions or criteria in order, each as ``as_data`` gives it; ``key`` is empty in a new one."""
KEY_LENGTH = 20


def seen_in(call: Call) -> str:
    """What a page that changes the call was made from, in short: its version, what it asks and what it weighs by (two queries)."""
    asked = [row.as_data() for rows in (call.questions.all(), call.criteria.all()) for row in rows]
    return digest([call.edition, asked])


@transaction.atomic
def write_form(*, call: Call, questions: Rows, criteria: Rows, seen: str) -> None:
    """Let a draft ask and weigh by these. Raises Refused when it is announced, or another has saved since ``seen``."""
    fresh = _hold(call)
    _insist(still_draft(fresh))
    _insist(_unchanged(fresh, seen))
    _put(fresh, Question, questions)
    _put(fresh, Criterion, criteria)


@transaction.atomic
def change_call(
    *, call: Call, values: Mapping[str, Any], questions: Rows, criteria: Rows, why: str, seen: str, person: User
) -> Edition:
    """Make the next edition of an announced call, and tell everyone who has begun what is changed and why.

    ``values`` are fields of the call. What was promised only becomes more; what is added to the budget is a line of the ledger. Answers
    to a question that is taken away stay where they are. Raises Refused.
    """
    fresh = _hold(call)
    _insist(changeable(fresh))
    _insist(_unchanged(fresh, seen) & keeps_its_word(fresh, values) & kinds_stay(fresh, questions))
    before, budget = content_of(fresh), fresh.budget or 0
    for name, value in values.items():
        setattr(fresh, name, value)
    _put(fresh, Question, questions)
    _put(fresh, Criterion, criteria)
    _insist(complete(fresh) & call_whole(fresh))
    if content_of(fresh) == before:
        raise Refused(no(_("Nothing is changed.")))
    if raised := (fresh.budget or 0) - budget:
        Entry.objects.create(call=fresh, kind=EntryKind.BUDGET, amount=raised, by=person)
    return _next_edition(fresh, why, person)


def _next_edition(call: Call, why: str, person: User) -> Edition:
    call.edition += 1
    call.version += 1
    call.body = body_of(call)
    keep_date(call, person=person, data={})
    call.save()
    edition = Edition.objects.create(call=call, number=call.edition, made_by=person, why=why, content=content_of(call))
    event = write_event(case=call, person=person, move="call_changed", note=why, data={"edition": edition.number})
    enter_in_diary(case=call, direction=Direction.DRAWN_UP, concerns=gettext_lazy("The call is changed"), person=person)
    tell(case=call, event=event, whos=(WRITERS,), mandatory=True, by=person)
    return edition


@transaction.atomic
def give_late_right(*, call: Call, person: User, until: datetime, why: str, by: User) -> LateRight:
    """Let one person hand in after the closing. It is never changed. The reason is the fund officers' to read, the event everyone's."""
    fresh = _hold(call)
    _insist(gives_late_rights(fresh))
    _insist(_can_be_late(fresh, person, until) & _gives_to_another(fresh, person, by))
    right = LateRight.objects.create(call=fresh, person=person, until=until, why=why, by=by)
    data = {"late_right": right.pk, "until": until.isoformat()}
    event = write_event(case=fresh, person=by, move="late_right_given", data=data)
    tell(case=fresh, event=event, whos=(one(person.pk),), mandatory=True, by=by)
    return right


def _can_be_late(call: Call, person: User, until: datetime) -> Verdict:
    if not Call.objects.visible_to(person).filter(pk=call.pk).exists():
        return no(_("%(name)s may not see the call, and so cannot apply.") % {"name": person}, field="who")
    if LateRight.objects.filter(call=call, person=person).exists():
        return no(_("%(name)s has a right to be late already. It cannot be changed.") % {"name": person}, field="who")
    if call.closes_at is None or until <= call.closes_at:
        return no(_("Choose a time after the call closes."), field="until")
    return YES


def _gives_to_another(call: Call, person: User, by: User) -> Verdict:
    """No right for oneself, nor for an application that one writes."""
    if person.pk == by.pk or Application.objects.filter(AUTHOR(by), call=call.pk, owner=person).exists():
        return no(
            _("You cannot let yourself in late, nor those you apply with. Ask another fund officer."), field="who"
        )
    return YES


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _put(call: Call, model: type[Question | Criterion], rows: Rows) -> None:
    """Let these be all that there are, in this order. A key that is not the call's own is given anew."""
    standing: dict[str, Any] = {row.key: row for row in model.objects.filter(call=call.pk)}
    taken = {*standing, *_keys_ever(call)}
    for place, values in enumerate(rows, 1):
        row = standing.pop(values["key"], None)
        if row is None:
            row = model(call=call, key=_new_key(values.get("label") or values["name"], taken))
            taken.add(row.key)
        for name, value in values.items():
            if name != "key":
                setattr(row, name, value)
        row.position = place
        row.save()
    for row in standing.values():
        row.delete()


def _keys_ever(call: Call) -> Iterable[str]:
    """Keys of what the call asks or has asked: an answer is never taken for one to another question (one query)."""
    for content in Edition.objects.filter(call=call.pk).values_list("content", flat=True):
        yield from (row["key"] for row in (*content["questions"], *content["criteria"]))


def _new_key(title: str, taken: set[str]) -> str:
    stem = slugify(title).replace("-", "_")[:KEY_LENGTH].strip("_") or "q"
    return next(key for number in range(1, 1000) if (key := stem if number == 1 else f"{stem}_{number}") not in taken)


# ── ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _hold(call: Call) -> Call:
    Case.objects.hold(call.pk)
    return Call.objects.select_related("unit", "owner").get(pk=call.pk)


def _unchanged(call: Call, seen: str) -> Verdict:
    if seen == seen_in(call):
        return YES
    return no(
        _(
            "Someone else has changed the call since you opened this page. Nothing you did was saved. Open the page anew."
        )
    )


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)
