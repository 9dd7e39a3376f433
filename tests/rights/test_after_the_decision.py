"""What a waiver leaves, what the contributors learn of their compensation, and what the letters say."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.cases.moving import judge, perform
from portal.indicators.registry import by_key
from portal.notices.models import Notice
from portal.notices.words import short
from portal.paper.letter import letter_pdf
from rights.flow import DisclosureFlow
from rights.models import Compensation, Contributor, Disclosure
from rights.states import DisclosureState as S
from tests.cast import Cast, case_in, make_move, signed_in
from tests.days import this_year
from tests.rights.story import contribute, let_the_time_run_out

pytestmark = pytest.mark.strategy("B43-2")
PART: dict[str, Any] = {
    "scope": "All användning utanför Norden.",
    "basis": "LAU 3 §",
    "reason": "Vi använder det bara här.",
}


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The letters that are printed, as they were written."""
    printed: list[Any] = []

    def spy(letter: Any) -> bytes:
        printed.append(letter)
        return letter_pdf(letter)

    monkeypatch.setattr("rights.letters.letter_pdf", spy)
    return printed


def page(cast: Cast, who: str, case: Any) -> str:
    return signed_in(getattr(cast, who)).get(case.get_absolute_url()).content.decode()


def paid(case: Disclosure, who: Contributor, cast: Cast) -> Disclosure:
    answers: dict[str, Any] = {
        "contributor": who.pk,
        "amount": 40_000,
        "value": "Sparar tid.",
        "extent": "Hela rätten.",
        "employment": "Gjordes på arbetstid.",
        "costs": 1200,
        "basis": "Avtal 7 maj",
    }
    done: Disclosure = make_move(case, "compensate", cast, **answers)
    return done


# ── Waiving a part ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [S.DECIDED, S.AGREED, S.IN_USE])
def test_a_waiver_of_a_part_leaves_the_rest_alive(cast: Cast, state: str) -> None:
    case = case_in(DisclosureFlow, state, cast)

    after = make_move(case, "waive_part", cast, **PART)

    assert (after.state, after.decision, after.closed_at) == (state, case.decision, None)
    for move in {"compensate", "protect", "follow_up" if state != S.DECIDED else "agree"}:
        assert judge(after, DisclosureFlow.moves[move])
        assert state in DisclosureFlow.moves[move].source
    assert "utanför Norden" in page(cast, "author", after)


def test_a_waiver_of_a_part_is_no_declaration_so_the_time_runs_on(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.ASSESSING, cast)

    after = make_move(case, "waive_part", cast, **PART)

    assert (after.state, after.due_at, after.decided_at) == (S.ASSESSING, case.respond_by, None)
    assert make_move(after, "claim", cast, category="b", decision="use").state == S.DECIDED


def test_the_letter_of_a_part_says_what_is_waived_and_no_more(cast: Cast, texts: list[Any]) -> None:
    case = make_move(case_in(DisclosureFlow, S.DECIDED, cast), "waive_part", cast, **PART)
    author = signed_in(cast.author)
    address = reverse("rights:letter", args=[case.pk, f"delvis-fribrev-{case.events.latest('number').number}"])
    assert address in page(cast, "author", case)

    assert author.get(address)["Content-Type"] == "application/pdf"

    (letter,) = texts
    assert "All användning utanför Norden." in letter.decision
    assert "hela resultatet" not in letter.decision
    assert author.get(reverse("rights:letter", args=[case.pk, "delvis-fribrev-1"])).status_code == 404
    assert author.get(reverse("rights:letter", args=[case.pk, "fribrev"])).status_code == 404


def test_a_waiver_of_the_whole_has_no_limit(cast: Cast, texts: list[Any]) -> None:
    case = case_in(DisclosureFlow, S.WAIVED, cast)
    assert "scope" not in DisclosureFlow.moves["waive"].form(case=case, person=None).fields  # type: ignore[misc]

    signed_in(cast.author).get(reverse("rights:letter", args=[case.pk, "fribrev"]))

    assert "hela resultatet" in texts[0].decision


