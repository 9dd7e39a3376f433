"""Scorecards: blind until one's own is submitted, kept while they are written, unchanged afterwards, and shown side by side."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from ideas.actions.assessing import digest, give_scorecard, save_scores, submit_assessment
from ideas.flow import IdeaFlow
from ideas.models import Assessment, CriteriaSet, Criterion, Idea
from ideas.panels import scorecards_panel
from ideas.queries.taking_out import said_by
from ideas.rules import criteria
from ideas.states import IdeaState as S
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, Refused
from portal.cases.models import Case, Event
from portal.cases.moving import judge, perform
from portal.cases.states import Perspective
from tests.cast import ANYONE, PARTS, Cast, again, case_in, make_move, signed_in
from tests.ideas.story import score

WHY = "För att behovet är stort och lösningen enkel."


@pytest.fixture
def idea(cast: Cast) -> Any:
    """Being assessed by two colleagues, of whom neither has begun."""
    case = case_in(IdeaFlow, S.ASSESSING, cast)
    return make_move(case, "ask_assessors", cast, assessors=f"{cast.assessor.email}, {cast.colleague.username}")


def readers(idea: Idea, assessor: User) -> set[str]:
    """The parts of the cast that read the assessor's scorecard."""
    people = User.objects.filter(username__in=PARTS)
    card = Assessment.objects.filter(idea=idea.pk, assessor=assessor).values("pk")
    return {who.username for who in people if Assessment.objects.readable_by(who).filter(pk__in=card).exists()}


def test_naming_assessors_gives_each_an_empty_scorecard_and_tells_them(cast: Cast, idea: Any) -> None:
    make_move(idea, "ask_assessors", cast, assessors=cast.assessor.email)

    assert set(Assessment.objects.values_list("assessor__username", "submitted_at")) == {
        ("assessor", None),
        ("colleague", None),
    }
    for person in (cast.assessor, cast.colleague):  # each once, although they are both named and asked
        told = idea.notices.filter(recipient=person).values_list("topic", "event__move")
        assert list(told) == [("named", "person_named")]
    assert Case.objects.awaiting(again(cast.assessor)).filter(pk=idea.pk).exists()


@pytest.mark.parametrize("word", ["author", "author@example.org", "coauthor"])
def test_an_author_cannot_be_named_to_assess(cast: Cast, idea: Any, word: str) -> None:
    name_person(case=idea, person=cast.coauthor, grant="coauthor", by=cast.author)
    with pytest.raises(Invalid, match="jävig"):
        perform(idea, "ask_assessors", person=again(cast.lead), data={"assessors": word})
    with pytest.raises(Invalid, match="Ingen i regionen"):
        perform(idea, "ask_assessors", person=again(cast.lead), data={"assessors": "extern@example.org"})
    with pytest.raises(Invalid, match="minst en"):
        perform(idea, "ask_assessors", person=again(cast.lead), data={"assessors": " "})


def test_nobody_reads_a_scorecard_before_it_is_submitted_but_its_assessor(cast: Cast, idea: Any) -> None:
    mine = Assessment.objects.get(assessor=cast.assessor)
    save_scores(assessment=mine, scores={"spread": (5, WHY)}, version=mine.version)

    assert readers(idea, cast.assessor) == {"assessor"}
    assert not Assessment.objects.readable_by(ANYONE).exists()


def test_a_scorecard_is_among_its_assessors_own_data_and_nobody_elses(cast: Cast, idea: Any) -> None:
    mine = Assessment.objects.get(assessor=cast.assessor)
    save_scores(assessment=mine, scores={"spread": (5, WHY)}, version=mine.version)
    (card,) = [row for row in said_by(again(cast.assessor)) if row.get("what") == "scorecard"]

    assert (card["case"], card["at"]) == (idea.reference, None)
    assert {"criterion": "spread", "points": 5, "text": WHY} in card["scores"]
    for person in (cast.lead, cast.author, cast.colleague):
        assert WHY not in str(list(said_by(again(person))))


