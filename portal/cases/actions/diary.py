"""The diary: numbers and lines (OSL 5:1–2)."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.cases import personal
from portal.cases.actions.history import write_event
from portal.cases.models import Case, DiaryEntry, Document
from portal.cases.states import Direction
from portal.organisation.queries import authority_of

MOST = 200
"""Characters of a counterpart, or of what a line concerns."""
_NEXT = """
    INSERT INTO cases_diaryseries AS series (authority_id, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (authority_id, year) DO UPDATE SET last = series.last + 1 RETURNING last
"""


def give_reference(*, case: Case, at: datetime) -> None:
    """Give the case the next number of its authority and year, for example ``HSN 2026-0042``; the caller saves the case.

    The series' row stays locked until the transaction ends, so numbers are consecutive even when many submit at once, and a
    submission that fails gives its number back. The year is the Swedish calendar's.
    """
    authority = authority_of(case.unit)
    year = timezone.localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [authority.pk, year])
        (number,) = cursor.fetchone()
    case.reference = f"{authority.prefix} {year}-{number:04d}"


def new_line(
    *,
    case: Case,
    direction: Direction,
    concerns: str | Promise,
    person: User | None,
    at: datetime | None = None,
    document: Document | None = None,
) -> DiaryEntry:
    """A line of the case's diary, not written yet: when it is, the database numbers it. ``concerns`` is written in Swedish, the language
    of the diary.

    A case with a secrecy mark hands it to its lines, so the public diary leaves out from whom they came and what they concern.
    """
    with translation.override("sv"):
        text, (name, public) = str(concerns), _counterpart(case, direction)
    return DiaryEntry(
        case_id=case.pk,
        at=at or timezone.now(),
        direction=direction,
        counterpart=name,
        counterpart_public=public,
        concerns=text[:MOST],
        document=document,
        provision=(document.provision if document else "") or case.provision,
        entered_by=person,
    )


def enter_in_diary(
    *, case: Case, direction: Direction, concerns: str | Promise, person: User | None, **parts: Any
) -> None:
    """Add the next line to the case's diary, as ``new_line`` makes it; drafts have none."""
    if case.reference is not None:
        new_line(case=case, direction=direction, concerns=concerns, person=person, **parts).save(force_insert=True)


@transaction.atomic
def enter_paper(
    *,
    case: Case,
    direction: Direction,
    at: datetime,
    counterpart: str,
    private: bool,
    concerns: str,
    provision: str,
    person: User,
) -> DiaryEntry:
    """Enter in the diary what did not come through the portal. ``private`` keeps the counterpart's name out of the public diary."""
    locked = Case.objects.lock(case.pk)
    with translation.override("sv"):
        public = gettext("private person") if private and counterpart else counterpart
    entry = DiaryEntry.objects.create(
        case=locked,
        at=at,
        direction=direction,
        counterpart=counterpart,
        counterpart_public=public,
        concerns=concerns,
        provision=provision or locked.provision,
        entered_by=person,
    )
    entry.refresh_from_db(fields=["line"])
    write_event(
        case=locked, person=person, move="paper_entered", data={"line": entry.line, "title": concerns}, internal=True
    )
    return entry


@transaction.atomic
def mark_line(*, entry: DiaryEntry, provision: str, reason: str, person: User) -> None:
    """Set or take away a line's secrecy mark. The history keeps who and why; the same mark again changes nothing."""
    case = Case.objects.lock(entry.case_id)
    fresh = DiaryEntry.objects.get(pk=entry.pk)
    if fresh.provision == provision:
        return
    fresh.provision = provision
    fresh.save(update_fields=["provision"])
    data = {"line": fresh.line, "provision": provision}
    write_event(case=case, person=person, move="mark_changed", note=reason, data=data, internal=True)


def _counterpart(case: Case, direction: Direction) -> tuple[str, str]:
    """From or to whom, in full and as the public diary says it: a workplace or an organisation is named, a private person is not.

    No line says who an author without an account is: lines are kept for ever, and ``CaseContact`` is to be erased (GDPR art. 5).
    """
    if direction == Direction.DRAWN_UP:
        return "", ""
    if case.owner is None:
        return gettext("private person"), gettext("private person")
    if organisation := "" if case.owner.is_employee else case.as_kind().written_for():
        return f"{organisation} ({case.owner})"[:MOST], personal.mask(organisation)[:MOST]
    workplace = str(case.owner.unit) if case.owner.is_employee and case.owner.unit else ""
    public = gettext("employee, %(unit)s") % {"unit": workplace} if workplace else gettext("private person")
    return (f"{case.owner} ({workplace})" if workplace else str(case.owner)), public