# ── In time ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days", "in_time"), [(0, True), (10, False)])
def test_what_is_in_time_for_the_declaration_is_in_time_in_the_report(cast: Cast, days: int, in_time: bool) -> None:
    """The last day was free, so that the declaration is good until the next working day (lagen (1930:173) 2 §)."""
    case = case_in(DisclosureFlow, S.ASSESSING, cast)
    if days:
        let_the_time_run_out(case, cast, days=days)

    make_move(Disclosure.objects.get(pk=case.pk), "waive", cast)

    indicator = by_key("rights.in_time")
    assert {one.pk for one in indicator.behind(this_year())} == ({case.pk} if in_time else set())


def test_a_declaration_on_the_working_day_after_a_free_last_day_counts(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.DECIDED, cast)
    assert case.decided_at
    let_the_time_run_out(case, cast, days=0)
    Disclosure.objects.filter(pk=case.pk).update(decided_at=timezone.now() + timedelta(days=1))

    assert {one.pk for one in by_key("rights.in_time").behind(this_year())} == {case.pk}


# ── Compensation ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_contributor_is_told_of_their_compensation_and_what_it_rests_on(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.DECIDED, cast)
    other = contribute(case, cast.colleague, 1)
    case = paid(case, case.contributors.get(person=cast.author), cast)
    (decided,) = Notice.objects.filter(recipient=cast.author, event__move="compensate")
    assert decided.mandatory

    make_move(case, "note_payment", cast, compensation=Compensation.objects.get().pk, paid_on="2026-01-02")

    with override("sv"):
        assert short(Notice.objects.get(recipient=cast.author, event__move="note_payment"))
    assert not Notice.objects.filter(recipient=other.person, event__move="compensate").exists()
    told = ("40\xa0000 kr", "Sparar tid.", "Hela rätten.", "Gjordes på arbetstid.", "1\xa0200 kr", "Avtal 7 maj")
    for who in ("author", "jurist"):
        shown = page(cast, who, case)
        assert [text for text in told if text not in shown] == []
        assert "2 januari 2026" in shown


@pytest.mark.parametrize("answer", [{}, {"paid_on": "2031-01-01"}, {"reviewed_on": "2031-01-01"}])
def test_a_payment_that_says_nothing_or_is_still_to_come_is_refused(cast: Cast, answer: dict[str, str]) -> None:
    case = case_in(DisclosureFlow, S.DECIDED, cast)
    case = paid(case, case.contributors.get(person=cast.author), cast)
    events = case.events.count()
    sent = {"compensation": Compensation.objects.get().pk, **answer}

    shown = signed_in(cast.jurist).post(reverse("cases:move", args=[case.key, "note_payment"]), sent)

    assert shown.context["form"].errors
    assert "40\xa0000 kr" in shown.content.decode()
    assert case.events.count() == events


# ── The receipt ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_receipt_says_what_was_disclosed_and_never_changes(cast: Cast, texts: list[Any]) -> None:
    draft = case_in(DisclosureFlow, S.DRAFT, cast)
    Disclosure.objects.filter(pk=draft.pk).update(title="Ventil", result_type="program")
    contribute(draft, cast.author, 100)
    Contributor.objects.filter(disclosure=draft.pk).update(share="75.5")
    contribute(draft, None, share="24.5")  # type: ignore[arg-type]
    with override("sv"):
        case = perform(Disclosure.objects.get(pk=draft.pk), "notify", person=cast.author)
    address = reverse("rights:letter", args=[case.pk, "mottagningsbevis"])
    author = signed_in(cast.author)
    first = author.get(address).content

    Disclosure.objects.filter(pk=case.pk).update(title="Något annat", result_type="data")
    Contributor.objects.filter(disclosure=case.pk, person=None).update(name="Någon annan")
    author.cookies["django_language"] = "en"
    author.get(address)

    assert texts[0] == texts[1]
    assert all(
        text in texts[0].text for text in ("“Ventil”", "datorprogram", "Lena Låtsas (24,5 %)", "Author (75,5 %)")
    )
    with pikepdf.open(BytesIO(first)) as pdf:
        assert str(pdf.Root.Lang).startswith("sv")