def test_a_submitted_scorecard_is_read_by_those_inside_but_not_by_assessors_who_have_not_submitted(
    cast: Cast, idea: Any
) -> None:
    score(idea, cast.assessor)

    assert readers(idea, cast.assessor) == {"assessor", "lead", "manager", "coordinator"}

    score(idea, cast.colleague)

    assert readers(idea, cast.assessor) == {"assessor", "colleague", "lead", "manager", "coordinator"}


def test_a_lead_who_assesses_too_is_as_blind_as_the_others(cast: Cast, idea: Any) -> None:
    make_move(idea, "ask_assessors", cast, assessors="", me_too="on")
    score(idea, cast.assessor)

    assert "lead" not in readers(idea, cast.assessor)
    assert scorecards_panel(idea, again(cast.lead))["lines"] == []
    score(idea, cast.lead)
    assert "lead" in readers(idea, cast.assessor)


def test_who_can_read_what_others_have_scored_is_not_asked_any_more(cast: Cast, idea: Any) -> None:
    score(idea, cast.assessor)

    with pytest.raises(Invalid, match="vad andra har satt"):
        perform(idea, "ask_assessors", person=again(cast.lead), data={"me_too": "on"})

    make_move(idea, "ask_assessors", cast, assessors=f"{cast.assessor.email}\n{cast.colleague.email}")
    assert Assessment.objects.filter(idea=idea.pk).count() == 2


def test_an_author_who_is_also_a_lead_reads_no_scorecard(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast, owner=cast.manager)
    assert "manager" not in readers(idea, cast.assessor)


def test_the_history_tells_that_a_scorecard_was_submitted_but_not_what_it_says(cast: Cast, idea: Any) -> None:
    submitted = score(idea, cast.assessor, points=2)

    event = Event.objects.get(move="scorecard_submitted")
    assert event.internal
    assert event.data == {"assessment": submitted.pk, "criteria": 1, "digest": digest(submitted)}
    submitted.scores.filter(criterion="spread").update(points=5)
    assert event.data["digest"] != digest(submitted)


def test_the_task_of_an_assessor_stands_first_on_the_page_until_it_is_done(cast: Cast, idea: Any) -> None:
    page = signed_in(again(cast.assessor)).get(idea.get_absolute_url()).content.decode()
    assert page.index('id="my-card-title"') < page.index(idea.need)
    assert 'id="my-card-title"' not in signed_in(cast.lead).get(idea.get_absolute_url()).content.decode()
    score(idea, cast.assessor)
    assert 'id="my-card-title"' not in signed_in(again(cast.assessor)).get(idea.get_absolute_url()).content.decode()


def test_a_scorecard_is_submitted_only_when_every_line_has_points_and_a_reason(cast: Cast, idea: Any) -> None:
    mine = Assessment.objects.get(assessor=cast.assessor)
    lines = {criterion.key: (3, WHY) for criterion in criteria(mine)}
    mine = save_scores(
        assessment=mine, scores={**lines, "spread": (None, WHY), "feasibility": (3, "")}, version=mine.version
    )

    with pytest.raises(Refused) as answer:
        submit_assessment(assessment=mine)

    assert {reason.field for reason in answer.value.verdict.reasons} == {"spread_points", "feasibility_sentence"}
    assert not Assessment.objects.submitted().exists()


def test_a_submitted_scorecard_does_not_change(cast: Cast, idea: Any) -> None:
    submitted = score(idea, cast.assessor)
    with pytest.raises(Refused, match="ändras inte"):
        save_scores(assessment=submitted, scores={"spread": (1, WHY)}, version=submitted.version)
    with pytest.raises(Refused, match="ändras inte"):
        submit_assessment(assessment=submitted)


def test_benefit_is_scored_per_perspective_chosen(cast: Cast) -> None:
    chosen = [Perspective.QUALITY, Perspective.INSIGHT]
    idea = case_in(IdeaFlow, S.ASSESSING, cast, perspectives=chosen, quality_measure="Fall.", insight="Data.")
    assert [criterion.key for criterion in criteria(give_scorecard(idea=idea, assessor=cast.assessor))] == [
        "benefit_quality",
        "benefit_insight",
        "feasibility",
        "spread",
        "considerations",
    ]


