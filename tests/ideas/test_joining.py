"""Two ideas that are the same go on as one: a tie that says who and why, and that can be undone without a trace but the history."""

from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from ideas.actions.talking import set_follow, set_support, write_comment
from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Idea
from ideas.panels import idea_panel, joined_panel, together_panel
from ideas.queries.suggestions import suggestions_of
from ideas.rules import MANY_SUPPORTERS
from ideas.states import IdeaState as S
from ideas.states import SuggestionState
from ideas.words import PUBLIC
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, Refused
from portal.cases.models import Case, CaseLink
from portal.cases.moving import perform
from portal.cases.states import Confidentiality, Relation
from portal.notices.models import Notice
from portal.organisation.models import Unit
from tests.cast import Cast, again, case_in, make_move, signed_in

pytestmark = pytest.mark.strategy("B2-4", "A17")
REASON = "De två är samma sak."
HISTORY = {
    "cases_event", "cases_diaryentry", "cases_diaryseries", "cases_casechange", "cases_caselink", "notices_notice", "notices_mail",
    "django_session", "pghistory_context",
}  # fmt: skip
"""Tables that tell what has happened: rows are added, none is changed."""
ENDS = "cases_chainend"
"""How the chain of what has happened ends, which follows it."""


@pytest.fixture
def lead_idea(cast: Cast) -> Any:
    return case_in(IdeaFlow, S.ASSESSING, cast, owner=cast.outsider, unit="KAR", title="Den som går vidare")


@pytest.fixture
def idea(cast: Cast) -> Any:
    return case_in(IdeaFlow, S.ASSESSING, cast, title="Den som läggs till")


def join(idea: Any, lead: Any, cast: Cast) -> Any:
    data = {"idea": lead.reference or lead.pk, "reason": REASON}
    return perform(fresh(idea), "join", person=again(cast.lead), data=data)


def fresh(idea: Any) -> Idea:
    return Idea.objects.get(pk=idea.pk)


def told(person: User, case: Any) -> list[str]:
    notices = Notice.objects.filter(recipient=person, case=case.pk, event__isnull=False)
    return list(notices.order_by("pk").values_list("event__move", flat=True))


# ── The tie ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_who_and_why_and_tells_both_authors(cast: Cast, idea: Any, lead_idea: Any) -> None:
    joined = join(idea, lead_idea, cast)

    link = CaseLink.objects.get(source=idea.pk, relation=Relation.JOINED)
    assert (link.target_id, link.made_by, link.why, link.undone_at) == (lead_idea.pk, cast.lead, REASON, None)
    assert (joined.state, joined.awaits, joined.due_at) == (S.JOINED, "", None)
    assert told(cast.author, idea)[-1] == "join"
    assert told(cast.outsider, lead_idea)[-1] == "another_joined"
    assert "another_joined" in told(cast.other_lead, lead_idea)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ASSESSING, S.RETURNED])
def test_undoing_restores_every_row(cast: Cast, lead_idea: Any, state: str) -> None:
    idea = case_in(IdeaFlow, state, cast)
    set_support(idea=idea, person=cast.colleague, on=True)
    set_support(idea=lead_idea, person=cast.colleague, on=True)
    set_follow(idea=idea, person=cast.colleague, on=True)
    write_comment(idea=idea, person=cast.colleague, text="Bra!")
    before, page = rows(), together_panel(fresh(lead_idea), cast.colleague)["beside"].supporters

    join(idea, lead_idea, cast)
    make_move(fresh(idea), "part", cast, reason="De var inte samma sak.")

    after = rows()
    assert {table for table in after if after[table] != before[table]} <= HISTORY | {ENDS}
    assert {table for table in HISTORY & before.keys() if before[table] - after[table]} == set()
    assert together_panel(fresh(lead_idea), cast.colleague)["beside"].supporters == page
    link = CaseLink.objects.get(source=idea.pk, relation=Relation.JOINED)
    assert link.undone_by == cast.lead
    assert told(cast.author, idea)[-1] == "part"


