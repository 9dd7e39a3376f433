"""What a locked case decides about its people by itself, held against what the database says."""

import pytest

from portal.cases import kinds
from portal.cases.actions.people import name_person
from portal.cases.models import Case
from portal.cases.queries.finding import as_column, whos_held
from portal.cases.rules import whos_of_page
from portal.cases.settling import settled
from portal.cases.who import ALL, NONE
from tests.cast import Cast, case_in, draft_of

IDEA, SUGGESTION = (kinds.by_key(key) for key in ("idea", "suggestion"))


@pytest.mark.trust(3)
def test_a_case_in_hand_and_the_database_agree_on_everyone(cast: Cast) -> None:
    assessing = case_in(IDEA.flow, "assessing", cast)
    name_person(case=assessing, person=cast.coauthor, grant="coauthor", by=cast.author)
    name_person(case=assessing, person=cast.lead, grant="recuse", by=cast.lead)
    everywhere = [case_in(kind.flow, state, cast) for kind in kinds.all_kinds() for state in kind.flow.states.values]
    cases = [assessing, case_in(IDEA.flow, "submitted", cast, owner=cast.external), *everywhere]

    asked = without_a_query = 0
    for case in (type(one).objects.get(pk=one.pk) for one in cases):
        kind = case.kind_info
        rows = kind.model.objects.filter(pk=case.pk)
        whos = {who.key: who for who in (kind.model.seen_by, *whos_of_page(kind))}
        for name, person in cast:
            columns = {f"who_{number}": as_column(who(person)) for number, who in enumerate(whos.values())}
            said = dict(zip(whos, rows.annotate(**columns).values_list(*columns).get(), strict=True))
            held = whos_held(case, person, whos.values())
            assert held == (said if said[kind.model.seen_by.key] else {}), name
            for key, who in whos.items():
                left = settled(who(person), case)
                asked, without_a_query = asked + 1, without_a_query + (left is ALL or left is NONE)
                assert (left is ALL or rows.filter(left).exists()) == said[key], (name, key)

    assert without_a_query > asked / 2


def test_what_was_not_read_is_left_to_the_database(cast: Cast) -> None:
    case = Case.objects.only("title").get(pk=draft_of(IDEA.flow, cast).pk)

    left = settled(SUGGESTION.model.seen_by(cast.lead), case)

    assert left is not ALL
    assert left is not NONE
