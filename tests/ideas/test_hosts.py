"""Host placement: units are compared, and asked one after the other until one takes the idea on (strategy §5)."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ideas.actions.placing import pass_over_late
from ideas.flow import IdeaFlow
from ideas.models import Candidate, Idea, Placement
from ideas.panels import hosts_panel
from ideas.states import HostAnswer
from ideas.states import IdeaState as S
from ideas.tasks import pass_over_late as task
from portal.cases.actions.openness import change_openness
from portal.cases.errors import Invalid, NotYours, Refused
from portal.cases.exporting import Contents
from portal.cases.models import Case
from portal.cases.moving import judge, perform
from portal.cases.states import Confidentiality
from portal.cases.workdays import due_at
from portal.indicators.registry import by_key
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role
from tests.cases.test_at_once import at_once
from tests.cast import Cast, again, appointment, case_in, gather, make_move, signed_in
from tests.ideas.story import compare, compare_two

pytestmark = pytest.mark.strategy("B5-2")
POINTS = dict.fromkeys(Candidate.ASPECTS, 4) | {f"{aspect}_why": "Har tid." for aspect in Candidate.ASPECTS}
WHY = {"reason": "Vi har redan en arbetsgrupp."}


@pytest.fixture
def idea(cast: Cast) -> Any:
    """Accepted at SOS, and Karolinska is asked to host it; Danderyd is next."""
    return case_in(IdeaFlow, S.PLACING, cast)


def asked(idea: Any) -> list[tuple[str, str]]:
    """The units that have been asked, with what they answered."""
    return [
        (one.unit.code, one.answer) for one in Candidate.objects.filter(placement__idea=idea.pk, asked_at__isnull=False)
    ]


def awaiting(idea: Any, cast: Cast) -> set[str]:
    return {part for part, person in cast if Case.objects.awaiting(again(person)).filter(pk=idea.pk).exists()}


def notices(idea: Any, move: str) -> set[str]:
    return set(idea.notices.filter(event__move=move).values_list("recipient__username", flat=True))


def test_units_are_compared_on_a_page_with_points_and_a_sentence_for_each(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    client, add = signed_in(cast.lead), reverse("ideas:candidate_add", args=[idea.pk])
    units = {unit.code: unit.pk for unit in Unit.objects.all()}

    assert client.post(add, {**POINTS, "unit": units["KAR"], "chance_why": ""}).status_code == 200
    assert not Candidate.objects.exists()
    assert client.post(add, {**POINTS, "unit": units["KAR"]}).status_code == 302
    assert not judge(idea, IdeaFlow.ask_host)
    assert client.post(add, {**POINTS, "unit": units["DS"]}).status_code == 302
    assert client.post(add, {**POINTS, "unit": units["DS"]}).status_code == 200  # it is there already
    assert judge(Idea.objects.get(pk=idea.pk), IdeaFlow.ask_host)

    danderyd = Candidate.objects.get(unit__code="DS")
    change = reverse("ideas:candidate", args=[idea.pk, danderyd.pk])
    assert client.post(change, {**POINTS, "unit": units["DS"], "chance": 1}).status_code == 302
    assert [(one.unit.code, one.points) for one in Candidate.objects.select_related("unit")] == [("KAR", 12), ("DS", 9)]
    assert "Har tid." in client.get(idea.get_absolute_url()).content.decode()
    assert client.post(reverse("ideas:candidate_remove", args=[idea.pk, danderyd.pk])).status_code == 302
    assert Candidate.objects.get().unit.code == "KAR"


def test_the_unit_with_the_most_points_is_asked_and_those_who_take_part_are_told(cast: Cast, idea: Any) -> None:
    assert asked(idea) == [("KAR", "")]
    assert awaiting(idea, cast) == {"other_lead"}
    assert idea.due_at == due_at(timezone.now(), workdays=10)
    assert notices(idea, "ask_host") >= {"author", "other_lead", "colleague"}
    placement = Placement.objects.get()
    assert {unit.code for unit in placement.units.all()} == {"KAR", "DS", "SOS"}
    assert list(placement.people.all()) == [cast.colleague]


def test_an_idea_is_placed_only_when_it_touches_several_units(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    compare_two(idea, cast)
    one = Unit.objects.get(code="SOS").pk
    with pytest.raises(Invalid, match="minst två enheter"):
        perform(idea, "ask_host", person=again(cast.lead), data={"units": [one], "reason": "Bara vi."})


def test_the_unit_that_takes_it_on_has_it_from_then_on(cast: Cast, idea: Any) -> None:
    reference = idea.reference
    idea = perform(idea, "accept_hosting", person=again(cast.other_lead), data=WHY)

    assert (idea.state, idea.unit.code, idea.holder, idea.reference) == (S.ACCEPTED, "KAR", cast.other_lead, reference)
    moves = list(idea.events.order_by("number").values_list("move", flat=True))
    assert moves[-2:] == ["unit_changed", "accept_hosting"]
    assert notices(idea, "accept_hosting") >= {"author", "lead", "colleague"}
    assert Placement.objects.get().ended_at
    assert awaiting(idea, cast) == {"other_lead"}
    assert by_key("ideas.placed").whole(timezone.localdate().year) == 1
    with pytest.raises(NotYours):
        perform(idea, "try_out", person=again(cast.lead))


def test_when_one_declines_the_next_is_asked_and_when_all_have_it_waits_for_those_who_asked(
    cast: Cast, idea: Any
) -> None:
    with pytest.raises(Invalid):
        perform(idea, "decline_hosting", person=again(cast.other_lead), data={"reason": ""})
    idea = perform(idea, "decline_hosting", person=again(cast.other_lead), data={"reason": "Vi flyttar i höst."})

    assert asked(idea) == [("KAR", HostAnswer.DECLINED), ("DS", "")]
    assert Candidate.objects.get(unit__code="KAR").reason == "Vi flyttar i höst."
    with pytest.raises(NotYours):
        perform(idea, "accept_hosting", person=again(cast.other_lead), data=WHY)
    assert awaiting(idea, cast) == {"lead"}  # nobody is nearer to Danderyd

    idea = perform(idea, "decline_hosting", person=again(cast.lead), data={"reason": "Inte heller där."})
    assert (idea.state, asked(idea)) == (S.PLACING, [("KAR", HostAnswer.DECLINED), ("DS", HostAnswer.DECLINED)])
    assert awaiting(idea, cast) >= {"lead", "manager"}
    assert not judge(idea, IdeaFlow.ask_host)

    compare(idea, "SOS", 2)
    idea = make_move_plainly(idea, cast)
    assert asked(idea)[-1] == ("SOS", "")
    idea = perform(idea, "accept_hosting", person=again(cast.manager), data=WHY)
    assert (idea.state, idea.unit.code) == (S.ACCEPTED, "SOS")


def make_move_plainly(idea: Any, cast: Cast) -> Any:
    units = Unit.objects.filter(code__in=("SOS", "KAR")).values_list("pk", flat=True)
    data = {"units": list(units), "people": "", "reason": "Ingen annan kunde."}
    return perform(idea, "ask_host", person=again(cast.lead), data=data)


def test_the_next_unit_is_told_that_it_is_asked_and_not_that_another_said_no(cast: Cast, idea: Any) -> None:
    danderyd = Unit.objects.get(code="DS")
    Appointment.objects.bulk_create([appointment(cast.outsider, Role.MANAGER, danderyd)])
    idea = perform(idea, "decline_hosting", person=again(cast.other_lead), data={"reason": "Vi flyttar i höst."})

    assert notices(idea, "host_asked") == {"lead", "outsider"}  # nobody is lead nearer to Danderyd
    assert idea.events.get(move="host_asked").note == str(danderyd)
    assert notices(idea, "decline_hosting") == {"lead"}  # who asked
    idea = perform(idea, "decline_hosting", person=again(cast.outsider), data={"reason": "Inte heller där."})
    assert notices(idea, "decline_hosting") >= {"lead", "manager"}  # who go on


def test_who_does_not_answer_in_time_is_passed_over_once(cast: Cast, idea: Any) -> None:
    assert pass_over_late() == 0
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert pass_over_late() == 1
        task()
    assert asked(idea) == [("KAR", HostAnswer.LATE), ("DS", "")]
    assert Idea.objects.get(pk=idea.pk).state == S.PLACING
    assert notices(idea, "pass_over") == {"lead"}
    assert notices(idea, "host_passed_over") == {"other_lead"}
    assert notices(idea, "host_asked") == {"lead"}  # nobody is nearer to Danderyd
    with pytest.raises(NotYours):
        perform(idea, "accept_hosting", person=again(cast.other_lead), data=WHY)


def test_it_may_stay_where_it_is_and_be_placed_anew_with_its_history(cast: Cast, idea: Any) -> None:
    idea = perform(idea, "keep_here", person=again(cast.coordinator), data={"reason": "Vi prövar själva först."})
    assert (idea.state, asked(idea)) == (S.ACCEPTED, [("KAR", HostAnswer.WITHDRAWN)])
    assert notices(idea, "host_let_go") == {"other_lead"}
    assert idea.events.get(move="host_let_go").note == str(Unit.objects.get(code="KAR"))

    idea = make_move(idea, "ask_host", cast)
    assert Placement.objects.filter(idea=idea.pk).count() == 2
    assert len(hosts_panel(idea, again(cast.colleague))["rounds"]) == 2
    assert "Frågan togs tillbaka" in signed_in(cast.colleague).get(idea.get_absolute_url()).content.decode()


def test_a_unit_asked_is_left_alone_when_the_idea_is_closed(cast: Cast, idea: Any) -> None:
    idea = perform(idea, "send_to_rights", person=again(cast.author), data={"reason": "Kan vara en uppfinning."})
    assert (idea.state, asked(idea)) == (S.RIGHTS, [("KAR", HostAnswer.WITHDRAWN)])
    assert 'id="hosts"' not in signed_in(cast.author).get(idea.get_absolute_url()).content.decode()


def test_only_an_idea_that_every_unit_may_read_is_placed(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    compare_two(idea, cast)
    inner = Confidentiality.INTERNAL
    change_openness(case=idea, confidentiality=inner, provision="", reason="Upphandling.", person=cast.lead)
    assert not judge(Idea.objects.get(pk=idea.pk), IdeaFlow.ask_host)
    with pytest.raises(Refused, match="inte öppen"):
        compare(idea, "AISAB", 3)


def test_who_wrote_the_idea_does_not_take_it_on(cast: Cast) -> None:
    Appointment.objects.bulk_create([appointment(cast.author, Role.MANAGER, Unit.objects.get(code="KAR"))])
    idea = case_in(IdeaFlow, S.PLACING, cast)
    with pytest.raises(NotYours):
        perform(idea, "accept_hosting", person=again(cast.author), data=WHY)
    assert "author" not in awaiting(idea, cast)


def test_the_database_lets_one_unit_be_asked_at_a_time_and_keeps_what_they_were_compared_by(
    cast: Cast, idea: Any
) -> None:
    first, second = Candidate.objects.order_by("pk")
    now = timezone.now()
    for broken in (
        lambda: Candidate.objects.filter(pk=second.pk).update(asked_at=now, answer_by=now),
        lambda: Candidate.objects.filter(pk=second.pk).update(chance=5),
        lambda: Candidate.objects.filter(pk=first.pk).update(answer=HostAnswer.DECLINED, answered_at=now),
        lambda: Candidate.objects.filter(pk=first.pk).delete(),
        lambda: Placement.objects.create(idea=idea),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
    change = reverse("ideas:candidate", args=[idea.pk, second.pk])
    assert signed_in(cast.lead).get(change).status_code == 409


def test_the_rounds_go_with_the_case_when_it_is_taken_out(cast: Cast, idea: Any) -> None:
    idea = perform(idea, "accept_hosting", person=again(cast.other_lead), data=WHY)
    contents = Contents(idea)
    archive = ZipFile(BytesIO(b"".join(contents.stream())))

    hosts, rounds = (json.loads(archive.read(f"{name}.json")) for name in ("hosts", "placements"))
    assert [(one["unit"], one["reason"]) for one in hosts] == [
        ("Karolinska Universitetssjukhuset", WHY["reason"]),
        ("Danderyds Sjukhus AB", ""),
    ]
    assert (rounds[0]["asked_by"], rounds[0]["people"]) == (str(cast.lead), str(cast.colleague))
    printed = [fact.value for fact in contents.record().facts]
    assert any("Karolinska" in text and WHY["reason"] in text for text in printed)
    assert archive.read("history.pdf").startswith(b"%PDF")


def test_the_page_costs_as_much_however_many_units_are_compared(cast: Cast, idea: Any) -> None:
    client = signed_in(cast.lead)
    client.get(idea.get_absolute_url())
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(idea.get_absolute_url())
    for code in ("AISAB", "FTV"):
        compare(idea, code, 2)
    with CaptureQueriesContext(connection) as after:
        client.get(idea.get_absolute_url())
    assert len(after) <= len(before) <= 22


def test_of_two_who_answer_at_once_one_is_heard(transactional_db: None) -> None:
    cast = gather()
    idea = case_in(IdeaFlow, S.PLACING, cast)

    moves = ("accept_hosting", "decline_hosting")
    tasks: list[Callable[[], Any]] = [
        partial(perform, idea, move, person=again(cast.other_lead), data=WHY) for move in moves
    ]
    found = at_once(tasks * 2)

    lost = [str(answer) for answer in found if isinstance(answer, Refused | NotYours)]
    assert len(lost) == 3
    assert all(lost)
    assert idea.events.filter(move__in=moves).count() == 1
    assert Candidate.objects.filter(placement__idea=idea.pk, answered_at__isnull=False).count() == 1
