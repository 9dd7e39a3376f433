"""The list and the page never disagree (trust 3)."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.backends import CaseBackend
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from tests.cast import ANYONE, Cast, again, case_in, signed_in

KINDS = list(kinds.all_kinds())
BACKEND = CaseBackend()
"""Asked directly: ``User.has_perm`` says yes to every superuser before it asks anyone, so no rule of a case rests on it."""


@pytest.fixture
def cases(cast: Cast) -> list[Any]:
    """One of each kind in each state, at two units, one author's and another's."""
    found = []
    for kind in KINDS:
        for place, state in enumerate(kind.flow.states.values):
            owner, unit = ((None, "SOS"), (cast.outsider, "KAR"), (cast.colleague, "DS"))[place % 3]
            found.append(case_in(kind.flow, state, cast, owner=owner, unit=unit))
    return found


@pytest.mark.trust(3)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
def test_the_pages_answer_as_the_list_does(cast: Cast, cases: list[Any]) -> None:
    for person in (cast.colleague, cast.lead, cast.external, cast.jurist):
        client = signed_in(person)
        listed = set(Case.objects.visible_to(again(person)).values_list("pk", flat=True))
        for case in cases[::3]:
            answer = client.get(Case.objects.get(pk=case.pk).get_absolute_url())
            assert answer.status_code == (200 if case.pk in listed else 404)


@pytest.mark.trust(3)
def test_nobody_who_is_inactive_or_not_signed_in_has_a_list(cast: Cast, cases: list[Any]) -> None:
    for person in (ANYONE, cast.inactive):
        for read in (Case.objects.visible_to, Case.objects.awaiting, Case.objects.read_inside_by):
            assert list(read(person)) == []


def test_a_condition_written_once_says_the_same_in_every_copy(cast: Cast, cases: list[Any]) -> None:
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
