"""Challenges: open by the clock alone, answered by ideas and suggestions alike, and settled once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ideas.actions.challenging import answer_challenge
from ideas.actions.receiving import Letter, receive_suggestion
from ideas.flow import ChallengeFlow, IdeaFlow
from ideas.models import Area, Challenge, Idea, Need, Settlement, Suggestion
from ideas.queries.challenging import answers_for, answers_to
from ideas.states import Became, ChallengeState, Sender, Stage
from portal.accounts.models import User
from portal.cases.errors import Invalid, Refused
from portal.cases.models import Case, CaseLink
from portal.cases.states import Confidentiality, Relation
from portal.indicators.registry import by_key
from portal.notices.models import Notice
from portal.organisation.models import Unit
from tests.cast import PARTS, Cast, Story, again, case_in, draft_of, make_move, signed_in
from tests.ideas.story import let_it_close, times

pytestmark = pytest.mark.strategy("B43-6")
LIST = "/utmaningar/"
WORDS = "En skärm i kaféet, så vågar jag gå och äta."


@pytest.fixture
def challenge(cast: Cast) -> Any:
    """Announced and open, owned by the lead of another unit."""
    return case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, owner=cast.other_lead, unit="KAR")


def fresh(case: Any) -> Any:
    return type(case).objects.get(pk=case.pk)


def idea_for(challenge: Any, cast: Cast, **values: Any) -> Any:
    draft = draft_of(IdeaFlow, cast, **values)
    answer_challenge(challenge=challenge, case=draft, person=cast.author)
    return make_move(draft, "submit_closed" if values.get("possible_invention") else "submit", cast)


def suggestion_for(challenge: Any, *, email: str = "") -> Suggestion:
    letter = Letter(
        proposal=WORDS, sender=Sender.PATIENT, area=Area.objects.get(key="care"), unit=Unit.objects.get(code="SOS")
    )
    return receive_suggestion(letter=letter, email=email, challenge=challenge)[0]


def told(person: User, case: Any) -> list[str]:
    notices = Notice.objects.filter(recipient=person, case=case.pk, event__isnull=False)
    return list(notices.order_by("pk").values_list("event__move", flat=True))


# ── Written and announced ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_need_becomes_a_challenge_that_is_written_and_announced_in_the_browser(cast: Cast) -> None:
    need = Need.objects.create(
        sentence="Den som väntar behöver veta hur länge", groups=["patient"], evidence="Arton av tjugotvå.",
        unit=Unit.objects.get(code="LISAB"), written_by=cast.lead,
    )  # fmt: skip
    begin = reverse("challenges:begin") + f"?behov={need.pk}"
    answers = {part: signed_in(getattr(cast, part)).get(begin).status_code for part in PARTS if part != "inactive"}
    assert {part for part, status in answers.items() if status == 200} == {"lead", "other_lead", "coordinator"}

    client = signed_in(cast.lead)
    assert client.post(begin, {"title": "Väntan"}).status_code == 302
    draft = Challenge.objects.get()
    assert (draft.need, draft.beneficiaries, draft.summary) == (need, ["patient"], "Arton av tjugotvå.")
    write = reverse("challenges:write", args=[draft.pk])
    shown = client.get(write).context["form"]
    texts = {"title": "Väntan", "summary": draft.summary, "beneficiaries": ["patient"]}
    texts |= {"question": "Hur vet den som väntar hur länge?", "criteria": "Utan telefon.", "version": shown.token}
    assert client.post(write, {**texts, "go_on": "1"}).status_code == 302

    announce = reverse("cases:move", args=[draft.pk, "announce"])
    assert client.get(announce).status_code == 200
    assert client.post(announce, times(5, 2)).status_code == 200  # closes before it opens
    assert client.post(announce, times(-5, 20)).status_code == 302
    draft = fresh(draft)
    assert (draft.stage, draft.reference is not None) == (Stage.OPEN, True)
    assert draft.opens_at > timezone.now() - timedelta(minutes=1)  # never in the past
    page = Client().get(draft.public_url).content.decode()
    assert "Hur vet den som väntar hur länge?" in page
    assert draft.public_url in Client().get(LIST).content.decode()
    assert client.get(need.get_absolute_url()).content.decode().count(draft.get_absolute_url()) == 1


def test_whether_it_is_open_is_a_matter_of_time(cast: Cast) -> None:
    draft = draft_of(ChallengeFlow, cast)
    challenge = make_move(draft, "announce", cast, **times(2, 10))
    before = fresh(challenge)

    stages = []
    for days in (0, 3, 11):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            stages.append(fresh(challenge).stage)
            first = Challenge.objects.open_first().first()
            assert first is not None
            assert ("utmaning=" in Client().get(challenge.public_url).content.decode()) == (days == 3)
    assert stages == [Stage.COMING, Stage.OPEN, Stage.CLOSED]
    assert fresh(challenge).version == before.version


def test_those_that_are_open_come_first(cast: Cast, challenge: Any) -> None:
    coming = make_move(draft_of(ChallengeFlow, cast), "announce", cast, **times(2, 90))
    answered = case_in(ChallengeFlow, ChallengeState.ANSWERED, cast)
    soon = make_move(draft_of(ChallengeFlow, cast), "announce", cast, **times(0, 3))

    assert [one.pk for one in Challenge.objects.open_first()] == [soon.pk, challenge.pk, coming.pk, answered.pk]
    for one in Challenge.objects.open_first()[:2]:
        assert one.stage == Stage.OPEN


def test_the_database_refuses_one_that_closes_before_it_opens(challenge: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.update(closes_at=timezone.now() - timedelta(days=400))


def test_the_closing_is_moved_later_and_never_earlier(cast: Cast, challenge: Any) -> None:
    with pytest.raises(Invalid):
        make_move(challenge, "extend", cast, **times(0, 10))
    later = make_move(challenge, "extend", cast, **times(0, 60), reason="Många har bett om mer tid.")

    assert later.closes_at > challenge.closes_at
    assert later.due_at > later.closes_at


@pytest.mark.trust(1)
@pytest.mark.parametrize(("confidentiality", "provision"), [("internal", ""), ("open", "19:3")])
def test_what_is_closed_or_marked_is_not_public(
    cast: Cast, challenge: Any, confidentiality: str, provision: str
) -> None:
    Case.objects.filter(pk=challenge.pk).update(confidentiality=confidentiality, provision=provision)

    assert Client().get(challenge.public_url).status_code == 404
    assert challenge.title not in Client().get(LIST).content.decode()
    assert Client().get(reverse("suggestions:leave") + f"?utmaning={challenge.pk}").status_code == 404


def test_a_draft_is_not_public(cast: Cast) -> None:
    draft = draft_of(ChallengeFlow, cast)
    assert Client().get(draft.public_url).status_code == 404


# ── Answered ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("A21")
def test_employees_answer_with_an_idea_and_everyone_with_a_suggestion(cast: Cast, challenge: Any) -> None:
    begin = f"{reverse('ideas:begin')}?from={challenge.pk}"
    page = signed_in(cast.author).get(challenge.public_url).content.decode()
    assert begin in page
    answer = signed_in(again(cast.author)).post(begin, {"possible_invention": "False", "title": "Tre färger"})
    assert answer.status_code == 302
    idea = Idea.objects.get()
    assert idea.beneficiaries == challenge.beneficiaries

    leave = f"{reverse('suggestions:leave')}?utmaning={challenge.pk}"
    page = Client().get(challenge.public_url).content.decode()
    assert (leave in page, begin in page) == (True, False)
    sent = {"proposal": WORDS, "area": Area.objects.get(key="care").pk, "sender": "patient"}
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        stamp = TimestampSigner(salt="ideas.suggestion").sign("")
    assert Client().post(leave, {**sent, "stamp": stamp}).status_code == 302

    ties = CaseLink.objects.filter(target=challenge.pk).values_list("source__kind", "relation")
    assert sorted(ties) == [("idea", Relation.ANSWERS), ("suggestion", Relation.ANSWERS)]
    assert by_key("challenges.ideas").whole(timezone.localdate().year) == 0  # a draft
    assert by_key("challenges.suggestions").whole(timezone.localdate().year) == 1


def test_one_that_is_not_open_takes_no_answer(cast: Cast, challenge: Any) -> None:
    let_it_close(challenge, cast)
    with pytest.raises(Refused):
        answer_challenge(challenge=challenge, case=draft_of(IdeaFlow, cast), person=cast.author)

    begin = signed_in(cast.author).get(f"{reverse('ideas:begin')}?from={challenge.pk}")
    assert begin["Location"] == challenge.get_absolute_url()
    leave = f"{reverse('suggestions:leave')}?utmaning={challenge.pk}"
    assert Client().get(leave)["Location"] == challenge.public_url
    sent = {"proposal": WORDS, "area": Area.objects.get(key="care").pk, "sender": "patient"}
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        stamp = TimestampSigner(salt="ideas.suggestion").sign("")
    assert Client().post(leave, {**sent, "stamp": stamp}).status_code == 302
    assert Suggestion.objects.count() == 1  # what was written is not lost
    assert not CaseLink.objects.exists()


@pytest.mark.parametrize("closed", [False, True])
def test_an_idea_handed_in_after_the_closing_goes_on_by_itself_and_its_author_is_told_before(
    cast: Cast, challenge: Any, closed: bool
) -> None:
    in_time, move = idea_for(challenge, cast), "submit_closed" if closed else "submit"
    secret: dict[str, Any] = (
        {"possible_invention": True, "confidentiality": Confidentiality.RESTRICTED} if closed else {}
    )
    draft = draft_of(IdeaFlow, cast, **secret)
    answer_challenge(challenge=challenge, case=draft, person=cast.author)
    address = reverse("cases:move", args=[draft.key, move])
    client = signed_in(again(cast.author))
    said = "som en egen idé"
    assert said not in client.get(address).content.decode()
    let_it_close(challenge, cast)
    assert said in client.get(address).content.decode()
    assert client.post(address).status_code == 302

    idea = fresh(draft)
    assert idea.opened_at
    assert list(answers_to(challenge)) == [Case.objects.get(pk=in_time.pk)]
    assert by_key("challenges.ideas").whole(timezone.localdate().year) == 1
    assert not CaseLink.objects.filter(source=idea.pk, undone_at=None).exists()
    assert idea.events.get(move="came_too_late").note == challenge.title
    assert told(cast.other_lead, idea) == []
    page = signed_in(again(cast.other_lead)).get(reverse("cases:move", args=[challenge.key, "settle"])).content.decode()
    assert f"answer_{idea.pk}" not in page


def test_what_came_after_the_closing_never_counts_as_an_answer(cast: Cast, challenge: Any) -> None:
    """Also where the tie stands since before it was ended at the handing in."""
    idea = idea_for(challenge, cast)
    Case.objects.filter(pk=idea.pk).update(opened_at=challenge.closes_at + timedelta(hours=1))

    assert not answers_to(challenge).exists()
    assert by_key("challenges.ideas").whole((challenge.closes_at + timedelta(hours=1)).year) == 0


@pytest.mark.trust(1)
def test_the_owner_sees_all_answers_but_those_closed_to_protect_rights(cast: Cast, challenge: Any) -> None:
    idea, suggestion = idea_for(challenge, cast), suggestion_for(challenge)
    closed = idea_for(challenge, cast, possible_invention=True, confidentiality=Confidentiality.RESTRICTED)
    draft = draft_of(IdeaFlow, cast)
    answer_challenge(challenge=challenge, case=draft, person=cast.author)

    def seen(person: User) -> set[int]:
        return {answer.pk for answer in answers_for(challenge, again(person))}

    assert seen(cast.other_lead) == {idea.pk, suggestion.pk}
    assert seen(cast.outsider) == {idea.pk}
    assert seen(cast.external) == set()
    assert seen(cast.author) == {idea.pk, closed.pk}
    assert told(cast.other_lead, idea)  # the owner hears that it has come
    page = signed_in(again(cast.other_lead)).get(challenge.get_absolute_url()).content.decode()
    assert WORDS in page
    assert closed.title not in page


def test_a_published_answer_is_read_by_everyone(cast: Cast, challenge: Any) -> None:
    suggestion = suggestion_for(challenge)
    assert WORDS not in Client().get(challenge.public_url).content.decode()
    make_move(suggestion, "answer", cast)
    make_move(suggestion, "publish", cast, public_text="Skärm i kaféet")

    assert "Skärm i kaféet" in Client().get(challenge.public_url).content.decode()


# ── Settled ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_became_of_the_answers_is_said_when_all_have_come_and_told_once(cast: Cast, challenge: Any) -> None:
    idea, suggestion = idea_for(challenge, cast), suggestion_for(challenge, email="svar@example.org")
    closed = idea_for(challenge, cast, possible_invention=True, confidentiality=Confidentiality.RESTRICTED)
    told_all = {"reason": "Tack! Vi går vidare med färgerna."}
    owner = again(cast.other_lead)
    with pytest.raises(Refused):
        make_move(challenge, "settle", cast, person=owner, story=Story(), **told_all)
    let_it_close(challenge, cast)
    answers = {f"answer_{idea.pk}": Became.TAKEN, f"answer_{suggestion.pk}": Became.KEPT}
    client = signed_in(owner)
    address = reverse("cases:move", args=[challenge.key, "settle"])
    asked = client.get(address).content.decode()
    assert (idea.title in asked, closed.title in asked) == (True, False)
    assert client.post(address, {**told_all, f"answer_{idea.pk}": Became.TAKEN}).status_code == 200  # one is left
    assert client.post(address, {**told_all, **answers}).status_code == 302

    assert dict(Settlement.objects.values_list("case", "became")) == {idea.pk: "taken", suggestion.pk: "kept"}
    assert told(cast.author, idea).count("challenge_taken") == 1
    assert told(cast.author, closed).count("challenge_answered") == 1
    assert Notice.objects.filter(contact__case=suggestion.pk, event__move="challenge_kept", mandatory=True).count() == 1
    assert fresh(challenge).stage == Stage.ANSWERED
    assert "Vi går vidare med färgerna." in Client().get(challenge.public_url).content.decode()
    history = signed_in(again(cast.author)).get(idea.get_absolute_url()).content.decode()
    assert str(Became.TAKEN.label) in history


def test_who_has_answered_does_not_decide(cast: Cast, challenge: Any) -> None:
    idea = idea_for(challenge, cast, owner=cast.coordinator)
    let_it_close(challenge, cast)
    taken: dict[str, Any] = {f"answer_{idea.pk}": "taken"}

    with pytest.raises(Invalid):
        make_move(challenge, "settle", cast, person=again(cast.coordinator), **taken)
    make_move(challenge, "settle", cast, person=again(cast.other_lead), **taken)


def test_who_has_answered_is_told_when_it_is_cancelled(cast: Cast, challenge: Any) -> None:
    idea = idea_for(challenge, cast)
    make_move(challenge, "cancel", cast, reason="Frågan har löst sig.")

    assert told(cast.author, idea).count("challenge_cancelled") == 1
    assert "Frågan har löst sig." in Client().get(challenge.public_url).content.decode()
    assert challenge.title not in Client().get(LIST).content.decode()


def test_the_pages_cost_the_same_for_one_answer_and_for_three(cast: Cast, challenge: Any) -> None:
    def queries() -> tuple[int, int, int]:
        counted = []
        for client, address in (
            (Client(), LIST),
            (signed_in(again(cast.other_lead)), challenge.public_url),
            (signed_in(again(cast.other_lead)), challenge.get_absolute_url()),
        ):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counted.append(len(asked))
        return counted[0], counted[1], counted[2]

    idea_for(challenge, cast)
    one = queries()
    for _ in range(2):
        idea_for(challenge, cast)
        case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast)
    assert queries() == one
    assert all(asked <= most for asked, most in zip(one, (5, 15, 20), strict=True)), one


@pytest.mark.trust(1)
def test_who_answers_with_what_is_closed_stands_nowhere_on_the_challenge(cast: Cast, challenge: Any) -> None:
    """Not while it is written, and not when it has gone to the rights reviewer: neither to its owner nor to those who handle it."""
    draft = draft_of(IdeaFlow, cast, possible_invention=True, confidentiality=Confidentiality.RESTRICTED)
    answer_challenge(challenge=challenge, case=draft, person=cast.author)
    for case in (draft, make_move(draft, "submit_closed", cast)):
        for part in ("other_lead", "coordinator"):
            client = signed_in(again(getattr(cast, part)))
            for url in (challenge.get_absolute_url(), challenge.public_url, f"/api/v1/cases/{challenge.key}/events"):
                assert cast.author.name not in client.get(url).content.decode(), (part, url)
            assert not Notice.objects.filter(recipient=getattr(cast, part), case=case.pk).exists()


@pytest.mark.parametrize("closes", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_closing_that_no_calendar_reaches_is_refused(cast: Cast, closes: str) -> None:
    draft = draft_of(ChallengeFlow, cast, owner=cast.other_lead, unit="KAR")
    address = reverse("cases:move", args=[draft.key, "announce"])
    answer = signed_in(cast.other_lead).post(address, {"opens_at": "2026-01-01T00:00", "closes_at": closes})
    assert answer.status_code == 200
    assert "closes_at" in answer.context["form"].errors
