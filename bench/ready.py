"""What bench/rush.py needs within the portal: a call, and applications that are ready to be handed in. Django is set up already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund.actions.applying import begin_application
from fund.actions.calling import begin_call
from fund.demo.lives import consider
from fund.demo.texts import CALL, SEEDS, answers_of
from fund.models import Application, Call, Submission
from portal.accounts.models import User
from portal.cases.actions.drafts import save_draft
from portal.cases.moving import perform
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role


@dataclass(frozen=True)
class Writer:
    """One who will hand in: the application, the addresses, and the session."""

    application: int
    submit: str
    receipt: str
    cookie: str


def ready(number: int) -> tuple[Call, list[Writer]]:
    """An open call, and so many applications of as many people at one unit."""
    call, unit = _call(), Unit.objects.get(code="SOS")
    _holder(Role.MANAGER, unit.code)
    names = [f"sokande{call.pk}-{place}" for place in range(number)]
    people = User.objects.bulk_create(
        User(username=name, name=name.capitalize(), email=f"{name}@example.org", is_employee=True, unit=unit)
        for name in names
    )
    return call, [_writer(call, unit, person) for person in people]


def _call() -> Call:
    officer = _holder(Role.FUND_OFFICER, "REGION")
    call = begin_call(owner=officer, unit=Unit.objects.get(code="RLK"), title="Innovationsfonden: de sista sekunderna")
    now = timezone.now()
    values = {**CALL, "year": now.year, "opens_at": now, "closes_at": now + timedelta(days=1)}
    drafted = save_draft(case=call, values=values, version=call.version, person=officer)
    return Call.objects.get(pk=perform(drafted, "announce", person=officer).pk)


def _holder(role: Role, code: str) -> User:
    """Somebody who has held the office since yesterday."""
    unit, yesterday = Unit.objects.get(code=code), timezone.localdate() - timedelta(days=1)
    told = {"name": str(role.label), "email": f"{role}@example.org", "is_employee": True}
    person, _made = User.objects.get_or_create(username=role, defaults=told)
    Appointment.objects.get_or_create(person=person, role=role, unit=unit, defaults={"valid_from": yesterday})
    return person


def _writer(call: Call, unit: Unit, person: User) -> Writer:
    seed = SEEDS[0]
    application = begin_application(owner=person, unit=unit, call=call, title=seed.title)
    values = {
        "summary": seed.summary,
        "project": seed.project,
        "perspectives": [seed.perspective],
        "beneficiaries": [seed.group],
        **answers_of(seed, str(person), call.year or 0),
    }
    saved = save_draft(case=application, values=values, version=application.version, person=person)
    consider(Application.objects.get(pk=saved.pk))
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return Writer(
        application=saved.pk,
        submit=reverse("cases:move", args=[saved.key, "submit"]),
        receipt=reverse("fund:receipt", args=[saved.pk]),
        cookie=f"{name}={client.cookies[name].value}",
    )


def set_closing(call: Call, left: timedelta) -> datetime:
    """The call closes so long from now, by the database's own clock. An announced call keeps its word: its triggers are put aside."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE fund_call DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE fund_call SET closes_at = clock_timestamp() + make_interval(secs => %s) WHERE case_ptr_id = %s RETURNING closes_at",
            [left.total_seconds(), call.pk],
        )
        closes: datetime = cursor.fetchone()[0]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE fund_call ENABLE TRIGGER USER")
    return closes


def handed_in(call: Call) -> dict[int, datetime]:
    """By application: the time that its receipt tells."""
    return dict(Submission.objects.filter(application__call=call.pk).values_list("application", "at"))


def told_on_receipt(writer: Writer, moment: datetime, ask: Callable[..., Any]) -> bool:
    """The page of the receipt says the same time, to the second."""
    _answer, page = ask(writer.receipt, writer.cookie)
    return f"{timezone.localtime(moment):%H:%M:%S}" in page
