"""Support, follow, comment: open to colleagues, told once, closed with the idea."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ideas.actions.talking import (
    change_comment,
    let_stand,
    remove_comment,
    report_comment,
    set_follow,
    set_support,
    write_comment,
)
from ideas.flow import IdeaFlow
from ideas.models import Comment, CommentReport, Follow, Idea, Support
from ideas.panels import together_panel
from ideas.rules import MANY_SUPPORTERS
from ideas.states import IdeaState as S
from portal.accounts.models import User
from portal.accounts.states import Delivery
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.notices.models import Notice
from portal.organisation.models import Unit
from tests.cast import PARTS, Cast, again, case_in, make_move, signed_in

pytestmark = pytest.mark.strategy("B2-3", "B43-1")


@pytest.fixture
def idea(cast: Cast) -> Any:
    return case_in(IdeaFlow, S.ASSESSING, cast)


def colleagues(number: int) -> list[User]:
    unit = Unit.objects.get(code="SOS")
    people = [User(username=f"kollega{n}", name=f"Kollega {n}", unit=unit, is_employee=True) for n in range(number)]
    return User.objects.bulk_create(people)


def told(person: User, case: Any) -> list[str]:
    """Moves that the person has a notice of, in order."""
    notices = Notice.objects.filter(recipient=person, case=case.pk, event__isnull=False)
    return list(notices.order_by("pk").values_list("event__move", flat=True))


def press(person: User, name: str, idea: Any, *, on: bool = True) -> int:
    address = reverse(f"ideas:{name}", args=[idea.pk])
    return signed_in(again(person)).post(address, {"on": "1" if on else "0"}).status_code


# ── Support and follow ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["support", "follow"])
def test_every_colleague_may_and_nobody_else(cast: Cast, idea: Any, name: str) -> None:
    answers = {part: press(getattr(cast, part), name, idea) for part in PARTS if part != "inactive"}

    employees = {part for part, is_of in PARTS.items() if is_of.employee and is_of.active}
    assert {part for part, status in answers.items() if status == 302} == employees - {"author"}
    assert {part: status for part, status in answers.items() if status != 302} == {
        "author": 403,
        "external": 404,
        "admin": 404,
    }


def test_supporting_twice_counts_once_and_is_undone(cast: Cast, idea: Any) -> None:
    press(cast.colleague, "support", idea)
    press(cast.colleague, "support", idea)
    assert together_panel(idea, cast.colleague)["beside"].supporters == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(idea=idea, person=cast.colleague)

    press(cast.colleague, "support", idea, on=False)
    assert not Support.objects.exists()


def test_a_follower_is_told_of_each_step_once_until_they_stop(cast: Cast, idea: Any) -> None:
    User.objects.filter(pk=cast.colleague.pk).update(delivery=Delivery.MANDATORY)
    for person in (cast.colleague, cast.manager):
        set_follow(idea=idea, person=person, on=True)

    make_move(idea, "send_back", cast)
    make_move(idea, "hand_in", cast)
    assert told(cast.colleague, idea) == ["send_back", "hand_in"]
    assert told(cast.manager, idea) == ["send_back", "hand_in"]
    assert not Notice.objects.filter(recipient=cast.colleague, mail_at__isnull=False).exists()  # as they have chosen
    assert Notice.objects.filter(recipient=cast.author, event__move="send_back", mandatory=True).count() == 1

    set_follow(idea=idea, person=cast.colleague, on=False)
    make_move(idea, "withdraw", cast)
    assert told(cast.colleague, idea) == ["send_back", "hand_in"]


def test_who_is_told_anyway_is_not_told_twice(cast: Cast, idea: Any) -> None:
    set_follow(idea=idea, person=cast.lead, on=True)
    before = len(told(cast.lead, idea))

    make_move(idea, "withdraw", cast)

    assert told(cast.lead, idea)[before:] == ["withdraw"]


def test_a_follower_is_not_told_of_what_goes_on_inside(cast: Cast, idea: Any) -> None:
    set_follow(idea=idea, person=cast.colleague, on=True)
    make_move(idea, "ask_assessors", cast)
    make_move(idea, "stand_aside", cast)

    internal = [move.name for move in IdeaFlow.moves.values() if move.internal]
    assert set(told(cast.colleague, idea)) & set(internal) == set()


@pytest.mark.trust(1)
def test_when_the_idea_is_closed_followers_hear_no_more_and_nobody_takes_part(cast: Cast, idea: Any) -> None:
    set_follow(idea=idea, person=cast.colleague, on=True)
    comment = write_comment(idea=idea, person=cast.colleague, text="Så gör vi redan.")
    make_move(idea, "send_to_rights", cast)

    assert told(cast.colleague, idea) == []
    for person in (cast.author, cast.jurist):
        assert press(person, "follow", idea) == 403
        page = signed_in(again(person)).get(idea.get_absolute_url()).content.decode()
        assert "Så gör vi redan." not in page
        assert 'id="together"' not in page
        assert not Comment.objects.readable_by(again(person)).exists()
    for action in (
        lambda: set_support(idea=idea, person=cast.jurist, on=True),
        lambda: set_follow(idea=idea, person=cast.jurist, on=True),
        lambda: write_comment(idea=idea, person=cast.author, text="Hej"),
        lambda: remove_comment(comment=comment, person=cast.jurist, reason="Nej"),
    ):
        with pytest.raises(Refused):
            action()


def test_the_authors_are_told_of_the_tenth_supporter_once(cast: Cast, idea: Any) -> None:
    people = colleagues(MANY_SUPPORTERS + 1)
    for person in people[: MANY_SUPPORTERS - 1]:
        set_support(idea=idea, person=person, on=True)
    assert "supported_by_many" not in told(cast.author, idea)

    last = people[MANY_SUPPORTERS - 1]
    for on in (True, False, True):
        set_support(idea=idea, person=last, on=on)
    set_support(idea=idea, person=people[-1], on=True)

    assert told(cast.author, idea).count("supported_by_many") == 1


# ── Comments ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_comment_is_written_answered_and_told_of(cast: Cast, idea: Any) -> None:
    address = reverse("ideas:comment", args=[idea.pk])
    assert signed_in(cast.outsider).post(address, {"text": "Hur mäter ni?"}).status_code == 302
    comment = Comment.objects.get()
    answer = f"{address}?svar={comment.pk}"
    assert signed_in(cast.author).post(answer, {"text": "Med en enkät."}).status_code == 302
    reply = Comment.objects.get(parent=comment)
    signed_in(cast.colleague).post(f"{address}?svar={reply.pk}", {"text": "Bra."})

    assert Comment.objects.get(text="Bra.").parent == comment  # two levels
    assert told(cast.author, idea).count("comment_written") == 2  # not of one's own
    assert told(cast.outsider, idea).count("comment_written") == 1
    page = signed_in(again(cast.assessor)).get(idea.get_absolute_url()).content.decode()
    assert page.index("Hur mäter ni?") < page.index("Med en enkät.") < page.index("Bra.")


def test_what_was_typed_is_not_lost_when_a_comment_cannot_be_changed_or_answered_any_more(
    cast: Cast, idea: Any
) -> None:
    comment = write_comment(idea=idea, person=cast.colleague, text="Först")
    change = reverse("ideas:comment_change", args=[idea.pk, comment.pk])
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        late = signed_in(again(cast.colleague)).post(change, {"text": "Det jag ändrade"})
    assert late.status_code == 409
    assert "Det jag ändrade" in late.content.decode()
    assert "femton minuter" in late.content.decode()

    remove_comment(comment=comment, person=cast.lead, reason="Fel idé")
    answer = f"{reverse('ideas:comment', args=[idea.pk])}?svar={comment.pk}"
    page = signed_in(again(cast.outsider)).post(answer, {"text": "Mitt långa svar"})
    assert page.status_code == 409
    assert "Mitt långa svar" in page.content.decode()
    assert "har tagits bort" in page.content.decode()
    assert Comment.objects.count() == 1


def test_a_thread_goes_on_when_its_first_comment_is_removed_and_its_writer_is_told(cast: Cast, idea: Any) -> None:
    first = write_comment(idea=idea, person=cast.colleague, text="Först")
    write_comment(idea=idea, person=cast.outsider, text="Svar", parent=first)
    remove_comment(comment=first, person=cast.lead, reason="Namn på en patient")
    assert told(cast.colleague, idea)[-1] == "comment_removed"

    answer = f"{reverse('ideas:comment', args=[idea.pk])}?svar={first.pk}"
    client = signed_in(again(cast.colleague))
    assert f'href="{answer}"' in client.get(idea.get_absolute_url()).content.decode()
    assert client.post(answer, {"text": "Vi fortsätter"}).status_code == 302
    assert Comment.objects.get(text="Vi fortsätter").parent == first


def test_two_levels_and_one_idea_are_kept_by_the_database(cast: Cast, idea: Any) -> None:
    other = case_in(IdeaFlow, S.SUBMITTED, cast)
    top = write_comment(idea=idea, person=cast.colleague, text="Ett")
    reply = write_comment(idea=idea, person=cast.colleague, text="Två", parent=top)

    for wrong in ({"idea": idea, "parent": reply}, {"idea": other, "parent": top}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.create(by=cast.colleague, text="Tre", **wrong)


def test_a_comment_is_changed_by_its_writer_for_fifteen_minutes(cast: Cast, idea: Any) -> None:
    comment = write_comment(idea=idea, person=cast.colleague, text="Fel")
    address = reverse("ideas:comment_change", args=[idea.pk, comment.pk])

    assert signed_in(cast.lead).post(address, {"text": "Annat"}).status_code == 403
    assert signed_in(cast.colleague).post(address, {"text": "Rätt"}).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert signed_in(again(cast.colleague)).post(address, {"text": "För sent"}).status_code == 409
        with pytest.raises(Refused):
            change_comment(comment=comment, person=cast.colleague, text="För sent")

    comment.refresh_from_db()
    assert comment.text == "Rätt"
    assert comment.changed_at


def test_a_removed_comment_leaves_who_and_why(cast: Cast, idea: Any) -> None:
    comment = write_comment(idea=idea, person=cast.outsider, text="Min granne heter så här")
    address = reverse("ideas:comment_remove", args=[idea.pk, comment.pk])
    assert signed_in(cast.other_lead).post(address, {"reason": "Nej"}).status_code == 403
    assert signed_in(cast.lead).post(address, {"reason": "Den namnger en person."}).status_code == 302

    page = signed_in(again(cast.colleague)).get(idea.get_absolute_url()).content.decode()
    assert "Min granne" not in page
    assert f"Borttagen av {cast.lead}: Den namnger en person." in page
    assert Event.objects.get(case=idea.pk, move="comment_removed").note == "Den namnger en person."
    with pytest.raises(Refused):
        remove_comment(comment=comment, person=cast.lead, reason="Igen")
    assert signed_in(again(cast.lead)).get(address).status_code == 404


def test_comments_cost_no_more_queries_than_one(cast: Cast, idea: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            together_panel(Idea.objects.get(pk=idea.pk), cast.lead)
        return len(asked)

    write_comment(idea=idea, person=cast.colleague, text="Ett")
    one = queries()
    for person in (cast.outsider, cast.colleague):
        write_comment(idea=idea, person=person, text="Fler", parent=Comment.objects.first())
    assert queries() == one


def test_following_gives_no_right_to_see(cast: Cast) -> None:
    draft = case_in(IdeaFlow, S.DRAFT, cast)
    Follow.objects.create(idea=draft, person=cast.colleague)

    assert not Case.objects.visible_to(again(cast.colleague)).filter(pk=draft.pk).exists()


def test_ones_own_words_go_with_ones_data_and_the_case(cast: Cast, idea: Any) -> None:
    write_comment(idea=idea, person=cast.colleague, text="Mina ord")
    set_support(idea=idea, person=cast.colleague, on=True)

    mine = list(idea.kind_info.said_by(cast.colleague))
    assert [row.get("text") or row["what"] for row in mine] == ["Mina ord", "support"]
    assert list(idea.kind_info.said_by(cast.outsider)) == []
    assert [row["text"] for row in idea.kind_info.said_in(idea)] == ["Mina ord"]


# ── Moderating ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_lead_is_told_of_comments_once_a_day(cast: Cast, idea: Any) -> None:
    with time_machine.travel("2027-03-01 09:00+01:00", tick=False):
        for person in (cast.colleague, cast.outsider, cast.manager):
            write_comment(idea=idea, person=person, text="Så gör vi redan.")
        assert told(cast.lead, idea).count("comment_written") == 1
    with time_machine.travel("2027-03-02 09:00+01:00", tick=False):
        mine = write_comment(idea=idea, person=cast.lead, text="Tack!")
        assert told(cast.lead, idea).count("comment_written") == 1  # not of one's own
        write_comment(idea=idea, person=cast.colleague, text="Varsågod.", parent=mine)
        write_comment(idea=idea, person=cast.outsider, text="Bra.")
        assert told(cast.lead, idea).count("comment_written") == 2
    assert not told(cast.other_lead, idea)


def test_a_comment_is_reported_and_whoever_handles_the_idea_sees_it_and_is_told_once(cast: Cast, idea: Any) -> None:
    comment = write_comment(idea=idea, person=cast.outsider, text="Min granne heter så här")
    address = reverse("ideas:comment_report", args=[idea.pk, comment.pk])
    client = signed_in(again(cast.colleague))
    assert address in client.get(idea.get_absolute_url()).content.decode()
    assert signed_in(cast.outsider).get(address).status_code == 409  # one's own
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "Den namnger en patient."}).status_code == 302
    assert client.post(address, {"reason": "Den namnger en patient."}).status_code == 409
    report_comment(comment=comment, person=cast.coauthor, reason="Jag tycker detsamma.")

    for person in (cast.lead, cast.manager):
        assert told(person, idea).count("comment_reported") == 1
        assert "Den namnger en patient." in signed_in(again(person)).get(idea.get_absolute_url()).content.decode()
    for person in (cast.author, cast.outsider):
        assert "comment_reported" not in told(person, idea)
        assert "Den namnger en patient." not in signed_in(again(person)).get(idea.get_absolute_url()).content.decode()
    assert address not in client.get(idea.get_absolute_url()).content.decode()
    assert idea.events.filter(move="comment_reported", internal=True).count() == 2


def test_who_reported_a_comment_is_told_what_became_of_it(cast: Cast, idea: Any) -> None:
    stands, goes = (write_comment(idea=idea, person=cast.outsider, text=text) for text in ("Rimligt", "Orimligt"))
    for comment in (stands, goes):
        report_comment(comment=comment, person=cast.colleague, reason="Otrevligt.")
    address = reverse("ideas:comment_stands", args=[idea.pk, stands.pk])
    assert signed_in(cast.colleague).get(address).status_code == 403
    lead = signed_in(again(cast.lead))
    assert address in lead.get(idea.get_absolute_url()).content.decode()
    assert lead.post(address, {"reason": "Det är en rimlig invändning."}).status_code == 302
    assert lead.post(address, {"reason": "Igen"}).status_code == 409
    remove_comment(comment=goes, person=cast.lead, reason="Så skriver vi inte.")

    assert told(cast.colleague, idea) == ["comment_stands", "comment_removed"]
    assert told(cast.outsider, idea) == ["comment_removed"]
    page = signed_in(again(cast.colleague)).get(idea.get_absolute_url()).content.decode()
    assert "Det är en rimlig invändning." in page
    assert not CommentReport.objects.filter(settled_at=None).exists()


def test_nobody_judges_a_report_of_their_own_comment_and_the_database_wants_a_reason(cast: Cast, idea: Any) -> None:
    comment = write_comment(idea=idea, person=cast.lead, text="Nej.")
    report = report_comment(comment=comment, person=cast.colleague, reason="Otrevligt.")

    assert "comment_reported" not in told(cast.lead, idea)
    assert told(cast.manager, idea).count("comment_reported") == 1
    with pytest.raises(Refused):
        let_stand(comment=comment, person=cast.lead, reason="Den är bra.")
    for wrong in ({"reason": ""}, {"settled_at": timezone.now(), "settled_by": cast.manager}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CommentReport.objects.filter(pk=report.pk).update(**wrong)
