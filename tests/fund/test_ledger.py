"""The ledger balances whatever is tried with it, by the application's own role in the database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from threading import Barrier
from typing import Any

import psycopg2
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fund.models import Account, Application, Call, Entry
from fund.states import EntryKind
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from tests.cast import Cast, gather, signed_in
from tests.fund.granted import granted_by_hand
from tests.fund.story import open_call

BUDGET = 1_000_000
KINDS = [*EntryKind.values, "gift"]
ENTRY = "INSERT INTO fund_entry (call_id, application_id, kind, amount, at, note) VALUES (%s, %s, %s, %s, now(), '')"


@pytest.fixture
def link(transactional_db: None, database_url: str) -> Iterator[Any]:
    """A line of the application's own to the database, where each statement is its own transaction."""
    with closing(psycopg2.connect(database_url)) as link:
        link.autocommit = True
        yield link


def verify() -> None:
    """The balances are what the entries add up to, and add up themselves."""
    for account in Account.objects.all():
        of_it = Entry.objects.filter(call=account.call_id)
        if account.application_id:
            of_it = of_it.filter(application=account.application_id)
        total = {kind: sum(of_it.filter(kind=kind).values_list("amount", flat=True)) for kind in EntryKind.values}
        granted = total["grant"] - total["revoke"]
        assert account.granted == granted == account.paid + account.reserved + account.returned
        assert account.paid == total["pay"] - total["repay"]
        assert account.returned == total["return"] + total["repay"]
        if account.application_id is None:
            assert account.budget == total["budget"] == account.granted + account.free
        assert min(account.free, account.granted, account.reserved, account.paid, account.returned) >= 0
    for call in Call.objects.all():
        whole = Account.objects.get(call=call, application=None)
        parts = Account.objects.filter(call=call, application__isnull=False)
        for name in ("granted", "reserved", "paid", "returned"):
            assert getattr(whole, name) == sum(parts.values_list(name, flat=True))


def forge(link: Any, statement: str, values: list[Any]) -> None:
    """What a program with the application's rights could send; the database may refuse it."""
    with suppress(psycopg2.Error), link.cursor() as cursor:
        cursor.execute(statement, values)


STEP = st.tuples(
    st.integers(0, 1),
    st.integers(-1, 2),
    st.sampled_from(KINDS),
    st.one_of(st.integers(1, 60), st.integers(-10, BUDGET + 10), st.sampled_from([0, BUDGET, 2**62, -(2**62)])),
)


@pytest.mark.django_db(transaction=True)
def test_no_forged_entry_unbalances_the_ledger(link: Any) -> None:
    gather()
    calls = [open_call(), open_call()]
    applications = [
        granted_by_hand(calls[0], 100, 0),
        granted_by_hand(calls[0], 200, 1),
        granted_by_hand(calls[1], 300, 2),
    ]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(STEP, min_size=1, max_size=12))
    @example(steps=[(0, 0, EntryKind.REVOKE, 10)])
    def tried(steps: list[tuple[int, int, str, int]]) -> None:
        for call, number, kind, amount in steps:
            application = applications[number].pk if number >= 0 else None
            forge(link, ENTRY, [calls[call].pk, application, kind, amount])
        verify()

    tried()
    assert Entry.objects.count() > 5, "something of it was written"


FORGERIES: dict[str, str] = {
    "a balance edited by hand": "UPDATE fund_account SET free = free + 1, budget = budget + 1",
    "a balance taken away": "DELETE FROM fund_account",
    "a balance put there": "INSERT INTO fund_account (call_id, budget, free) SELECT case_ptr_id, 5, 5 FROM fund_call",
    "a line changed": "UPDATE fund_entry SET amount = amount + 1",
    "a line taken away": "DELETE FROM fund_entry",
    "all lines at once": "TRUNCATE fund_entry CASCADE",
    "the trigger turned off": "ALTER TABLE fund_account DISABLE TRIGGER ALL",
    "triggers passed by": "SET session_replication_role = replica",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", FORGERIES)
def test_what_is_written_stays_as_it_was(link: Any, what: str) -> None:
    gather()
    granted_by_hand(open_call(), 100)
    before = list(Entry.objects.values()), list(Account.objects.values())
    with pytest.raises(psycopg2.Error), link.cursor() as cursor:
        cursor.execute(FORGERIES[what])
    assert (list(Entry.objects.values()), list(Account.objects.values())) == before


@pytest.mark.django_db(transaction=True)
def test_another_calls_application_takes_nothing(link: Any) -> None:
    gather()
    one, other = open_call(), open_call()
    application = granted_by_hand(one, 100)
    with pytest.raises(psycopg2.Error, match="not of call"), link.cursor() as cursor:
        cursor.execute(ENTRY, [other.pk, application.pk, "grant", 1])


@pytest.mark.django_db(transaction=True)
def test_a_payment_without_an_instalment_is_refused(link: Any) -> None:
    gather()
    call = open_call()
    application = granted_by_hand(call, 100)
    with pytest.raises(psycopg2.Error, match="by its instalment"), link.cursor() as cursor:
        cursor.execute(ENTRY, [call.pk, application.pk, "pay", 1])


@pytest.mark.django_db(transaction=True)
def test_of_grants_made_at_once_no_more_pass_than_the_budget_holds(link: Any, database_url: str) -> None:
    """Sixteen take a tenth of the budget each at the same moment: ten get it."""
    gather()
    call = open_call()
    applications = [granted_by_hand(call, 1, number) for number in range(16)]
    free = BUDGET - len(applications)
    start = Barrier(len(applications))

    def grant(application: Application) -> bool:
        with closing(psycopg2.connect(database_url)) as own, own, own.cursor() as cursor:
            start.wait(30)
            try:
                cursor.execute(ENTRY, [call.pk, application.pk, "grant", free // 10])
            except psycopg2.Error:
                own.rollback()
                return False
            return True

    with ThreadPoolExecutor(len(applications)) as pool:
        assert sum(pool.map(grant, applications)) == 10
    verify()


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "queries"), [("ledger", 12), ("accounts", 12)])
def test_the_ledger_is_the_officers_and_costs_the_same_however_long(
    cast: Cast, page: str, queries: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = signed_in(cast.officer)
    for rows in (1, 3):
        call = open_call()
        for number in range(rows):
            granted_by_hand(call, 1000 + number, number)
        address = reverse(f"fund:{page}", args=[call.pk])
        with django_assert_num_queries(queries):
            shown = client.get(address).content.decode()
        assert "1\xa0000" in shown
        found = {
            part for part, person in cast if person.is_active and signed_in(person).get(address).status_code == 200
        }
        assert found == {"officer", "controller"}


@pytest.mark.django_db
def test_the_ledger_does_not_name_an_application_that_its_reader_may_not_see(cast: Cast) -> None:
    call = open_call()
    hidden = granted_by_hand(call, 1000)
    Application.objects.filter(pk=hidden.pk).update(title="Zqxhemlig")
    name_person(case=hidden, person=cast.officer, grant="recuse", by=None)
    for page in ("ledger", "accounts"):
        shown = signed_in(User.objects.get(username="officer")).get(reverse(f"fund:{page}", args=[call.pk]))
        assert shown.status_code == 200
        assert "Zqxhemlig" not in shown.content.decode()
