"""Money from outside the Region: written down, checked against the law, accepted, reported (B61-7)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund.actions.outside import (
    accept_external,
    check_external,
    plan_report,
    remind_of_reports,
    save_external,
    settle_report,
)
from fund.models import ExternalChange, ExternalGrant, ReportingDate
from fund.states import ExternalStatus
from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import Letter, User
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.notices.models import Notice
from portal.organisation.models import Unit
from tests.cast import Cast, again, case_in, signed_in
from tests.days import today

pytestmark = pytest.mark.django_db

SAID = {
    "title": "Skyltar som talar",
    "financier": "En stiftelse",
    "source": "foundation",
    "programme": "Tillgänglighet",
    "amount": 800_000,
    "co_finance": 200_000,
    "terms": "Rapport två gånger. Regionen äger resultatet.",
}


def written(person: User, **more: Any) -> ExternalGrant:
    values = {**SAID, "unit": Unit.objects.get(code="SOS"), **more}
    return ExternalGrant.objects.get(pk=save_external(row=ExternalGrant(), values=values, person=person).pk)


def found(grant: ExternalGrant, person: User, *, lawful: bool = True) -> ExternalGrant:
    check_external(grant=grant, lawful=lawful, finding="Kommunalrättsligt möjligt; statsstöd är prövat.", person=person)
    return ExternalGrant.objects.get(pk=grant.pk)


@pytest.fixture
def held(cast: Cast) -> ExternalGrant:
    grant = found(written(cast.officer, granted_on=today()), cast.officer)
    accept_external(grant=grant, person=cast.officer)
    return ExternalGrant.objects.get(pk=grant.pk)


@pytest.mark.strategy("B61-7")
def test_a_coordinator_writes_down_a_grant_checks_it_and_accepts_it_without_script(cast: Cast) -> None:
    browser, unit = signed_in(cast.coordinator), Unit.objects.get(code="SOS")
    sent = {**SAID, "unit": unit.pk, "granted_on": today().isoformat(), "reference": ""}

    answer = browser.post(reverse("fund:external_add"), sent)
    grant = ExternalGrant.objects.get()
    assert answer.status_code == 302, answer.context["form"].errors
    assert grant.status == ExternalStatus.TO_CHECK

    _post(browser, "external_accept", grant)
    grant.refresh_from_db()
    assert grant.accepted_at is None

    _post(browser, "external_check", grant, lawful="yes", finding="Prövat av stadsjuridiken.")
    _post(browser, "external_accept", grant)
    page = browser.get(grant.get_absolute_url())
    grant.refresh_from_db()
    assert (grant.status, grant.checked_by, grant.accepted_by) == (
        ExternalStatus.ACCEPTED,
        cast.coordinator,
        cast.coordinator,
    )
    assert "Prövat av stadsjuridiken." in page.content.decode()


def _post(browser: Client, name: str, grant: ExternalGrant, **sent: str) -> None:
    assert browser.post(reverse(f"fund:{name}", args=[grant.pk]), sent).status_code == 302


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ([], ExternalStatus.PLANNED),
        (["applied_on"], ExternalStatus.APPLIED),
        (["applied_on", "granted_on"], ExternalStatus.TO_CHECK),
        (["turned_down_on"], ExternalStatus.TURNED_DOWN),
    ],
)
def test_the_status_follows_from_the_facts(cast: Cast, dates: list[str], status: ExternalStatus) -> None:
    assert written(cast.officer, **dict.fromkeys(dates, today())).status == status


@pytest.mark.parametrize(("lawful", "status"), [(True, ExternalStatus.READY), (False, ExternalStatus.UNLAWFUL)])
def test_what_the_check_found_shows_in_the_status(cast: Cast, lawful: bool, status: ExternalStatus) -> None:
    assert found(written(cast.officer, granted_on=today()), cast.officer, lawful=lawful).status == status


@pytest.mark.strategy("B61-7")
def test_nothing_is_accepted_before_it_is_found_lawful(cast: Cast) -> None:
    grant = written(cast.officer, granted_on=today())
    with pytest.raises(Refused):
        accept_external(grant=grant, person=cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalGrant.objects.filter(pk=grant.pk).update(accepted_at=timezone.now(), accepted_by=cast.officer)
    unlawful = found(grant, cast.officer, lawful=False)
    with pytest.raises(Refused):
        accept_external(grant=unlawful, person=cast.officer)


def test_other_terms_are_checked_anew(cast: Cast, held: ExternalGrant) -> None:
    save_external(row=held, values={"title": "Annat namn"}, person=cast.officer)
    held.refresh_from_db()
    assert held.status == ExternalStatus.ACCEPTED

    save_external(row=held, values={"terms": "Financiären äger resultatet."}, person=cast.officer)
    held.refresh_from_db()
    assert (held.status, held.checked_by, held.finding) == (ExternalStatus.TO_CHECK, None, "")


def test_the_history_says_who_changed_what(cast: Cast, held: ExternalGrant) -> None:
    save_external(row=held, values={"amount": 700_000}, person=cast.coordinator)
    latest = ExternalChange.objects.filter(grant=held).first()
    assert latest is not None
    assert (latest.by, latest.content["amount"]) == (cast.coordinator, 700_000)
    page = signed_in(cast.colleague).get(held.get_absolute_url()).content.decode()
    assert all(amount in page.replace("\xa0", "") for amount in ("800000", "700000"))
    with pytest.raises(ProgrammingError), transaction.atomic():
        ExternalChange.objects.all().delete()


@pytest.mark.parametrize(("part", "reads", "writes"), [
    ("author", 200, 403),
    ("officer", 200, 200), ("coordinator", 200, 200), ("jurist", 200, 403), ("external", 403, 403), ("admin", 403, 403),
])  # fmt: skip
def test_employees_read_the_register_and_two_offices_write_it(
    cast: Cast, held: ExternalGrant, part: str, reads: int, writes: int
) -> None:
    browser = signed_in(getattr(cast, part))
    assert browser.get(reverse("fund:external")).status_code == reads
    assert browser.get(held.get_absolute_url()).status_code == reads
    assert browser.get(reverse("fund:external_add")).status_code == writes
    assert browser.get(reverse("fund:external_change", args=[held.pk])).status_code == writes


def test_a_tied_case_must_be_one_that_all_may_be_told_of(cast: Cast) -> None:
    unit = Unit.objects.get(code="SOS").pk
    opened, closed = (case_in(IdeaFlow, IdeaState.SUBMITTED, cast) for _case in range(2))
    Case.objects.filter(pk=closed.pk).update(confidentiality=Confidentiality.RESTRICTED)
    browser = signed_in(cast.officer)
    for case, taken in ((closed, False), (opened, True)):
        browser.post(reverse("fund:external_add"), {**SAID, "unit": unit, "reference": case.reference})
        assert ExternalGrant.objects.filter(case=case.pk).exists() is taken


# ── Reporting ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B61-7")
def test_those_who_handle_the_case_are_reminded_once_for_each_day(cast: Cast, held: ExternalGrant) -> None:
    case = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    save_external(row=held, values={"case_id": case.pk}, person=cast.officer)
    row = plan_report(grant=held, due_on=today() + timedelta(days=20), what="Delrapport")
    plan_report(grant=held, due_on=today() + timedelta(days=60), what="Slutrapport")
    before = Notice.objects.count()

    assert [remind_of_reports(), remind_of_reports()] == [1, 0]
    assert Notice.objects.count() > before
    event = case.events.get(move="external_report_due")
    assert "Delrapport" in event.note
    assert event.internal

    settle_report(row=row, sent=True, person=cast.officer)
    assert remind_of_reports() == 0


@pytest.mark.strategy("B61-7")
def test_without_a_case_whoever_answers_for_the_money_is_reminded(cast: Cast, held: ExternalGrant) -> None:
    browser, place = signed_in(cast.officer), reverse("fund:external_change", args=[held.pk])
    fields = browser.get(place).context["form"]
    sent = {name: fields[name].value() or "" for name in fields.fields} | {"keeper": cast.manager.email}
    assert held.keeper == cast.officer
    assert browser.post(place, sent).status_code == 302
    plan_report(grant=held, due_on=today() + timedelta(days=5), what="Delrapport")

    assert [remind_of_reports(), remind_of_reports()] == [1, 0]

    letter = Letter.objects.get()
    assert letter.to == cast.manager.email
    assert "Delrapport" in letter.subject
    assert held.get_absolute_url() in letter.text


def test_the_register_is_filtered_by_financier_unit_year_and_state(cast: Cast, held: ExternalGrant) -> None:
    grants = [
        written(cast.officer, title=f"Nummer {number}", financier="Vinnova", unit=Unit.objects.get(code="LISAB"))
        for number in range(2)
    ]
    save_external(row=grants[0], values={"applied_on": today(), "turned_down_on": today()}, person=cast.officer)
    browser, all_of = signed_in(cast.colleague), {held.pk, *(grant.pk for grant in grants)}
    for asked, found_pks in (
        ({}, all_of),
        ({"financier": "vinnova"}, {grant.pk for grant in grants}),
        ({"unit": held.unit_id}, {held.pk}),
        ({"year": today().year}, {held.pk, grants[0].pk}),
        ({"state": "accepted"}, {held.pk}),
        ({"state": "turned_down"}, {grants[0].pk}),
        ({"state": "planned", "financier": "vinn"}, {grants[1].pk}),
        ({"state": "unlawful"}, set()),
    ):
        page = browser.get(reverse("fund:external"), asked)
        assert {grant.pk for grant in page.context["page_obj"]} == found_pks, asked
    standing: Any = ExternalGrant.objects.standing()
    assert dict(standing.values_list("pk", "stands")) == {
        grant.pk: grant.status for grant in ExternalGrant.objects.all()
    }


def test_what_is_due_stands_first_until_it_is_sent(cast: Cast, held: ExternalGrant) -> None:
    browser, place = signed_in(cast.officer), reverse("fund:external")
    row = plan_report(grant=held, due_on=today() - timedelta(days=1), what="Halvtidsrapport")
    assert "Halvtidsrapport" in browser.get(place).content.decode()
    browser.post(reverse("fund:external_settle", args=[row.pk]), {"sent": "1"})
    assert "Halvtidsrapport" not in browser.get(place).content.decode()
    row.refresh_from_db()
    assert (row.sent, row.settled_by) == (True, cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingDate.objects.filter(pk=row.pk).update(sent=False)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    for _one in range(number):
        grant = found(written(cast.officer, granted_on=today()), cast.officer)
        accept_external(grant=grant, person=cast.officer)
        plan_report(grant=grant, due_on=today(), what="Rapport")
    browser = signed_in(again(cast.colleague))
    browser.get(reverse("fund:external"))
    with django_assert_num_queries(8):
        browser.get(reverse("fund:external"))