def test_disagreement_is_shown_and_not_averaged_away(cast: Cast, idea: Any) -> None:
    score(idea, cast.assessor, points=1)
    score(idea, cast.colleague, points=5)

    page = signed_in(cast.lead).get(idea.get_absolute_url()).content.decode()

    assert page.count("Skiljer 4 poäng") == len(criteria(idea.assessments.first()))
    assert "1, mycket lågt" in page
    assert "5, mycket högt" in page


def test_an_idea_is_accepted_only_when_someone_impartial_has_scored_it(cast: Cast, idea: Any) -> None:
    assert not judge(idea, IdeaFlow.accept)
    score(idea, cast.colleague)
    assert judge(idea, IdeaFlow.accept)

    name_person(case=idea, person=cast.colleague, grant="recuse", by=cast.colleague)
    assert not judge(idea, IdeaFlow.accept)


def test_an_assessor_who_has_a_conflict_of_interest_stands_aside(cast: Cast, idea: Any) -> None:
    perform(idea, "stand_aside", person=again(cast.assessor), data={"reason": "Min syster har skrivit den."})

    assert not Case.objects.awaiting(again(cast.assessor)).filter(pk=idea.pk).exists()
    assert signed_in(cast.assessor).get(reverse("ideas:assess", args=[idea.pk])).status_code == 404
    assert Event.objects.get(move="stand_aside").internal


@pytest.mark.trust(1)
def test_only_those_asked_find_the_page_of_a_scorecard(cast: Cast, idea: Any) -> None:
    address = reverse("ideas:assess", args=[idea.pk])
    found = {part for part, person in cast if signed_in(person).get(address).status_code == 200}
    assert found == {"assessor", "colleague"}


def test_a_scorecard_saves_itself_and_is_submitted_from_its_page(cast: Cast, idea: Any) -> None:
    client, address = signed_in(cast.assessor), reverse("ideas:assess", args=[idea.pk])
    version = client.get(address).context["form"]["version"].value()

    saved = client.post(
        address, {"version": version, "spread_points": 4}, headers={"X-Requested-With": "autosave"}
    ).json()
    assert client.get(address).context["form"]["spread_points"].value() == 4

    missing = client.post(address, {"version": saved["version"], "spread_points": 4, "submit": "1"})
    assert missing.status_code == 200
    assert "har ingen motivering" in missing.content.decode() or missing.context["form"].errors

    asked = criteria(Assessment.objects.get(assessor=cast.assessor))
    lines = {f"{line.key}_points": 4 for line in asked} | {f"{line.key}_sentence": WHY for line in asked}
    renewed = missing.context["form"]["version"].value()
    done = client.post(address, {**lines, "version": renewed, "submit": "1"})

    assert done.headers["Location"] == idea.get_absolute_url() + "#scorecards"
    assert Assessment.objects.submitted().get().assessor == cast.assessor
    assert client.get(address).status_code == 409


def test_a_scorecard_written_in_two_windows_overwrites_nothing_silently(cast: Cast, idea: Any) -> None:
    client, address = signed_in(cast.assessor), reverse("ideas:assess", args=[idea.pk])
    version = client.get(address).context["form"]["version"].value()
    client.post(address, {"version": version, "spread_points": 4, "spread_sentence": "Första fönstret."})

    by_script = client.post(address, {"version": version, "spread_points": 1}, headers={"X-Requested-With": "autosave"})
    stale = client.post(address, {"version": version, "spread_points": 1, "spread_sentence": "Andra fönstret."})

    assert (by_script.status_code, stale.status_code) == (409, 409)
    assert "Andra fönstret." in stale.content.decode()
    assert client.get(address).context["form"]["spread_sentence"].value() == "Första fönstret."
    again_ = client.post(
        address,
        {"version": stale.context["form"]["version"].value(), "spread_points": 1, "spread_sentence": "Andra fönstret."},
    )
    assert again_.status_code == 302
    assert client.get(address).context["form"]["spread_sentence"].value() == "Andra fönstret."


