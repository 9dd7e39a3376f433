"""The demo leaves a call at each turn, applications in every state, and something for everyone who has a part in the fund."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from fund.demo import tell
from fund.models import Account, Application, Call, ExternalGrant, NameConsent, Submission
from fund.states import ApplicationState as S
from fund.states import CallState, ExternalStatus, Stage
from portal.cases.queries.listing import waiting_for
from portal.demo.people import Cast as People
from portal.demo.people import make_cast, read_cast
from tests.database import Pristine


@pytest.fixture(scope="module")
def people(django_db_setup: Pristine, django_db_blocker: DjangoDbBlocker) -> Iterator[People]:
    """Told once and committed for the module; its tests change nothing, and ask for no database of their own."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            make_cast(password="", staff_per_unit=5)
            told = read_cast()
            tell(told, lambda line: None)
        yield told
        django_db_setup.restore()


def test_the_story_goes_every_way(people: People) -> None:
    assert Counter(Call.objects.values_list("state", flat=True)) == {
        CallState.DECIDED: 2, CallState.REVIEWING: 1, CallState.ANNOUNCED: 1,
    }  # fmt: skip
    assert Call.objects.open_now().get().stage == Stage.OPEN
    earlier = Counter(Application.objects.filter(call__title__endswith="våren 2025").values_list("state", flat=True))
    assert earlier == {
        S.CLOSED: 1, S.FOLLOWED: 3, S.STOPPED: 1, S.WITHDRAWN: 2, S.DECLINED: 3, S.DISMISSED: 2,
    }  # fmt: skip
    now = Counter(Application.objects.filter(call__state=CallState.ANNOUNCED).values_list("state", flat=True))
    assert now == {S.DRAFT: 2, S.SUBMITTED: 1, S.APPROVED: 1, S.REVISING: 1}
    assert NameConsent.objects.get().person == people["medarbetare"]
    assert Counter(grant.status for grant in ExternalGrant.objects.all()) == {
        ExternalStatus.ACCEPTED: 1, ExternalStatus.TO_CHECK: 1, ExternalStatus.APPLIED: 1,
    }  # fmt: skip


def test_what_was_handed_in_keeps_the_time_of_the_story(people: People) -> None:
    for submission in Submission.objects.select_related("application__call"):
        call = submission.application.call
        assert call.opens_at <= submission.at < call.closes_at  # type: ignore[operator]  # an announced call has both


def test_the_ledger_of_the_earlier_call_balances(people: People) -> None:
    account = Account.objects.get(call__title__endswith="våren 2025", application=None)
    assert account.budget == account.granted + account.free
    assert account.granted == account.paid + account.reserved + account.returned
    assert 0 < account.paid < account.granted
    assert account.returned


def test_everyone_with_a_part_has_something_to_do(people: People) -> None:
    for username in ("fondhandlaggare", "chef"):
        assert any(case.kind == "application" for case in waiting_for(people[username])), username
    assert Application.objects.filter(owner=people["medarbetare"]).count() >= 3
    open_cases = Application.objects.filter(opened_at__isnull=False, closed_at=None)
    assert not open_cases.filter(due_at__lt=timezone.now()).exists()
    assert open_cases.filter(state=S.RUNNING).count() == 2
