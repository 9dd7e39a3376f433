"""While one writes: what is like it, why, and nothing that the writer may not see."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ideas.actions.examples import publish_example, withdraw_example, write_example
from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Example
from ideas.queries.similar import similar_ideas
from ideas.states import IdeaState as S
from ideas.states import SuggestionState
from portal.cases import kinds
from portal.cases.actions.drafts import begin_case
from portal.cases.models import Case
from portal.cases.queries.similar import SIMILAR, _common, similar_cases
from portal.cases.states import Confidentiality, Provision
from tests.cast import Cast, again, case_in, draft_of, signed_in
from tests.ideas.likeness import found, post
from tests.ideas.story import submitted

pytestmark = pytest.mark.strategy("B2-4")


@pytest.fixture
def draft(cast: Cast) -> Any:
    return draft_of(IdeaFlow, cast, owner=cast.colleague, title="Kallelse i mobil", need="", solution="")


# ── What is found ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Kallelser i mobilen",
        "kallelsr i moblen",
        "Kallelsen borde komma i mobilen i stället för i brev",
        "MOBILEN KALLELSE",
    ],
)
def test_the_nearest_comes_first_also_when_it_is_misspelt(cast: Cast, text: str) -> None:
    submitted(cast, "Kallelser i mobilen", "Brevet kommer för sent.")
    submitted(cast, "Mobilen som larm", "Ensamarbete på natten.")
    submitted(cast, "Grönare tvätt", "Tvätten körs två gånger om dagen.")

    titles = found(text, cast.colleague)

    assert titles[0] == "Kallelser i mobilen"
    assert "Grönare tvätt" not in titles


@pytest.mark.parametrize("text", ["waiting for appointments", "I waited for an appointment", "apointment waiting"])
def test_english_is_found_too(cast: Cast, text: str) -> None:
    submitted(cast, "Shorter waiting time for appointments", "Patients wait for weeks.")
    submitted(cast, "The food in the ward", "It is cold.")

    assert found(text, cast.colleague) == ["Shorter waiting time for appointments"]


def test_words_that_say_nothing_find_nothing(cast: Cast) -> None:
    submitted(cast, "Det är som det är och så är det", "It is what it is and that is it")

    assert [
        found(text, cast.colleague) for text in ("", "och det är som", "the and it is", "!?", "a b", "\x00'\\&|")
    ] == [[] for _text in range(6)]


def test_the_words_in_common_are_marked_and_all_else_is_text(cast: Cast) -> None:
    submitted(cast, "Kallelser <b>i</b> mobilen", "En påminnelse & en kallelse i telefonen.")

    (one,) = similar_cases("kallelse telefonen", cast.colleague)

    assert one.title == "<mark>Kallelser</mark> &lt;b&gt;i&lt;/b&gt; mobilen"
    assert "&amp; en <mark>kallelse</mark> i <mark>telefonen</mark>" in one.passage


def test_no_more_than_can_be_read_and_always_in_as_many_questions(cast: Cast) -> None:
    for number in range(SIMILAR + 2):
        submitted(cast, f"Kallelser i mobilen {number}")
    numbers = []
    for text in ("kallelser mobilen", "kallelser mobilen 3 påminnelser telefonen brevet sköterskan"):
        similar_cases(text, cast.colleague)
        with CaptureQueriesContext(connection) as seen:
            similar_cases(text, cast.colleague)
        numbers.append(len(seen))

    assert len(found("kallelser mobilen", cast.colleague)) == SIMILAR
    assert numbers == [3, 4]


# ── What is never found ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(1)
def test_nothing_that_the_writer_may_not_see_is_told_of(cast: Cast) -> None:
    word = "Zirkonkrona"
    draft_of(IdeaFlow, cast, title=f"{word} i utkast")
    case_in(IdeaFlow, S.RIGHTS, cast, title=f"{word} som uppfinning")
    case_in(SuggestionFlow, SuggestionState.RECEIVED, cast, title=f"{word} i ett förslag")
    inner = submitted(cast, f"{word} för några")
    Case.objects.filter(pk=inner.pk).update(confidentiality=Confidentiality.INTERNAL)
    shown = submitted(cast, f"{word} för alla")

    assert found(word, cast.colleague) == [shown.title]
    assert set(found(word, cast.lead)) == {f"{word} i ett förslag", inner.title, shown.title}
    assert found(word, cast.external) == found(word, cast.inactive) == found(word, cast.admin) == []


@pytest.mark.trust(1)
def test_a_closed_case_is_offered_to_nobody_not_even_those_who_see_it(cast: Cast) -> None:
    """Whoever writes an open text beside a closed one would be led to write the secret there."""
    disclosure = kinds.by_key("disclosure")
    closed = case_in(IdeaFlow, S.RIGHTS, cast, title="Zirkonkrona som uppfinning")
    draft = begin_case(model=disclosure.model, owner=cast.author, unit=closed.unit, title="Zirkonkrona som anmälan")

    assert not disclosure.compared
    assert [found("zirkonkrona", person) for person in (cast.author, cast.jurist)] == [[], []]
    assert found("zirkonkrona", cast.author, only="disclosure") == []
    assert signed_in(cast.author).get(reverse("cases:similar", args=[draft.key])).status_code in (403, 404)


def hidden(cast: Cast, word: str) -> None:
    """What the colleague may not see: a disclosure, drafts, and a possible invention."""
    text = f"{word} i kallelser till mobilen"
    disclosure = kinds.by_key("disclosure").flow
    case_in(disclosure, disclosure.ends[0], cast, title=text, description=text)
    draft_of(disclosure, cast, title=text, description=text)
    draft_of(IdeaFlow, cast, title=text, need=text)
    case_in(IdeaFlow, S.RIGHTS, cast, title=text, need=text)


@pytest.mark.trust(1)
def test_not_by_presence_order_or_number_of_questions_can_one_tell_what_one_may_not_see(cast: Cast, draft: Any) -> None:
    """The answers to the same questions are the same, to the letter, whether it is there or not; PostgreSQL has counted its words."""
    for number in range(SIMILAR + 1):
        submitted(cast, f"Kallelser till mobilen {number}", "Zirkonkronor" if number == 1 else "Påminnelser")
    client = signed_in(cast.colleague)
    texts = ("zirkonkrona", "zirkonkrna", "zirkonkrona i kallelser", "Zirkonkrona i kallelser till mobilen 3")

    def asked() -> list[tuple[str, int]]:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_case")
        _common.cache_clear()
        post(client, draft, title="påminnelser")  # what is kept is kept
        answers = []
        for text in texts:
            with CaptureQueriesContext(connection) as seen:
                answers.append((post(client, draft, title=text, need=text), len(seen)))
        return answers

    before = asked()
    hidden(cast, "Zirkonkrona")

    assert asked() == before
    assert sum("<mark>Zirkonkronor</mark>" in answer for answer, _queries in before) >= 2


@pytest.mark.trust(1)
def test_answering_for_what_is_hidden_is_like_answering_for_what_is_not_there(cast: Cast, draft: Any) -> None:
    hidden(cast, "Zirkonkrona")
    unseen = Case.objects.exclude(pk__in=Case.objects.visible_to(again(cast.colleague)).values("pk"))
    client = signed_in(cast.colleague)

    told = set()
    for pk in [*unseen.values_list("pk", flat=True), 0]:
        for word in ("same", "other"):
            with CaptureQueriesContext(connection) as seen:
                answer = client.post(reverse("cases:similar_answer", args=[draft.key, pk]), {"answer": word})
            told.add((answer.status_code, len(seen), "Zirkonkrona" in answer.content.decode()))

    assert unseen.count() == 4
    assert len(told) == 1
    assert told.pop()[::2] == (404, False)


@pytest.mark.trust(1)
def test_a_case_with_a_secrecy_mark_is_offered_to_nobody(cast: Cast) -> None:
    marked = submitted(cast, "Kallelser i mobilen")
    Case.objects.filter(pk=marked.pk).update(provision=Provision.OSL_25_1)

    assert [found("kallelser i mobilen", person) for person in (cast.colleague, cast.lead, cast.author)] == [[], [], []]


def test_what_one_writes_is_not_like_itself(cast: Cast) -> None:
    back = case_in(IdeaFlow, S.RETURNED, cast, title="Kallelser i mobilen")

    assert found("kallelser i mobilen", cast.author) == ["Kallelser i mobilen"]
    assert found("kallelser i mobilen", cast.author, draft=back) == []


def test_a_good_example_is_told_of(cast: Cast, draft: Any) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast, title="Kallelser i mobilen")
    example = Example.objects.create(
        idea=idea,
        title="Kallad i fickan",
        summary="Kort",
        story="Så gick det",
        evidence="Siffror",
        written_by=cast.lead,
    )
    client = signed_in(cast.colleague)

    before = post(client, draft, title="kallelser i mobilen")
    Example.objects.update(published_at=idea.introduced_at)
    after = post(client, draft, title="kallelser i mobilen")

    assert example.get_absolute_url() not in before
    assert example.get_absolute_url() in after


def test_an_idea_is_found_by_the_words_of_its_story_as_long_as_that_is_published(cast: Cast, draft: Any) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast, title="Kallelser i mobilen")
    texts = dict.fromkeys(Example.TEXTS, "Zirkonkronan gjorde skillnad")
    write_example(idea=idea, texts=texts, person=cast.lead)
    counts = [len(found("zirkonkrona", cast.colleague))]
    for act in (publish_example, partial(write_example, texts={**texts, "title": "Vår krona"})):
        act(idea=idea, person=cast.lead)
        counts.append(len(found("zirkonkrona", cast.colleague)))
    published_answer = post(signed_in(cast.colleague), draft, title="zirkonkrona")
    withdraw_example(idea=idea, reason="Samtycket är återtaget.", person=cast.lead)

    assert counts == [0, 1, 1]
    assert "Läs det goda exemplet" in published_answer
    assert found("zirkonkrona", cast.colleague) == []
    assert "irkon" not in Case.objects.get(pk=idea.pk).body


def test_handlers_are_offered_ideas_by_the_same_rule(cast: Cast) -> None:
    near = submitted(cast, "Kallelser i mobilen")
    case_in(SuggestionFlow, SuggestionState.RECEIVED, cast, title="Kallelser i mobilen, tack")

    assert [one.pk for one in similar_ideas("kallelsr i mobilen", cast.lead)] == [near.pk]
