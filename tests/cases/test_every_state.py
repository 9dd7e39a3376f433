"""A case of every kind in every state: who sees it, what its page answers, and whether its columns and the database agree."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.people import name_person
from portal.cases.backends import CaseBackend
from portal.cases.models import Case
from portal.cases.queries.finding import as_column, whos_held
from portal.cases.rules import whos_of_page
from portal.cases.settling import settled
from portal.cases.states import Confidentiality
from portal.cases.who import ALL, NONE
from tests.cast import ANYONE, Cast, again, case_in, gather, signed_in
from tests.database import Pristine

KINDS = list(kinds.all_kinds())
IDEA = kinds.by_key("idea").flow
BACKEND = CaseBackend()
"""Asked directly: ``User.has_perm`` says yes to every superuser before it asks anyone, so no rule of a case rests on it."""


@pytest.fixture(scope="module")
def cast(django_db_setup: Pristine, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Committed for the module, as are the cases: to bring one to each state is most of the work here."""
    with django_db_blocker.unblock():
        yield gather()
        django_db_setup.restore()


@pytest.fixture(scope="module")
def cases(cast: Cast) -> list[Any]:
    """One of each kind in each state, at three units, one author's and another's; and an idea with people named on it."""
    found = []
    for kind in KINDS:
        for place, state in enumerate(kind.flow.states.values):
            owner, unit = ((None, "SOS"), (cast.outsider, "KAR"), (cast.colleague, "DS"))[place % 3]
            found.append(case_in(kind.flow, state, cast, owner=owner, unit=unit))
    named = case_in(IDEA, "assessing", cast)
    name_person(case=named, person=cast.coauthor, grant="coauthor", by=cast.author)
    name_person(case=named, person=cast.lead, grant="recuse", by=cast.lead)
    return [*found, named, case_in(IDEA, "submitted", cast, owner=cast.external)]


@pytest.fixture(autouse=True)
def _undone(cases: list[Any]) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_state_is_reached_by_moves_that_someone_may_make(cases: list[Any]) -> None:
    for case in cases:
        flow, waits = case.kind_info.flow, case.state not in {case.kind_info.flow.start, *case.kind_info.flow.ends}
        assert (case.reference is None) is (case.state == flow.start), case
        assert (case.closed_at is not None) is (case.state in flow.ends), case
        assert (case.due_at is not None, case.awaits != "") == (waits, waits), case


@pytest.mark.trust(3)
@settings(max_examples=5)
@given(data=st.data())
def test_list_permission_and_own_kind_agree_for_everyone(cast: Cast, cases: list[Any], data: st.DataObject) -> None:
    drawn = data.draw(st.lists(st.sampled_from(cases), min_size=3, max_size=6, unique_by=lambda case: case.pk))
    for case in drawn:
        if case.state in case.kind_info.flow.closed:
            continue  # the database lets nobody open it
        openness = data.draw(st.sampled_from(Confidentiality.values))
        Case.objects.filter(pk=case.pk).update(confidentiality=openness)

    everyone: list[User | AnonymousUser] = [ANYONE, *(again(person) for _part, person in cast)]
    for person in everyone:
        listed = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        permitted = {
            case.pk
            for case in drawn
            if BACKEND.has_perm(person, f"{case._meta.app_label}.view_{case._meta.model_name}", case)
        }
        by_kind = {pk for kind in KINDS for pk in kind.model.objects.visible_to(person).values_list("pk", flat=True)}
        assert listed == by_kind
        assert listed & {case.pk for case in drawn} == permitted
        assert set(Case.objects.awaiting(person).values_list("pk", flat=True)) <= listed
        assert set(Case.objects.read_inside_by(person).values_list("pk", flat=True)) <= listed


@pytest.mark.trust(3)
@pytest.mark.parametrize("part", ["author", "lead", "colleague", "outsider", "external", "jurist"])
def test_the_pages_answer_as_the_list_does(cast: Cast, cases: list[Any], part: str) -> None:
    person: User = getattr(cast, part)
    client = signed_in(person)
    listed = set(Case.objects.visible_to(again(person)).values_list("pk", flat=True))
    for case in cases:
        answer = client.get(Case.objects.get(pk=case.pk).get_absolute_url())
        assert answer.status_code == (200 if case.pk in listed else 404), case


@pytest.mark.trust(3)
def test_nobody_who_is_inactive_without_office_or_not_signed_in_has_a_list(cast: Cast) -> None:
    for person in (ANYONE, cast.inactive, cast.admin):
        for read in (Case.objects.visible_to, Case.objects.awaiting, Case.objects.read_inside_by):
            assert list(read(person)) == []


def test_a_condition_written_once_says_the_same_in_every_copy(cast: Cast) -> None:
    """As it is, narrowed, and under other names inside another question: for each the rows are those of the first."""
    whole = Case.objects.visible_to(cast.lead)
    seen = set(whole.values_list("pk", flat=True))
    inside = Case.objects.filter(pk__in=Case.objects.visible_to(cast.lead).values("pk"))
    either_way = Case.objects.visible_to(cast.lead) | Case.objects.visible_to(cast.author)
    assert seen
    assert str(whole.query) == str(Case.objects.visible_to(cast.lead).query)
    assert set(inside.values_list("pk", flat=True)) == seen
    assert set(either_way.values_list("pk", flat=True)) == seen | set(
        Case.objects.visible_to(cast.author).values_list("pk", flat=True)
    )


def answers_of(case: Any, conditions: dict[str, Q]) -> dict[str, bool]:
    """What the database says of the case, condition by condition, in one question."""
    columns = {f"said_{number}": as_column(condition) for number, condition in enumerate(conditions.values())}
    rows = type(case).objects.filter(pk=case.pk).annotate(**columns).values_list(*columns)
    return dict(zip(conditions, rows.get(), strict=True))


@pytest.mark.trust(3)
def test_a_case_in_hand_and_the_database_agree_on_everyone(cast: Cast, cases: list[Any]) -> None:
    """Every third of the people on each case, so that each of them meets each kind."""
    asked = without_a_query = 0
    for place, one in enumerate(cases):
        case = type(one).objects.get(pk=one.pk)
        kind = case.kind_info
        whos = {who.key: who for who in (kind.model.seen_by, *whos_of_page(kind))}
        for name, person in [*cast][place % 3 :: 3]:
            left = {key: settled(who(person), case) for key, who in whos.items()}
            said = answers_of(case, {key: who(person) for key, who in whos.items()})
            assert answers_of(case, left) == said, name
            assert whos_held(case, person, whos.values()) == (said if said[kind.model.seen_by.key] else {}), name
            asked += len(left)
            without_a_query += sum(rule is ALL or rule is NONE for rule in left.values())

    assert without_a_query > asked / 2


def test_what_was_not_read_is_left_to_the_database(cast: Cast, cases: list[Any]) -> None:
    drafts = Case.objects.filter(state="draft", kind="idea", owner=cast.author)
    case = drafts.only("title")[0]

    left = settled(kinds.by_key("suggestion").model.seen_by(cast.lead), case)

    assert left is not ALL
    assert left is not NONE
