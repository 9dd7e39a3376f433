"""Good examples: public only when published, of an idea that may be told of, and with consent."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from ideas.actions.examples import (
    add_credit,
    add_picture,
    publish_example,
    remove_credit,
    withdraw_example,
    write_example,
)
from ideas.actions.spreading import take_up
from ideas.flow import ChallengeFlow, IdeaFlow, SuggestionFlow
from ideas.models import Adoption, Credit, Example, Idea, Picture
from ideas.states import ChallengeState, Uptake
from ideas.states import IdeaState as S
from portal.cases.actions.links import tie_cases
from portal.cases.actions.openness import change_openness
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.cases.states import Confidentiality, Relation
from portal.organisation.models import Unit
from tests.cast import PARTS, Cast, again, case_in, make_move, signed_in

pytestmark = pytest.mark.strategy("A17", "B2-1")
TEXTS = {"title": "Drönaren", "summary": "Kort", "story": "Så gick det till.", "evidence": "Två minuter snabbare."}
ENGLISH = {"title_en": "The drone", "summary_en": "Short", "story_en": "How it went.", "evidence_en": "Two minutes."}
LIST = "/exempel/"


@pytest.fixture
def idea(cast: Cast) -> Any:
    return case_in(IdeaFlow, S.INTRODUCED, cast)


@pytest.fixture
def example(cast: Cast, idea: Any) -> Example:
    """Published."""
    written = write_example(idea=idea, texts=TEXTS, person=cast.lead)
    publish_example(idea=idea, person=cast.lead)
    return written


def photo() -> SimpleUploadedFile:
    """With a place in it, as a telephone writes it."""
    kept, exif = BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[2] = (59.0, 19.0, 0.0)
    exif[0x010E] = "Hemlig plats"
    Image.new("RGB", (2000, 1000), "navy").save(kept, "JPEG", exif=exif)
    return SimpleUploadedFile("bild.jpg", kept.getvalue())


def read(address: str, **headers: str) -> str:
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_written_published_read_by_everyone_and_withdrawn_with_a_trace(cast: Cast, idea: Any) -> None:
    write, publish, withdraw = (
        reverse(f"ideas:{name}", args=[idea.pk]) for name in ("example", "example_publish", "example_withdraw")
    )
    answers = {part: signed_in(getattr(cast, part)).get(write).status_code for part in PARTS if part != "inactive"}
    assert {part for part, status in answers.items() if status == 200} == {"lead", "coordinator"}

    client = signed_in(again(cast.coordinator))
    assert client.post(publish).status_code == 409  # nothing is written
    assert client.post(write, {**TEXTS, "title_en": "The drone"}).status_code == 200  # half in English
    assert client.post(write, TEXTS).status_code == 302
    page = Example.objects.get().get_absolute_url()
    assert Client().get(page).status_code == 404
    assert client.get(page).status_code == 200
    assert client.post(publish).status_code == 302

    assert "Så gick det till." in read(page)
    assert page in read(LIST)
    assert client.post(withdraw, {"reason": "Siffran var fel."}).status_code == 302
    assert Client().get(page).status_code == 404
    assert page not in read(LIST)
    trace = Event.objects.filter(case=idea.pk, move__startswith="example_").order_by("number")
    assert list(trace.values_list("move", "person", "note")) == [
        ("example_written", cast.coordinator.pk, ""),
        ("example_published", cast.coordinator.pk, ""),
        ("example_withdrawn", cast.coordinator.pk, "Siffran var fel."),
    ]


@pytest.mark.trust(1)
@pytest.mark.parametrize(("confidentiality", "provision"), [("internal", "19:1"), ("open", "21:7")])
def test_when_the_idea_is_closed_or_marked_nobody_is_told_of_it(
    cast: Cast, idea: Any, example: Example, confidentiality: Any, provision: str
) -> None:
    change_openness(
        case=idea,
        confidentiality=Confidentiality(confidentiality),
        provision=provision,
        reason="Nytt",
        person=cast.lead,
    )

    assert Client().get(example.get_absolute_url()).status_code == 404
    assert str(example) not in read(LIST)
    withdraw_example(idea=idea, reason="", person=cast.lead)
    with pytest.raises(Refused):
        publish_example(idea=idea, person=cast.lead)


def test_the_author_does_not_publish_their_own(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast)
    Case.objects.filter(pk=idea.pk).update(owner=cast.coordinator)

    assert signed_in(cast.coordinator).get(reverse("ideas:example", args=[idea.pk])).status_code == 403


def test_it_is_read_in_english_where_it_is_told_in_english(cast: Cast, idea: Any, example: Example) -> None:
    page = example.get_absolute_url()
    assert "told in Swedish only" in read(page, accept_language="en")
    write_example(idea=idea, texts={**TEXTS, **ENGLISH}, person=cast.lead)

    assert "How it went." in read(page, accept_language="en")
    assert "Så gick det till." in read(page, accept_language="sv")
    with pytest.raises(IntegrityError), transaction.atomic():
        Example.objects.update(evidence_en="")


def test_a_picture_is_drawn_anew_and_shown_only_with_consent(cast: Cast, idea: Any, example: Example) -> None:
    address, client = reverse("ideas:picture", args=[idea.pk]), signed_in(cast.lead)
    told = {"alt": "En drönare över en gård", "shows_people": "on"}
    assert client.post(address, {"file": photo(), **told, "consent": "SOS 2026-0001"}).status_code == 200  # no day
    assert client.post(address, {"file": photo(), **told}).status_code == 302
    picture = Picture.objects.get()
    source = reverse("examples:picture", args=[picture.pk])
    assert Client().get(source).status_code == 404
    assert "En drönare" not in read(example.get_absolute_url())

    Picture.objects.update(consent="SOS 2026-0001", consented_on=date(2026, 1, 2))
    assert 'alt="En drönare över en gård"' in read(example.get_absolute_url())
    answer = Client().get(source)
    content = b"".join(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with Image.open(BytesIO(content)) as shown:
        assert shown.size == (picture.width, picture.height) == (1600, 800)
        assert not shown.getexif()
    assert b"Hemlig" not in content

    remove = reverse("ideas:picture_remove", args=[idea.pk, picture.pk])
    assert client.post(remove, {"reason": "Samtycket togs tillbaka."}).status_code == 302
    assert Client().get(source).status_code == 404


def test_what_is_no_picture_is_refused(cast: Cast, idea: Any, example: Example) -> None:
    file = SimpleUploadedFile("bild.jpg", b"%PDF-1.7 inget")
    answer = signed_in(cast.lead).post(reverse("ideas:picture", args=[idea.pk]), {"file": file, "alt": "Inget"})

    assert answer.status_code == 200
    assert not Picture.objects.exists()


@pytest.mark.strategy("B43-1")
def test_names_are_told_by_consent_alone(cast: Cast, idea: Any, example: Example) -> None:
    add_credit(
        example=example,
        name="Med Samtycke",
        part="byggde",
        consent="Mejl",
        consented_on=date(2026, 1, 2),
        person=cast.lead,
    )
    add_credit(example=example, name="Utan Samtycke", part="", consent="", consented_on=None, person=cast.lead)
    page = read(example.get_absolute_url())
    assert "Med Samtycke, byggde" in page
    assert "Utan Samtycke" not in page
    assert str(cast.author) not in page

    credit = Credit.objects.get(name="Med Samtycke")
    address = reverse("ideas:credit_remove", args=[idea.pk, credit.pk])
    assert signed_in(cast.lead).post(address).status_code == 302
    assert "Med Samtycke" not in read(example.get_absolute_url())
    assert not Event.objects.filter(data__icontains="Samtycke").exists()


@pytest.mark.strategy("B43-1")
def test_an_author_who_said_so_is_named_from_that_day_and_the_writer_of_the_story_sees_it(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast, may_credit=True)
    Case.objects.filter(pk=idea.pk).update(opened_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    example = write_example(idea=idea, texts=TEXTS, person=cast.lead)
    publish_example(idea=idea, person=cast.lead)

    assert str(cast.author) in read(example.get_absolute_url())
    listed = signed_in(cast.lead).get(reverse("ideas:example", args=[idea.pk])).content.decode()
    assert f"<p>{cast.author}. {idea.reference}, 2 mars 2026</p>" in listed


@pytest.mark.strategy("B43-1")
def test_an_author_takes_their_word_back_and_the_name_is_erased(cast: Cast, idea: Any, example: Example) -> None:
    place, author = reverse("ideas:name", args=[idea.pk]), signed_in(cast.author)
    said = {"consent": "1"}
    assert {signed_in(one).post(place, said).status_code for one in (cast.lead, cast.colleague)} == {403}
    for _ in range(2):
        assert author.post(place, said).status_code == 302
    assert str(cast.author) in read(example.get_absolute_url())
    assert Credit.objects.get().consented_on == timezone.localdate()
    assert "Ta bort mitt namn" in author.get(idea.get_absolute_url()).content.decode()

    author.post(place)
    assert str(cast.author) not in read(example.get_absolute_url())
    write_example(idea=idea, texts=TEXTS, person=cast.lead)
    assert not Credit.objects.exists()
    trace = Event.objects.filter(case=idea.pk, move__startswith="name_").order_by("number")
    assert list(trace.values_list("move", "person", "internal")) == [
        ("name_allowed", cast.author.pk, True),
        ("name_withdrawn", cast.author.pk, True),
    ]


def test_a_name_that_the_lead_takes_away_is_the_authors_to_show_again(cast: Cast, idea: Any, example: Example) -> None:
    place, author = reverse("ideas:name", args=[idea.pk]), signed_in(cast.author)
    author.post(place, {"consent": "1"})
    remove_credit(credit=Credit.objects.get(), person=cast.lead)

    assert str(cast.author) not in read(example.get_absolute_url())
    assert "Visa mitt namn" in author.get(idea.get_absolute_url()).content.decode()
    author.post(place, {"consent": "1"})
    assert str(cast.author) in read(example.get_absolute_url())


def test_a_consent_that_is_still_to_come_is_refused(cast: Cast, idea: Any, example: Example) -> None:
    client, tomorrow = signed_in(cast.lead), timezone.localdate() + timedelta(days=1)
    consent = {"consent": "Mejl", "consented_on": tomorrow.isoformat()}
    credit, picture = (reverse(f"ideas:{name}", args=[idea.pk]) for name in ("credit", "picture"))
    for address, data in (
        (credit, {"name": "Inte Ännu"}),
        (picture, {"file": photo(), "alt": "Ett ansikte", "shows_people": "on"}),
    ):
        answer = client.post(address, {**data, **consent})
        assert answer.status_code == 200
        assert "consented_on" in answer.context["form"].errors
    with pytest.raises(Refused):
        add_credit(example=example, name="Inte Ännu", part="", consent="Mejl", consented_on=tomorrow, person=cast.lead)
    assert "Inte Ännu" not in read(example.get_absolute_url())
    today = {**consent, "consented_on": timezone.localdate().isoformat()}
    assert client.post(credit, {"name": "I Dag", **today}).status_code == 302


def test_the_chain_tells_of_open_cases_alone(cast: Cast, idea: Any, example: Example) -> None:
    told = case_in(IdeaFlow, S.SUBMITTED, cast, title="Öppet steg")
    beyond = case_in(IdeaFlow, S.SUBMITTED, cast, title="Ännu ett steg")
    hidden = case_in(IdeaFlow, S.SUBMITTED, cast, title="Dolt steg")
    behind = case_in(IdeaFlow, S.SUBMITTED, cast, title="Bakom det dolda")
    for source, target in ((told, idea), (beyond, told), (idea, hidden), (hidden, behind)):
        tie_cases(source=source, target=target, relation=Relation.LED_TO, by=cast.lead)
    Case.objects.filter(pk=hidden.pk).update(confidentiality=Confidentiality.INTERNAL)

    page = read(example.get_absolute_url())
    assert ("Öppet steg" in page, "Ännu ett steg" in page) == (True, True)
    assert ("Dolt steg" in page, "Bakom det dolda" in page) == (False, False)


def test_what_is_no_longer_used_is_said_so_by_year(cast: Cast, idea: Any, example: Example) -> None:
    taken_up = take_up(
        idea=idea, unit=Unit.objects.get(code="KAR"), uptake=Uptake.ADOPTED, why="", person=cast.other_lead
    )
    Adoption.objects.filter(pk=taken_up.pk).update(adopted_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    Idea.objects.filter(pk=idea.pk).update(introduced_at=datetime(2024, 3, 1, tzinfo=UTC))
    page = read(example.get_absolute_url())
    assert ("De här använder den" in page, "Södersjukhuset AB, sedan 2024" in page) == (True, True)
    assert "Karolinska Universitetssjukhuset, sedan 2025" in page
    assert "Gott exempel: det används" in suggest()

    make_move(idea, "end_use", cast)
    year = timezone.localdate().year
    page = read(example.get_absolute_url())
    assert ("De här har använt den" in page, "De här använder den" in page) == (True, False)
    assert f"Södersjukhuset AB, 2024–{year}. Används inte längre" in page
    assert "Karolinska Universitetssjukhuset, sedan 2025<" in page  # they have not said that they stopped
    assert "Gott exempel: det har använts" in suggest()
    assert "#spread" not in signed_in(cast.outsider).get(example.get_absolute_url()).content.decode()


def suggest() -> str:
    """What a resident is shown who writes of the same."""
    sent = {"proposal": "Drönaren", "similar": "1"}
    return Client().post(reverse("suggestions:leave"), sent).content.decode()


def test_the_chain_leads_to_the_challenge_and_not_to_its_other_answers(cast: Cast, idea: Any, example: Example) -> None:
    challenge = case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, title="Utmaningen")
    other = case_in(IdeaFlow, S.SUBMITTED, cast, title="Ett annat svar")
    for answer in (idea, other):
        tie_cases(source=answer, target=challenge, relation=Relation.ANSWERS, by=cast.lead)

    page = read(example.get_absolute_url())
    assert ("Utmaningen" in page, "Ett annat svar" in page) == (True, False)


@pytest.mark.trust(1)
def test_the_chain_tells_no_more_of_a_title_than_the_diary(cast: Cast, idea: Any, example: Example) -> None:
    """A resident’s suggestion begins with their own words, which nobody has published."""
    suggestion = case_in(SuggestionFlow, "received", cast, title="Min mor Anna i Solna fick vänta")
    staff = case_in(IdeaFlow, S.SUBMITTED, cast, title="Kallelsen till 19850709-9805")
    for source in (suggestion, staff):
        tie_cases(source=source, target=idea, relation=Relation.JOINED, by=cast.lead)
    Case.objects.filter(pk=suggestion.pk).update(confidentiality=Confidentiality.OPEN)

    page = read(example.get_absolute_url())
    assert ("Anna" in page, "19850709" in page) == (False, False)
    for case, shown in ((suggestion, ">Förslag</a>"), (staff, ">Kallelsen till [personnummer]</a>")):
        assert f'{reverse("diary:case", args=[case.key])}"{shown}' in page


def test_the_list_costs_the_same_for_one_and_for_three(cast: Cast, example: Example) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(LIST)
        return len(asked)

    add_picture(example=example, image=photo(), name="bild", person=cast.lead, alt="En bild")
    one = queries()
    for _ in range(2):
        idea = case_in(IdeaFlow, S.INTRODUCED, cast)
        add_picture(
            example=write_example(idea=idea, texts=TEXTS, person=cast.lead),
            image=photo(), name="bild", person=cast.lead, alt="En bild",
        )  # fmt: skip
        publish_example(idea=idea, person=cast.lead)
    assert queries() == one <= 5


@pytest.mark.parametrize("sort", ["PNG", "WEBP"])
def test_a_picture_that_breaks_off_is_refused_with_a_sentence(
    cast: Cast, idea: Any, example: Example, sort: str
) -> None:
    kept = BytesIO()
    Image.new("RGB", (300, 200), "navy").save(kept, sort)
    whole = kept.getvalue()
    client, address = signed_in(cast.lead), reverse("ideas:picture", args=[idea.pk])
    for part in (whole[:-20], whole[: len(whole) // 2]):
        answer = client.post(address, {"file": SimpleUploadedFile("bild.png", part), "alt": "Himmel"})
        assert answer.status_code == 200
        assert "file" in answer.context["form"].errors
    assert not Picture.objects.exists()
    assert client.post(address, {"file": SimpleUploadedFile("bild.png", whole), "alt": "Himmel"}).status_code == 302
