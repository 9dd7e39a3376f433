"""Units end and merge, and no case is left without a unit that someone reaches."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.drafts import begin_case
from portal.cases.errors import Refused
from portal.cases.flow import Flow
from portal.cases.models import Case, Event
from portal.cases.moving import judge, perform
from portal.cases.queries import verify_history
from portal.cases.queries.finding import whos_held
from portal.organisation import actions
from portal.organisation.actions import close_unit, hand_over, hand_over_closed_units, merge_units
from portal.organisation.models import Appointment, Unit
from portal.organisation.queries import heir_of
from portal.organisation.rules import keeps_diary
from portal.organisation.standing import standing_of
from portal.organisation.states import Role, UnitKind
from tests.cast import Cast, again, appointment, case_in, draft_of, gather, signed_in
from tests.days import today, tomorrow, yesterday


def unit(code: str) -> Unit:
    return Unit.objects.get(code=code)


def add_unit(code: str, *, under: str = "LISAB", prefix: str = "", **fields: object) -> Unit:
    values = {"valid_from": date(2020, 1, 1), "kind": UnitKind.COMPANY, "name": f"Enheten {code}", **fields}
    made = Unit.objects.create(code=code, parent=unit(under), prefix=prefix, **values)
    made.refresh_from_db()
    return made


def last_event(case: Case) -> Event:
    return Event.objects.filter(case=case).latest("number")


def orphans() -> list[str]:
    """Open cases and drafts at a unit that is past."""
    left = Case.objects.filter(closed_at=None, unit__valid_to__lt=today())
    return [str(case) for case in left]


# ── The tree ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_units_stand_as_they_were_registered_each_before_what_lies_under_it(db: None) -> None:
    found = list(Unit.objects.in_order().values_list("code", flat=True))
    assert found[:5] == ["REGION", "RS", "RLK", "HSN", "HSF"]
    assert found[found.index("TN") : found.index("FTN")] == ["TN", "TF", "SL", "WAAB"]


def test_a_board_of_the_term_before_is_past_and_has_a_successor(db: None) -> None:
    before = unit("TRN")
    assert before.is_past
    assert before.successor == unit("KRN")
    assert before.successor.valid_from == before.valid_to + timedelta(days=1)  # type: ignore[operator]  # it has a last day


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_open_cases_and_drafts_move_to_the_successor_with_an_event_and_keep_their_number(cast: Cast) -> None:
    old = add_unit("GAMMAL", prefix="GML")
    submitted = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit="GAMMAL")
    draft = draft_of(IdeaFlow, cast, unit="GAMMAL")
    ended = case_in(IdeaFlow, IdeaState.DECLINED, cast, unit="GAMMAL")
    elsewhere = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    before = Case.objects.get(pk=submitted.pk)

    close_unit(unit=old, successor=unit("SOS"), on=yesterday(), by=cast.coordinator)

    moved = Case.objects.get(pk=submitted.pk)
    assert moved.unit == unit("SOS")
    assert (moved.reference, moved.state, moved.awaits, moved.due_at) == (
        before.reference, before.state, before.awaits, before.due_at,
    )  # fmt: skip
    assert moved.version == before.version + 1
    event = last_event(submitted)
    assert (event.move, event.person, event.data["to_name"]) == ("unit_changed", cast.coordinator, "Södersjukhuset AB")
    assert Case.objects.get(pk=draft.pk).unit == unit("SOS")
    assert not Event.objects.filter(case=draft).exists(), "a draft is no official document and has no history"
    assert Case.objects.get(pk=ended.pk).unit == old
    assert last_event(elsewhere).move != "unit_changed"
    assert verify_history().whole
    assert orphans() == []


def test_a_moved_case_goes_on_in_the_hands_of_those_who_hold_the_office_at_the_successor(cast: Cast) -> None:
    old = add_unit("GAMMAL", under="REGION", prefix="GML", kind=UnitKind.BOARD)
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit="SOS")
    Case.objects.filter(pk=idea.pk).update(unit=old)
    assert idea.pk not in Case.objects.awaiting(again(cast.other_lead)).values_list("pk", flat=True)
    close_unit(unit=old, successor=unit("KAR"), on=yesterday(), by=None)
    assert idea.pk in Case.objects.awaiting(again(cast.other_lead)).values_list("pk", flat=True)


def test_a_new_idea_of_someone_who_worked_there_lands_at_the_successor(cast: Cast) -> None:
    old = add_unit("GAMMAL")
    User.objects.filter(pk=cast.colleague.pk).update(unit=old)
    close_unit(unit=old, successor=unit("SOS"), on=yesterday(), by=None)
    assert again(cast.colleague).unit == unit("SOS")


def test_a_unit_closed_by_date_keeps_its_cases_to_the_last_day_and_the_calendar_moves_them(cast: Cast) -> None:
    old = add_unit("GAMMAL")
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit="GAMMAL")
    close_unit(unit=old, successor=unit("SOS"), on=today(), by=None)
    assert hand_over_closed_units() == 0
    assert Case.objects.get(pk=idea.pk).unit == old
    late = draft_of(IdeaFlow, cast, unit="GAMMAL")
    Unit.objects.filter(pk=old.pk).update(valid_to=yesterday())
    assert hand_over_closed_units() == 2
    assert hand_over_closed_units() == 0, "a second run finds nothing"
    assert {case.unit for case in Case.objects.filter(pk__in=[idea.pk, late.pk])} == {unit("SOS")}
    assert orphans() == []


def test_cases_follow_a_line_of_successors_to_its_end(cast: Cast) -> None:
    first, second = add_unit("ETT"), add_unit("TVA")
    close_unit(unit=first, successor=second, on=yesterday(), by=None)
    late = draft_of(IdeaFlow, cast, unit="ETT")
    close_unit(unit=second, successor=unit("SOS"), on=yesterday(), by=None)
    assert heir_of(unit("ETT")) == unit("SOS")
    hand_over_closed_units()
    assert Case.objects.get(pk=late.pk).unit == unit("SOS")


def test_offices_end_with_the_unit_and_those_that_had_not_begun_are_gone(cast: Cast) -> None:
    old = add_unit("GAMMAL")
    Appointment.objects.bulk_create(
        [
            appointment(cast.lead, Role.MANAGER, old),
            appointment(cast.jurist, Role.MANAGER, old, until=-10),
            Appointment(person=cast.author, role=Role.MANAGER, unit=old, valid_from=tomorrow()),
        ]
    )
    close_unit(unit=old, successor=unit("SOS"), on=yesterday(), by=None)
    ends = dict(Appointment.objects.filter(unit=old).values_list("person__username", "valid_to"))
    assert ends == {"lead": yesterday(), "jurist": today() - timedelta(days=10)}


@pytest.mark.parametrize(
    ("code", "successor", "on", "says"),
    [
        ("SOS", "GONE", today(), "does not exist"),
        ("SOS", "LATER", today(), "does not exist"),
        ("SOS", "SOS", today(), "from itself"),
        ("LISAB", "RS", today(), "under it"),
        ("SOS", "REGION", today(), "no diary"),
        ("GONE", "SOS", today(), "closed already"),
        ("SOS", "DS", date(2019, 1, 1), "begins after"),
    ],
)
def test_what_would_leave_something_behind_is_refused_with_the_reason(
    cast: Cast, code: str, successor: str, on: date, says: str
) -> None:
    add_unit("GONE", valid_to=yesterday())
    add_unit("LATER", valid_from=today() + timedelta(days=30))
    case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    with override("en"), pytest.raises(Refused, match=says):
        close_unit(unit=unit(code), successor=unit(successor), on=on, by=None)
    assert not Unit.objects.current().filter(successor__isnull=False).exists()


def test_a_circle_of_successors_is_refused_by_rule_and_by_the_database(db: None) -> None:
    first, second = add_unit("ETT"), add_unit("TVA")
    close_unit(unit=first, successor=second, on=tomorrow(), by=None)
    with override("en"), pytest.raises(Refused, match="from itself"):
        close_unit(unit=second, successor=unit("ETT"), on=today(), by=None)
    with pytest.raises(IntegrityError, match="take over from itself"), transaction.atomic():
        Unit.objects.filter(code="TVA").update(successor=first)


# ── Without a diary ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("flow", [kind.flow for kind in kinds.all_kinds()], ids=lambda flow: flow.__name__)
def test_no_case_is_opened_at_a_unit_without_a_diary(cast: Cast, flow: type[Flow]) -> None:
    draft = draft_of(flow, cast, unit="REGION")
    opening = [move for move in flow.moves_from(flow.start) if move.target is not None]
    assert opening
    for move in opening:
        with override("en"):
            assert "keeps no diary" in " ".join(str(reason) for reason in judge(draft, move).reasons), move.name


def test_who_hands_in_there_gets_the_sentence_and_the_draft_stays(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast, unit="REGION")
    with override("en"), pytest.raises(Refused, match="keeps no diary"):
        perform(draft, "submit", person=cast.author)
    assert Case.objects.get(pk=draft.pk).state == IdeaState.DRAFT


@pytest.mark.parametrize("at", [None, "REGION"])
def test_who_works_where_there_is_no_diary_chooses_a_unit_that_has_one(cast: Cast, at: str | None) -> None:
    User.objects.filter(pk=cast.colleague.pk).update(unit=unit(at) if at else None)
    client, address = signed_in(again(cast.colleague)), reverse("ideas:begin")
    offered = set(client.get(address).context["form"].fields["unit"].queryset)
    assert offered == {one for one in Unit.objects.current() if keeps_diary(one)}
    assert unit("RLK") in offered
    assert unit("REGION") not in offered
    client.post(address, {"title": "Drönare", "possible_invention": "False", "unit": unit("SOS").pk})
    assert Case.objects.get(owner=cast.colleague).unit == unit("SOS")


# ── Merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_merging_moves_everything_of_all_into_one(cast: Cast) -> None:
    parts = [add_unit("ETT", prefix="ET"), add_unit("TVA", prefix="TV")]
    ideas = [case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit=part.code) for part in parts]
    merge_units(units=parts, into=unit("DS"), on=yesterday(), by=None)
    assert {Case.objects.get(pk=idea.pk).unit for idea in ideas} == {unit("DS")}
    assert {idea.reference.split()[0] for idea in ideas} == {"ET", "TV"}


def test_a_merge_that_cannot_be_done_whole_is_not_done_at_all(cast: Cast) -> None:
    add_unit("ETT")
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit="ETT")
    with pytest.raises(Refused):
        merge_units(units=[unit("ETT"), unit("LISAB")], into=unit("RS"), on=yesterday(), by=None)
    assert unit("ETT").valid_to is None
    assert Case.objects.get(pk=idea.pk).unit == unit("ETT")


# ── In numbers, and at the same time ─────────────────────────────────────────────────────────────────────────────────


def test_a_batch_costs_the_same_whatever_its_size(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for number, code in ((1, "ETT"), (3, "TVA")):
        old = add_unit(code)
        for _ in range(number):
            case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit=code)
        Unit.objects.filter(pk=old.pk).update(valid_to=yesterday(), successor=unit("SOS"))
        with CaptureQueriesContext(connection) as queries:
            assert hand_over(unit=unit(code)) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_run_that_is_broken_off_is_finished_by_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_A_TIME", 2)
    old = add_unit("GAMMAL")
    for _ in range(5):
        case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit="GAMMAL")
    Unit.objects.filter(pk=old.pk).update(valid_to=yesterday(), successor=unit("SOS"))
    assert actions._move_some(unit("GAMMAL"), unit("SOS"), None) == 2
    assert hand_over_closed_units() == 3
    assert Event.objects.filter(move="unit_changed").count() == 5


def test_sql_cannot_close_a_unit_over_an_open_case_or_put_one_into_a_closed_unit(cast: Cast) -> None:
    old = add_unit("GAMMAL")
    draft = draft_of(IdeaFlow, cast, unit="GAMMAL")
    with pytest.raises(IntegrityError, match="no successor"), transaction.atomic():
        Unit.objects.filter(pk=old.pk).update(valid_to=today())
    empty = add_unit("TOM", valid_to=yesterday())
    with pytest.raises(IntegrityError, match="no successor"), transaction.atomic():
        Case.objects.filter(pk=draft.pk).update(unit=empty)
    with pytest.raises(IntegrityError, match="no successor"), transaction.atomic():
        begin_case(model=IdeaFlow.model, owner=cast.author, unit=empty)


def test_a_case_that_begins_while_its_unit_is_closed_is_moved_or_waits(transactional_db: None) -> None:
    """Two connections: whoever comes second sees what the first did, and nothing is left behind."""
    cast = gather()
    old = add_unit("GAMMAL")
    start = Barrier(2)

    def close() -> None:
        start.wait()
        close_unit(unit=old, successor=unit("SOS"), on=yesterday(), by=None)
        connections.close_all()

    def begin() -> None:
        start.wait()
        for _ in range(5):
            draft_of(IdeaFlow, cast, unit="GAMMAL")
        connections.close_all()

    threads = [Thread(target=close), Thread(target=begin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hand_over_closed_units()
    assert Case.objects.count() == 5
    assert orphans() == []


def test_someone_with_the_old_page_open_is_told_that_the_case_has_moved_on(cast: Cast) -> None:
    old = add_unit("GAMMAL")
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, unit="GAMMAL")
    seen = Case.objects.get(pk=idea.pk).version
    close_unit(unit=old, successor=unit("SOS"), on=yesterday(), by=None)
    held = whos_held(idea, again(cast.lead), [move.by for move in IdeaFlow.moves_from(IdeaState.SUBMITTED)])
    name = next(move.name for move in IdeaFlow.moves_from(IdeaState.SUBMITTED) if held[move.by.key])
    with pytest.raises(Refused):
        perform(idea, name, person=again(cast.lead), version=seen)
    assert Case.objects.get(pk=idea.pk).state == IdeaState.SUBMITTED


# ── Who reaches what ─────────────────────────────────────────────────────────────────────────────────────────────────


def reached(person: User, role: Role) -> set[str]:
    ids = standing_of(again(person)).units(role)
    return set(Unit.objects.filter(pk__in=ids).values_list("code", flat=True))


def test_a_role_reaches_the_unit_and_everything_below_and_nothing_beside(cast: Cast) -> None:
    below = {"SOS", "DS", "STS", "STE", "FTV", "AISAB", "SC", "MC", "LOC", "IF"}
    assert reached(cast.lead, Role.INNOVATION_LEAD) == {"LISAB", *below}
    assert reached(cast.other_lead, Role.INNOVATION_LEAD) == {"KAR"}
    assert reached(cast.former_lead, Role.INNOVATION_LEAD) == set()
    assert reached(cast.inactive, Role.INNOVATION_LEAD) == set()
    assert reached(cast.lead, Role.REGISTRAR) == set()
    assert reached(cast.controller, Role.CONTROLLER) == set(Unit.objects.values_list("code", flat=True))


def test_a_unit_that_moves_in_the_tree_takes_its_reach_along(cast: Cast) -> None:
    ward = add_unit("AVD", under="SOS")
    team = add_unit("TEAM", under="AVD")
    assert {"AVD", "TEAM"} <= reached(cast.lead, Role.INNOVATION_LEAD)
    ward.parent = unit("KAR")
    ward.save()
    assert not {"AVD", "TEAM"} & reached(cast.lead, Role.INNOVATION_LEAD)
    assert reached(cast.other_lead, Role.INNOVATION_LEAD) == {"KAR", "AVD", "TEAM"}
    team.refresh_from_db()
    assert team.path.split(".")[:-1] == [*unit("KAR").path.split("."), str(ward.pk)]


def test_a_unit_cannot_lie_under_itself(db: None) -> None:
    ward = add_unit("AVD", under="SOS")
    with pytest.raises(IntegrityError, match="under itself"), transaction.atomic():
        Unit.objects.filter(code="SOS").update(parent=ward)


def test_the_ended_cases_of_a_closed_unit_are_read_by_those_who_took_over(cast: Cast) -> None:
    first, second = add_unit("ETT", under="REGION", prefix="ET"), add_unit("TVA", under="REGION", prefix="TV")
    close_unit(unit=first, successor=second, on=yesterday(), by=None)
    assert "ETT" not in reached(cast.other_lead, Role.INNOVATION_LEAD)
    close_unit(unit=second, successor=unit("KAR"), on=yesterday(), by=None)
    assert reached(cast.other_lead, Role.INNOVATION_LEAD) == {"KAR", "ETT", "TVA"}


def test_a_unit_that_will_close_is_not_yet_the_successors(cast: Cast) -> None:
    soon = add_unit("SNART", under="REGION", prefix="SN")
    close_unit(unit=soon, successor=unit("KAR"), on=today(), by=None)
    assert reached(cast.other_lead, Role.INNOVATION_LEAD) == {"KAR"}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=8),
    top=st.integers(min_value=0, max_value=8),
)
def test_reach_is_what_walking_the_tree_finds(cast: Cast, parents: list[int], top: int) -> None:
    with transaction.atomic():
        units: list[Unit] = [add_unit("ROT", under="REGION")]
        for number, parent in enumerate(parents):
            units.append(add_unit(f"G{number}", under=units[parent % len(units)].code))
        root = units[top % len(units)]
        appointment(cast.author, Role.TESTBED_HOST, root).save()

        def walk(place: Unit) -> set[str]:
            return {place.code}.union(*(walk(child) for child in units if child.parent_id == place.pk))

        assert reached(cast.author, Role.TESTBED_HOST) == walk(root)
        transaction.set_rollback(True)


def test_every_change_is_kept_with_what_it_was(cast: Cast) -> None:
    old = add_unit("GAMMAL")
    office = appointment(cast.author, Role.MANAGER, old)
    office.save()
    close_unit(unit=old, successor=unit("SOS"), on=yesterday(), by=cast.admin)

    def kept(row: Model) -> list[str]:
        return list(row.changes.order_by("pgh_id").values_list("pgh_label", flat=True))  # type: ignore[attr-defined]  # by pghistory

    assert kept(old) == ["created", "changed"]
    assert kept(office) == ["created", "changed"]
    change = office.changes.latest("pgh_id")  # type: ignore[attr-defined]
    assert (change.pgh_context.metadata["action"], change.pgh_context.metadata["by"]) == ("close_unit", cast.admin.pk)
