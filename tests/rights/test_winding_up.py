"""Nothing is dropped with a closed case, slips can be mended with a reason, and it is seen who decided and by what right."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from portal.cases.actions.deadlines import watch_deadlines
from portal.cases.errors import Invalid, Refused
from portal.cases.views.page import trail_of
from portal.cases.words import next_step
from portal.cases.workdays import end_of
from portal.indicators.registry import by_key
from portal.notices.models import Notice
from portal.notices.states import Topic
from portal.notices.words import is_stale
from portal.organisation.models import Appointment
from portal.organisation.states import Role
from rights.actions.lapsing import note_lapses
from rights.flow import DisclosureFlow
from rights.models import Compensation, Protection
from rights.states import DisclosureState as S
from tests.cast import Cast, case_in, make_move, signed_in
from tests.paper.reading import words
from tests.rights.story import NEXT_YEAR, SOON

pytestmark = pytest.mark.strategy("B43-3")
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
CLAIM: dict[str, Any] = {
    "category": "b",
    "decision": "use",
    "basis": "LAU 3 § andra stycket",
    "reason": "Skälen är vägda.",
}


def page(person: Any, case: Any) -> str:
    return signed_in(person).get(case.get_absolute_url()).content.decode()


def used(case: Any, cast: Cast) -> Any:
    return make_move(case, "follow_up", cast, reason="Ingen nytta ännu.")


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_somebody_still_must_see_to_keeps_the_case_open(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.AGREED, cast)
    case = make_move(case, "protect", cast, renew_by=SOON, number="SE 1")
    case = make_move(case, "compensate", cast, contributor=case.contributors.get().pk, amount=40_000)
    close = DisclosureFlow.moves["close"]

    with pytest.raises(Refused) as refused:
        make_move(case, "close", cast)

    said = [str(reason) for reason in refused.value.verdict.reasons]
    assert [word in line for word, line in zip(("SE 1", "Author", "användningen"), said, strict=True)] == [True] * 3
    assert all(line in page(cast.jurist, case) for line in said)
    case = make_move(case, "renew", cast, protection=Protection.objects.get().pk, what="ended", reason="Ny teknik.")
    case = make_move(case, "note_payment", cast, compensation=Compensation.objects.get().pk, paid_on="2026-10-01")
    assert make_move(used(case, cast), close.name, cast).state == S.CLOSED


@pytest.mark.parametrize(
    ("state", "here"), [(S.LAPSED, "Besluta"), (S.DECIDED, "Besluta"), (S.AGREED, "Avtala"), (S.IN_USE, "Använd")]
)
def test_the_trail_of_a_closed_case_ends_where_it_got_to(cast: Cast, state: S, here: str) -> None:
    case = case_in(DisclosureFlow, state, cast)
    case = make_move(used(case, cast) if state == S.AGREED else case, "close", cast)

    (current,) = [
        step["label"]
        for step in trail_of(DisclosureFlow, DisclosureFlow.stands_at(case))
        if step["status"] == "current"
    ]

    assert str(current) == here


# ── Slips ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "move", "field"),
    [
        (S.DECIDED, "agree", "signed_on"),
        (S.DECIDED, "protect", "applied_on"),
        (S.DECIDED, "compensate", "paid_on"),
        (S.AGREED, "note_payment", "paid_on"),
        (S.AGREED, "note_payment", "reviewed_on"),
    ],
)
def test_what_has_been_done_was_not_done_tomorrow(cast: Cast, state: S, move: str, field: str) -> None:
    case = case_in(DisclosureFlow, state, cast)
    if move == "note_payment":
        case = make_move(case, "compensate", cast, contributor=case.contributors.get().pk)

    with pytest.raises(Invalid) as invalid:
        make_move(case, move, cast, person=None, story=None, **{field: TOMORROW})

    assert field in invalid.value.form.errors


@pytest.mark.parametrize(
    ("answers", "field"),
    [({"what": ""}, "what"), ({"what": "renewed", "renew_by": ""}, "renew_by"), ({"what": "ended"}, "reason")],
)
def test_a_protection_is_not_ended_by_an_empty_date(cast: Cast, answers: dict[str, Any], field: str) -> None:
    case = make_move(case_in(DisclosureFlow, S.AGREED, cast), "protect", cast, renew_by=SOON)

    with pytest.raises(Invalid) as invalid:
        make_move(case, "renew", cast, protection=Protection.objects.get().pk, **answers)

    assert field in invalid.value.form.errors
    assert Protection.objects.get().ended_on is None


def test_an_agreement_is_corrected_and_the_history_keeps_both(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.AGREED, cast)
    before = case.agreement

    case = make_move(
        case, "correct_agreement", cast, agreement="Hälften var.", signed_on="2026-09-02", reason="Fel del."
    )

    assert (case.agreement, str(case.signed_on), case.state) == ("Hälften var.", "2026-09-02", S.AGREED)
    note = case.events.get(move="correct_agreement").note
    assert note.startswith("Fel del.\n")
    assert f"{before} → Hälften var." in note
    assert "2 september 2026" in note or "2026-09-02" in note
    with pytest.raises(Invalid):
        make_move(case, "correct_agreement", cast, agreement="Hälften var.", signed_on="2026-09-02")


def test_a_protection_is_corrected_and_the_date_follows(cast: Cast) -> None:
    case = make_move(case_in(DisclosureFlow, S.AGREED, cast), "protect", cast, renew_by=NEXT_YEAR, number="SE 1")

    case = make_move(
        case, "correct_protection", cast, protection=Protection.objects.get().pk, renew_by=SOON, number="SE 2"
    )

    assert timezone.localdate(case.due_at).isoformat() == SOON
    assert "SE 1 → SE 2" in case.events.get(move="correct_protection").note
    assert "SE 1 → SE 2" not in page(cast.author, case)


def test_an_amount_is_corrected_and_what_it_was_is_kept(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.DECIDED, cast)
    case = make_move(case, "compensate", cast, contributor=case.contributors.get().pk, amount=40_000)

    case = make_move(
        case, "correct_compensation", cast, compensation=Compensation.objects.get().pk, amount=4_000, reason="En nolla."
    )

    assert Compensation.objects.get().amount == 4_000
    event = case.events.get(move="correct_compensation")
    assert event.data["amount"] == 4_000
    assert [part in event.note.replace("\xa0", "") for part in ("En nolla.", "40000", "4000")] == [True] * 3


def test_a_disclosure_made_by_mistake_is_closed_by_the_reviewer_and_its_time_stops(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.NOTIFIED, cast)

    case = make_move(case, "close_mistaken", cast, what="double", reason="Anmäld i mars.")

    with time_machine.travel(case.respond_by + timedelta(days=30)):
        assert note_lapses() == 0
    assert (case.state, case.decision, case.lapsed_at, case.due_at) == (S.CLOSED, "", None, None)
    shown = page(cast.author, case)
    assert "anmält av misstag" in shown
    assert reverse("rights:letter", args=[case.pk, "mottagningsbevis"]) in shown


@pytest.mark.strategy("B43-2")
def test_a_declaration_is_corrected_only_while_there_is_time(cast: Cast) -> None:
    case = make_move(case_in(DisclosureFlow, S.ASSESSING, cast), "claim", cast, **CLAIM)
    first = case.decided_at

    case = make_move(case, "correct_claim", cast, **{**CLAIM, "decision": "priority", "reason": "Fel ruta."})

    assert (case.decision, case.decided_at, case.state) == ("priority", first, S.DECIDED)
    assert [event.data["decision"] for event in case.events.filter(move__endswith="claim")] == ["use", "priority"]
    with time_machine.travel(case.respond_by + timedelta(days=5)), pytest.raises(Refused, match="Tiden"):
        make_move(case, "correct_claim", cast, **CLAIM)


# ── Who decided ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B43-2")
def test_who_decided_and_by_what_right_stands_on_the_page_and_in_the_letters(cast: Cast, tmp_path: Path) -> None:
    case = case_in(DisclosureFlow, S.ASSESSING, cast)
    body: dict[str, Any] = {"decided_by": "Granskning Direktör", "delegation": "RS 2026-1111 p. 4"}
    case = make_move(case, "claim", cast, **CLAIM, **body)

    letter = reverse("rights:letter", args=[case.pk, "underrattelse"])
    shown = page(cast.author, case)
    assert [text in shown for text in (*body.values(), letter)] == [True] * 3
    answer = signed_in(cast.author).get(letter)
    printed = words(answer.content, tmp_path)
    assert [text in printed for text in (*body.values(), "Skälen är vägda.")] == [True] * 3
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert pdf.Root.StructTreeRoot
    assert signed_in(cast.manager).get(letter).status_code == 404

    case = make_move(case, "waive", cast, category="b", basis="LAU 3 §", reason="Behövs inte.", delegation="RS 1 p. 2")
    shown = page(cast.author, case)
    assert [text in shown for text in (*body.values(), "RS 1 p. 2")] == [True] * 3
    assert signed_in(cast.author).get(letter).status_code == 404


# ── In plain words ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_next_step_is_what_the_date_is_about(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.AGREED, cast)
    assert next_step(case) == "Rättighetsgranskaren: notera att det används"
    renewed = make_move(case, "protect", cast, renew_by=SOON)
    assert next_step(renewed) == "Rättighetsgranskaren: förnya eller avsluta ett skydd"
    assert next_step(case_in(DisclosureFlow, S.IN_USE, cast)) == "Rättighetsgranskaren: följ upp användningen"


def test_it_is_not_said_to_be_handled_by_a_unit_that_may_not_see_it(cast: Cast) -> None:
    shown = page(cast.author, case_in(DisclosureFlow, S.NOTIFIED, cast))

    assert "Rättighetsgranskarna" in shown
    assert "Enheten gemensamt" not in shown


@pytest.mark.strategy("B43-2")
def test_the_period_that_is_set_is_the_one_that_is_told(settings: Any) -> None:
    settings.RIGHTS_RESPONSE_MONTHS = 6

    assert "inom 6 månader" in str(DisclosureFlow.moves["notify"].help)
    assert "inom 6 månader" in str(by_key("rights.in_time").help)


def test_what_there_is_nothing_of_is_not_offered(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.AGREED, cast)
    offered = reverse("cases:move", args=[case.key, "correct_protection"])
    assert offered not in page(cast.jurist, case)

    case = make_move(case, "protect", cast, renew_by=SOON, number="SE 1")

    assert offered in page(cast.jurist, case)


# ── Several dates at once ────────────────────────────────────────────────────────────────────────────────────────────


def reminded(case: Any) -> list[tuple[str, str]]:
    """Of which days, and who, in the order it was told."""
    notices = Notice.objects.filter(case=case.pk, topic=Topic.REMINDER, due_at__isnull=False).order_by("pk")
    return [
        (str(timezone.localdate(notice.due_at)), notice.recipient.username)
        for notice in notices.select_related("recipient")
        if notice.recipient
    ]


@pytest.mark.parametrize("late", ["follow_up_on", "renew_by"])
def test_a_date_that_has_passed_hides_no_other(cast: Cast, late: str) -> None:
    """The use is to be followed up, and a patent renewed; one of the days has passed and nobody has done anything about it."""
    case = make_move(case_in(DisclosureFlow, S.AGREED, cast), "protect", cast, renew_by=SOON, number="SE 1")
    follow_up_on, renew_by = case.follow_up_on, Protection.objects.get().renew_by
    assert follow_up_on
    assert renew_by
    if late == "follow_up_on":
        follow_up_on, renew_by = renew_by, follow_up_on
        Protection.objects.update(renew_by=renew_by)
        type(case).objects.filter(pk=case.pk).update(follow_up_on=follow_up_on)
    passed, near = sorted((follow_up_on, renew_by))
    type(case).objects.filter(pk=case.pk).update(due_at=end_of(passed))
    before = end_of(near) - timedelta(hours=17)

    for _twice in range(2):
        watch_deadlines(now=before)

    assert reminded(case) == [(str(near), "jurist")]
    (notice,) = Notice.objects.filter(case=case.pk, topic=Topic.REMINDER)
    assert not is_stale(notice)
    make_move(case, "renew", cast, protection=Protection.objects.get().pk, what="ended", reason="Ny teknik.")
    assert is_stale(Notice.objects.get(pk=notice.pk)) is (late == "follow_up_on")


def test_two_that_must_be_renewed_are_each_reminded_of(cast: Cast) -> None:
    case = make_move(case_in(DisclosureFlow, S.AGREED, cast), "protect", cast, renew_by=SOON, number="SE 1")
    later = (timezone.localdate() + timedelta(days=41)).isoformat()
    case = make_move(case, "protect", cast, renew_by=later, number="SE 2")

    watch_deadlines(now=case.due_at - timedelta(hours=17))

    assert reminded(case) == [(SOON, "jurist"), (later, "jurist")]


def test_a_renewal_that_nobody_is_left_to_see_to_is_told_by_the_number_alone(cast: Cast) -> None:
    case = make_move(case_in(DisclosureFlow, S.AGREED, cast), "protect", cast, renew_by=SOON, number="SE 1")
    Appointment.objects.filter(role=Role.RIGHTS_REVIEWER).delete()
    type(case).objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(days=1), holder=None)

    renew_by = Protection.objects.get().renew_by
    assert renew_by
    for _twice in range(2):
        watch_deadlines(now=end_of(renew_by) - timedelta(hours=17))

    told = Notice.objects.filter(case=case.pk, topic=Topic.UNMANNED, due_at__date=SOON)
    assert [notice.recipient.username for notice in told if notice.recipient] == ["coordinator"]