# ── Versions of the scorecard ────────────────────────────────────────────────────────────────────────────────────────

NEW = reverse_lazy("ideas:criteria_new")


def sent(page: Any, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the form as it is shown, with changes."""
    lines = page.context["lines"]
    fields = {
        form.add_prefix(name): form.initial.get(name, "")
        for form in lines.forms
        for name in ("key", "name", "text", "name_en", "text_en", "perspective")
    }
    total, initial = len(lines.forms), len(lines.initial_forms)
    counts = {"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": initial}
    return {
        **fields,
        **counts,
        "valid_from": timezone.localdate().isoformat(),
        "why": "Klimatet ska räknas.",
        **changes,
    }


ADDED = {"form-7-name": "Klimat", "form-7-text": "Hur mycket minskar utsläppen?", "form-7-name_en": "Climate",
         "form-7-text_en": "How much do emissions fall?", "form-7-perspective": ""}  # fmt: skip


def test_a_coordinator_makes_a_new_version_from_a_copy_and_old_scorecards_keep_theirs(cast: Cast, idea: Any) -> None:
    old = score(idea, cast.assessor)
    client = signed_in(cast.coordinator)
    page = client.get(NEW)
    assert client.post(NEW, sent(page, **ADDED, **{"form-5-DELETE": "on"})).status_code == 302

    latest = CriteriaSet.objects.latest("version")
    assert (latest.version, latest.made_by, CriteriaSet.objects.in_force()) == (2, cast.coordinator, latest)
    assert list(latest.lines.values_list("key", flat=True))[-3:] == ["feasibility", "considerations", "climate"]
    assert [line.key for line in criteria(old)][-3:] == ["feasibility", "spread", "considerations"]
    later = give_scorecard(idea=idea, assessor=cast.coauthor)
    assert later.criteria_set.version == 1  # so that the scorecards of one idea can be read side by side
    new = case_in(IdeaFlow, S.ACCEPTED, cast).assessments.get()
    assert {line.criterion for line in new.scores.all()} >= {"climate"}
    told = signed_in(cast.colleague).get(reverse("ideas:criteria")).content.decode()
    assert "Hur mycket minskar utsläppen?" in told
    assert "Klimatet ska räknas." in told


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"valid_from": "2020-01-01"}, "före i dag"),
        ({"form-0-name": ""}, "markerade"),
        ({f"form-{place}-DELETE": "on" for place in (4, 5, 6)}, "alla idéer"),
        ({"form-1-key": "benefit_everyday"}, "blandats"),
    ],
)
def test_a_version_that_cannot_be_is_not_made(cast: Cast, changes: dict[str, str], problem: str) -> None:
    client = signed_in(cast.coordinator)
    answer = client.post(NEW, sent(client.get(NEW), **changes))
    assert (answer.status_code, CriteriaSet.objects.count()) == (200, 1)
    assert problem in answer.content.decode()


def test_two_versions_do_not_begin_on_the_same_day(cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    assert client.post(NEW, sent(client.get(NEW))).status_code == 302
    assert "senare dag" in client.post(NEW, sent(client.get(NEW))).content.decode()


def test_the_database_refuses_to_change_a_version(cast: Cast, idea: Any) -> None:
    first = CriteriaSet.objects.get()
    for broken in (
        lambda: Criterion.objects.filter(key="spread").update(text="Annat"),
        lambda: Criterion.objects.filter(key="spread").delete(),
        lambda: CriteriaSet.objects.update(valid_from=timezone.localdate()),
        lambda: Criterion.objects.create(criteria_set=first, key="more", position=99),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_only_a_coordinator_makes_versions_and_every_employee_reads_them(cast: Cast) -> None:
    people = [(part, person) for part, person in cast if part != "inactive"]
    answers = {part: (signed_in(person).get(reverse("ideas:criteria")).status_code, signed_in(person).get(NEW).status_code)
               for part, person in people}  # fmt: skip
    outside = {"external", "admin"}
    assert answers == {
        part: (403 if part in outside else 200, 200 if part == "coordinator" else 403) for part, _person in people
    }