def rows() -> dict[str, Counter[str]]:
    """Every row of every table, as text. Of a case not its version and when it was changed: they count what happens."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT (to_jsonb(t) - 'version' - 'changed_at')::text FROM {table} t")
            found[table] = Counter(row for (row,) in cursor.fetchall())
    return found


def test_it_can_be_joined_again_and_to_another(cast: Cast, idea: Any, lead_idea: Any) -> None:
    due = fresh(idea).due_at
    for _time in range(2):
        join(idea, lead_idea, cast)
        make_move(fresh(idea), "part", cast, reason="Ångrat.")

    assert (fresh(idea).state, fresh(idea).due_at) == (S.ASSESSING, due)
    assert CaseLink.objects.filter(source=idea.pk, undone_at=None).count() == 0


# ── What cannot be joined ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [S.DECLINED, S.WITHDRAWN, S.CLOSED, S.JOINED, S.RIGHTS, S.DRAFT])
def test_an_idea_is_not_joined_to_one_that_leads_nowhere(cast: Cast, idea: Any, state: str) -> None:
    other = case_in(IdeaFlow, state, cast, owner=cast.outsider)

    with pytest.raises(Invalid):
        join(idea, other, cast)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ACCEPTED, S.TRYING, S.INTRODUCED, S.LASTING])
def test_it_is_joined_to_one_that_is_under_way_or_in_use(cast: Cast, idea: Any, state: str) -> None:
    assert join(idea, case_in(IdeaFlow, state, cast, owner=cast.outsider), cast).state == S.JOINED


def test_not_to_itself_nor_by_a_wrong_number(cast: Cast, idea: Any) -> None:
    for reference in (
        idea.reference,
        "SOS 1999-1",
        "",
        case_in(SuggestionFlow, SuggestionState.RECEIVED, cast).reference,
    ):
        with pytest.raises(Invalid):
            perform(fresh(idea), "join", person=again(cast.lead), data={"idea": reference, "reason": REASON})


def test_one_that_others_were_joined_to_is_not_joined(cast: Cast, idea: Any, lead_idea: Any) -> None:
    join(idea, lead_idea, cast)
    third = case_in(IdeaFlow, S.SUBMITTED, cast)

    with pytest.raises(Refused):
        perform(
            fresh(lead_idea), "join", person=again(cast.other_lead), data={"idea": third.reference, "reason": REASON}
        )
    assert together_panel(fresh(lead_idea), cast.colleague)["beside"].supporters == 0


def test_the_database_knows_one_lead_for_each(cast: Cast, idea: Any, lead_idea: Any) -> None:
    join(idea, lead_idea, cast)
    third = case_in(IdeaFlow, S.SUBMITTED, cast)

    with pytest.raises(IntegrityError, match="link_joined_to_one"), transaction.atomic():
        CaseLink.objects.create(source=idea, target=third, relation=Relation.JOINED)


def test_a_tie_by_hand_neither_joins_nor_parts(cast: Cast, idea: Any, lead_idea: Any) -> None:
    client = signed_in(cast.lead)
    tie = reverse("cases:tie", args=[idea.key])
    assert client.post(tie, {"relation": "joined", "reference": lead_idea.reference}).context["form"].errors
    join(idea, lead_idea, cast)
    link = CaseLink.objects.get(source=idea.pk)

    assert client.post(reverse("cases:untie", args=[idea.key, link.pk])).status_code == 403
    assert "losa" not in client.get(idea.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_while_somebody_works_with_the_other_idea_it_is_refused_and_nobody_waits(transactional_db: None) -> None:
    from tests.cast import gather

    cast = gather()
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    lead = case_in(IdeaFlow, S.SUBMITTED, cast, owner=cast.outsider)
    with connections["default"].copy().cursor() as other:
        other.execute("BEGIN")
        other.execute("SELECT FROM cases_case WHERE id = %s FOR UPDATE", [lead.pk])
        with pytest.raises(Refused):
            join(idea, lead, cast)
        other.execute("ROLLBACK")
        other.connection.close()

    assert fresh(idea).state == S.SUBMITTED


# ── Together ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_supporter_counts_once_and_authors_not_at_all(cast: Cast, idea: Any, lead_idea: Any) -> None:
    for one in (idea, lead_idea):
        set_support(idea=one, person=cast.colleague, on=True)
    set_support(idea=idea, person=cast.outsider, on=True)  # who wrote the other
    set_support(idea=idea, person=cast.assessor, on=True)

    join(idea, lead_idea, cast)

    assert together_panel(fresh(lead_idea), cast.colleague)["beside"].supporters == 2
    assert together_panel(fresh(idea), cast.colleague)["beside"].supporters == 3


def test_the_tenth_supporter_may_come_with_the_other_idea(cast: Cast, idea: Any, lead_idea: Any) -> None:
    unit = Unit.objects.get(code="SOS")
    people = User.objects.bulk_create(
        User(username=f"k{n}", name=f"K {n}", unit=unit, is_employee=True) for n in range(MANY_SUPPORTERS)
    )
    for place, person in enumerate(people):
        set_support(idea=(idea, lead_idea)[place % 2], person=person, on=True)
    assert "supported_by_many" not in told(cast.outsider, lead_idea)

    join(idea, lead_idea, cast)

    assert "supported_by_many" in told(cast.outsider, lead_idea)


def test_the_joined_author_is_told_of_each_step_and_their_page_says_it_in_plain_words(
    cast: Cast, idea: Any, lead_idea: Any
) -> None:
    set_follow(idea=idea, person=cast.colleague, on=True)
    join(idea, lead_idea, cast)
    make_move(fresh(lead_idea), "accept", cast, person=again(cast.other_lead))

    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()

    assert told(cast.author, lead_idea) == ["accept"]
    assert told(cast.colleague, lead_idea) == ["accept"]
    assert lead_idea.reference in page
    assert REASON in page
    shown = joined_panel(fresh(idea), cast.author)
    assert shown["sentence"] == PUBLIC[S.ACCEPTED]
    assert shown["next_step"]
    assert idea_panel(fresh(lead_idea), cast.author)["joined"] == 1
    assert joined_panel(fresh(lead_idea), cast.author) == {}


def test_when_the_other_idea_is_withdrawn_those_who_can_let_this_one_go_on_are_told_once(
    cast: Cast, idea: Any, lead_idea: Any
) -> None:
    join(idea, lead_idea, cast)

    perform(fresh(lead_idea), "withdraw", person=again(cast.outsider))

    assert told(cast.lead, idea)[-1] == "lead_withdrawn"
    assert (told(cast.author, idea)[-1], told(cast.author, lead_idea)) == ("join", ["withdraw"])
    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
    assert "kan ångra sammanföringen" in page
    assert perform(fresh(idea), "part", person=again(cast.lead), data={"reason": REASON}).state == S.ASSESSING


def test_an_author_who_does_not_see_the_other_idea_is_told_on_their_own(cast: Cast, idea: Any, lead_idea: Any) -> None:
    join(idea, lead_idea, cast)
    Case.objects.filter(pk=lead_idea.pk).update(confidentiality=Confidentiality.INTERNAL)

    perform(fresh(lead_idea), "withdraw", person=again(cast.outsider))

    assert (told(cast.author, idea)[-2:], told(cast.author, lead_idea)) == (["join", "lead_withdrawn"], [])


@pytest.mark.trust(1)
def test_that_a_closed_idea_is_withdrawn_is_not_told_where_it_was_joined_to(
    cast: Cast, idea: Any, lead_idea: Any
) -> None:
    join(idea, lead_idea, cast)
    make_move(fresh(lead_idea), "send_to_rights", cast, person=again(cast.outsider), reason="Kan vara en uppfinning.")

    perform(fresh(lead_idea), "withdraw", person=again(cast.outsider))

    assert "lead_withdrawn" not in [*told(cast.author, idea), *told(cast.lead, idea)]
    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
    assert "kan ångra sammanföringen" not in page


def test_those_who_wrote_a_joined_idea_are_thanked_and_nobody_else(cast: Cast, idea: Any, lead_idea: Any) -> None:
    name_person(case=idea, person=cast.coauthor, grant="coauthor", by=cast.author)
    join(idea, lead_idea, cast)

    for person, thanked in ((cast.author, True), (cast.coauthor, True), (cast.lead, False), (cast.colleague, False)):
        page = signed_in(person).get(idea.get_absolute_url()).content.decode()
        assert ("Tack för din idé" in page) is thanked, person


@pytest.mark.trust(1)
@pytest.mark.parametrize("closed", [Confidentiality.INTERNAL, Confidentiality.RESTRICTED])
def test_who_may_not_see_the_other_idea_is_told_how_it_gets_on_and_nothing_else(
    cast: Cast, idea: Any, lead_idea: Any, closed: str
) -> None:
    join(idea, lead_idea, cast)
    Case.objects.filter(pk=lead_idea.pk).update(confidentiality=closed, title="Zirkonkrona")

    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()

    assert lead_idea.reference not in page
    assert "Zirkonkrona" not in page
    assert joined_panel(fresh(idea), cast.author)["lead"] is None


def test_suggestions_behind_the_joined_idea_go_with_it(cast: Cast, idea: Any, lead_idea: Any) -> None:
    suggestion = case_in(SuggestionFlow, SuggestionState.LOOKING, cast)
    make_move(suggestion, "answer", cast, disposition="joined", idea=idea.reference, reason="Tack!")
    join(idea, lead_idea, cast)

    assert list(suggestions_of(lead_idea)) == [suggestion]


def test_a_joined_idea_that_may_be_an_invention_is_closed_and_goes_its_own_way(
    cast: Cast, idea: Any, lead_idea: Any
) -> None:
    join(idea, lead_idea, cast)

    make_move(fresh(idea), "send_to_rights", cast, person=again(cast.author), reason="Kan vara en uppfinning.")

    assert (fresh(idea).state, fresh(idea).confidentiality) == (S.RIGHTS, Confidentiality.RESTRICTED)
    assert not CaseLink.objects.filter(source=idea.pk, relation=Relation.JOINED, undone_at=None).exists()
