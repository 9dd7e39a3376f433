"""A right is not lost because nobody was left to see to it: who may still decide, and who is told by the diary number alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.deadlines import ALARMED, watch_deadlines
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.cases.workdays import STOCKHOLM
from portal.notices.models import Notice
from portal.notices.posting import gather_mail, post_mail
from portal.notices.states import Topic
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role
from rights.flow import DisclosureFlow
from rights.states import DisclosureState as S
from tests.cast import Cast, again, appointment, case_in, draft_of, make_move, signed_in
from tests.rights.story import contribute

pytestmark = pytest.mark.strategy("B43-2")
START = datetime(2026, 3, 10, 9, tzinfo=STOCKHOLM)
LAST = datetime(2026, 7, 10, 23, 59, 59, tzinfo=STOCKHOLM)
SECRET = "Förborgad"


@pytest.fixture
def notified(cast: Cast) -> Any:
    with time_machine.travel(START, tick=False):
        case = case_in(DisclosureFlow, S.NOTIFIED, cast, title=f"{SECRET} titel", description=f"{SECRET} text")
    Notice.objects.all().delete()
    return case


def told(*topics: Topic) -> list[tuple[str, str, int]]:
    rows = Notice.objects.filter(topic__in=topics).order_by("pk").values_list("recipient__username", "topic", "stage")
    return [(person or "", topic, stage) for person, topic, stage in rows]


def morning(days_before: int) -> None:
    """The clock asks twice, as it may."""
    for _once_more in range(2):
        watch_deadlines(now=LAST - timedelta(days=days_before, hours=17))


def bar(case: Any, person: User, way: str) -> None:
    match way:
        case "contributor":
            contribute(case, person, 20)
            contribute(case, case.owner, 80)
        case "coauthor":
            name_person(case=case, person=person, grant="coauthor", by=case.owner)
            contribute(case, case.owner)
        case "appointment":
            Appointment.objects.filter(person=person).delete()
            contribute(case, case.owner)


# ── Notifying ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["contributor", "coauthor", "appointment"])
def test_nothing_is_notified_to_nobody_and_the_refusal_says_whom_to_call(cast: Cast, way: str) -> None:
    draft = draft_of(DisclosureFlow, cast)
    bar(draft, cast.jurist, way)

    with pytest.raises(Refused, match=settings.CONTACT["phone"]):
        perform(draft, "notify", person=cast.author)

    Appointment.objects.bulk_create([appointment(cast.outsider, Role.RIGHTS_REVIEWER, Unit.objects.get(code="REGION"))])
    assert perform(draft, "notify", person=again(cast.author)).state == S.NOTIFIED


def test_it_goes_to_those_above_where_all_at_the_unit_have_a_part_in_it(cast: Cast) -> None:
    near = appointment(cast.colleague, Role.RIGHTS_REVIEWER, Unit.objects.get(code="SOS"))
    Appointment.objects.bulk_create([near])
    draft = draft_of(DisclosureFlow, cast)
    bar(draft, cast.colleague, "contributor")

    perform(draft, "notify", person=cast.author)

    assert {person for person, _topic, _stage in told(Topic.MOVED)} == {"jurist"}


def test_an_idea_is_not_sent_to_a_reviewer_who_wrote_it(cast: Cast) -> None:
    idea = draft_of(IdeaFlow, cast, confidentiality=Confidentiality.RESTRICTED)
    name_person(case=idea, person=cast.jurist, grant="coauthor", by=cast.author)

    with pytest.raises(Refused, match=settings.CONTACT["phone"]):
        make_move(idea, "submit_closed", cast, person=cast.author)


# ── Standing aside ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_last_reviewer_may_stand_aside_and_the_coordinators_are_told_at_once(cast: Cast, notified: Any) -> None:
    make_move(notified, "stand_aside", cast)

    assert told(Topic.UNMANNED) == [("coordinator", "unmanned", 0)]
    assert Event.objects.get(case=notified.pk, move=ALARMED).internal
    page = signed_in(cast.coordinator).get("/notiser/").content.decode()
    assert notified.reference in page
    assert "En annan rättighetsgranskare måste utses" in page
    assert SECRET not in page
    assert notified.get_absolute_url() not in page


def test_nobody_is_alarmed_where_another_reviewer_is_left(cast: Cast, notified: Any) -> None:
    Appointment.objects.bulk_create([appointment(cast.outsider, Role.RIGHTS_REVIEWER, Unit.objects.get(code="REGION"))])
    make_move(notified, "stand_aside", cast, person=again(cast.jurist))

    assert told(Topic.UNMANNED, Topic.MOVED) == [("outsider", "moved", 0)]


@pytest.mark.parametrize("state", [S.LAPSED, S.DECIDED, S.AGREED, S.IN_USE])
def test_standing_aside_is_possible_as_long_as_the_case_is_open(cast: Cast, state: S) -> None:
    case = case_in(DisclosureFlow, state, cast)

    assert make_move(case, "stand_aside", cast).state == state


# ── Before the last day ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("barred", ["contributor", "recused", "appointment"])
def test_without_a_reviewer_the_coordinators_are_reminded_instead(cast: Cast, notified: Any, barred: str) -> None:
    if barred == "recused":
        make_move(notified, "stand_aside", cast)
    elif barred == "contributor":
        contribute(notified, cast.jurist, 1)
    else:
        Appointment.objects.filter(person=cast.jurist).delete()
    Notice.objects.all().delete()

    for days in (90, 30, 14, 3):
        morning(days)

    assert told(*Topic) == [("coordinator", "unmanned", days) for days in (90, 30, 14, 3)]


def test_the_coordinators_are_told_that_no_decision_is_made_while_there_is_time(cast: Cast, notified: Any) -> None:
    for days in (90, 30, 14, 3):
        morning(days)

    assert told(Topic.REMINDER) == [("jurist", "reminder", days) for days in (90, 30, 14, 3)]
    assert told(Topic.AT_RISK) == [("coordinator", "at_risk", days) for days in (14, 3)]
    assert Event.objects.filter(case=notified.pk, move=ALARMED, internal=True).count() == 2


def test_they_are_told_also_while_the_author_completes_it(cast: Cast, notified: Any) -> None:
    with time_machine.travel(START, tick=False):
        make_move(make_move(notified, "take_up", cast), "ask_completion", cast)

    morning(14)

    assert told(Topic.AT_RISK) == [("coordinator", "at_risk", 14)]


def test_a_decision_silences_the_alarm(cast: Cast, notified: Any) -> None:
    with time_machine.travel(START, tick=False):
        make_move(make_move(notified, "take_up", cast), "claim", cast)

    morning(14)

    assert told(Topic.AT_RISK, Topic.UNMANNED) == []


def test_on_a_working_day_that_a_free_last_day_gives_the_coordinators_are_told_once_more(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 11, 9, tzinfo=STOCKHOLM), tick=False):
        case_in(DisclosureFlow, S.NOTIFIED, cast)  # until Saturday 11 July
    Notice.objects.all().delete()

    watch_deadlines(now=datetime(2026, 7, 13, 6, tzinfo=STOCKHOLM))

    assert told(Topic.ESCALATION, Topic.AT_RISK) == [("jurist", "escalation", 0), ("coordinator", "at_risk", 0)]


def test_an_idea_that_waits_for_a_reviewer_who_is_gone_is_told_of_too(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.RIGHTS, cast)
    Appointment.objects.filter(person=cast.jurist).delete()
    Notice.objects.all().delete()
    due = idea.due_at.astimezone(STOCKHOLM)

    for _once_more in range(2):
        watch_deadlines(now=due - timedelta(hours=17))
    for days in range(1, 8):  # one of them is a working day
        watch_deadlines(now=due + timedelta(days=days))

    assert [topic for _person, topic, _stage in told(*Topic)].count("unmanned") == 2


def test_an_alarm_by_e_mail_carries_the_number_and_the_day_alone(cast: Cast, notified: Any) -> None:
    morning(14)
    Notice.objects.update(mail_at=LAST - timedelta(days=14))
    with time_machine.travel(LAST - timedelta(days=14), tick=False):
        gather_mail()
        post_mail()

    (message,) = [one for one in mail.outbox if one.to == [cast.coordinator.email]]
    words = f"{message.subject}\n{message.body}\n{message.alternatives[0][0]}"  # type: ignore[attr-defined]
    assert notified.reference in words
    assert "fredag 10 juli 2026" in words
    assert SECRET not in words
    assert Case.objects.get(pk=notified.pk).get_absolute_url() not in words


def test_an_alarm_that_a_decision_has_answered_is_not_mailed(cast: Cast, notified: Any) -> None:
    morning(14)
    with time_machine.travel(LAST - timedelta(days=14), tick=False):
        make_move(make_move(notified, "take_up", cast), "claim", cast)
        Notice.objects.filter(topic=Topic.AT_RISK).update(mail_at=LAST - timedelta(days=14))
        gather_mail()
        post_mail()

    assert not [one for one in mail.outbox if one.to == [cast.coordinator.email]]
