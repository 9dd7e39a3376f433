"""A whole call through the browser, from its first word to a ledger that balances; with ``--whole`` in its full size."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from fund.models import Account, Application, Call, Report, Review
from fund.states import ApplicationState as S
from fund.states import CallState, ReportKind
from fund.words import sek
from portal.accounts.models import User
from portal.cases.workdays import add_months
from portal.notices.models import Notice
from tests.cast import gather
from tests.fund.crowd import UNITS, managers, people
from tests.fund.granted import second_officer
from tests.fund.story import RIGHT, shut_call
from tests.fund.test_ledger import verify
from tests.fund.visiting import Desk, Hall

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.strategy("B43-5", "A15")]
ASKED = 200_000


@dataclass(frozen=True)
class Size:
    """How many apply, how many experts there are and how many of them read each application, for how many grants the money suffices,
    and how many browsers are at it besides the first."""

    applications: int
    experts: int
    readers: int
    grants: int
    beside: int = 0


SMALL = Size(applications=5, experts=3, readers=2, grants=2)
WHOLE = Size(applications=300, experts=12, readers=3, grants=10, beside=2)


@dataclass
class Story:
    """Everyone in the call, and the desks where they take turns."""

    hall: Hall
    size: Size
    officer: User
    payer: User
    managers: dict[str, User]
    applicants: list[User]
    experts: list[User]

    @property
    def desk(self) -> Desk:
        return self.hall.desk

    @property
    def call(self) -> Call:
        return Call.objects.get()

    def where(self, *states: str, **more: str) -> list[Application]:
        found = Application.objects.filter(state__in=states, **more).select_related("owner", "unit", "call")
        return list(found.order_by("pk"))


@pytest.fixture
def size(whole: bool) -> Size:
    return WHOLE if whole else SMALL


@pytest.fixture
def story(transactional_db: None, open_page: Open, live_server: LiveServer, size: Size, tmp_path: Path) -> Story:
    cast = gather()
    return Story(
        hall=Hall(Desk(open_page(), live_server.url), size.beside, str(tmp_path)),
        size=size,
        officer=cast.officer,
        payer=second_officer(),
        managers=managers(cast),
        applicants=people("sokande", size.applications, UNITS),
        experts=people("expert", size.experts, ("RLK",)),
    )


def test_a_call_goes_from_its_first_word_to_a_ledger_that_balances(story: Story) -> None:
    announce(story)
    story.hall.share(story.applicants, apply_for_money)
    story.hall.share(story.where(S.SUBMITTED), partial(sign, story))
    shut_call(story.call)
    screen(story)
    name_experts(story)
    story.hall.share(story.experts, partial(review, story))
    replace_who_had_a_conflict(story)
    meet(story)
    prepare(story)
    decide(story)
    fill_the_place_of_who_declines_the_grant(story)
    end_in_time(story)
    balance(story)


# ── The call and the applications ────────────────────────────────────────────────────────────────────────────────────


def announce(story: Story) -> None:
    desk, now = story.desk, timezone.localtime()
    desk.sit(story.officer, reverse("fund:begin_call"))
    desk.fill({"title": "Vårens utlysning"})
    desk.press("form button[type=submit]")
    desk.fill(
        {
            "purpose": "Nya lösningar nära patienter.",
            "terms": "Du är anställd på minst halvtid.",
            "opens_at": f"{now:%Y-%m-%dT%H:%M:%S}",
            "closes_at": f"{now + timedelta(days=30):%Y-%m-%dT%H:%M:%S}",
            "year": now.year,
            "budget": ASKED * story.size.grants,
            "largest_grant": ASKED,
            "reviews_each": story.size.readers,
        }
    )
    desk.press("button[name=go_on]")
    desk.move(story.officer, story.call, "announce")


ANSWERS = {
    "summary": "Skyltar som svarar på frågor.",
    "project": "new",
    "perspectives": True,
    "beneficiaries": True,
    "q_half_time": "True",
    "q_owned": "True",
    "q_need": "Var femte besökare hittar inte rätt.",
    "q_approach": "Vi prövar skyltar som talar.",
    "q_benefit": "Från tjugo frågor om dagen till tio.",
    "q_competition": "Kartor på papper.",
    "q_timetable-0-what": "Prova",
    "q_timetable-0-ends": f"{timezone.localdate().year}-12-01",
    "q_participants-0-name": "Ada Demoström",
    "q_participants-0-role": "Projektledare",
    "q_budget-0-what": "Utveckling",
    "q_budget-0-kind": "staff",
    "q_budget-0-amount": ASKED - 50_000,
    "q_budget-1-what": "Granskning",
    "q_budget-1-kind": "consultant",
    "q_budget-1-amount": 50_000,
}
TOPICS = ("sustainability", "accessibility", "ethics", "integrity")


def apply_for_money(desk: Desk, person: User) -> None:
    """Begun, written, considered, handed in."""
    desk.sit(person, reverse("fund:begin"))
    desk.fill({"title": f"Skyltar som talar med {person.name}"})
    desk.press("form button[type=submit]")
    desk.fill(ANSWERS)
    desk.press("button[name=go_on]")
    application = Application.objects.select_related("owner", "unit").get(owner=person)
    desk.press("#considerations a.ds-button")
    desk.fill(dict.fromkeys(TOPICS, "yes") | {f"{topic}_text": "Prövat med verksamheten." for topic in TOPICS})
    desk.press("button[name=go_on]")
    desk.press("a[href$='/submit/']")
    desk.press("form button[type=submit]")
    assert application.latest is not None


def sign(story: Story, desk: Desk, application: Application) -> None:
    desk.move(story.managers[application.unit.code], application, "sign", promise=True)


def screen(story: Story) -> None:
    """All but one meet the terms."""
    *right, wrong = story.where(S.SCREENING)
    met = {"formal": "met", "quality": "met", "it": "none"}
    story.hall.share(right, lambda desk, one: desk.move(story.officer, one, "pass_on", **met))
    unmet = {"formal": "unmet", "formal_why": "Utlysningen gäller inte det.", **RIGHT}
    story.desk.move(story.officer, wrong, "dismiss", **met | unmet)


# ── The experts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def name_experts(story: Story) -> None:
    desk = story.desk
    panel = reverse("fund:panel", args=[story.call.pk])
    desk.sit(story.officer, panel)
    for expert in story.experts:
        desk.press(f"a[href='{reverse('fund:add_reviewer', args=[story.call.pk])}']")
        desk.fill(
            {"person": expert.username, "most": story.size.readers * len(story.applicants) // len(story.experts) + 10}
        )
        desk.press("form button[type=submit]")
    ask(story)
    assert Review.objects.count() == story.size.readers * len(story.where(S.REVIEW))


def ask(story: Story) -> None:
    story.desk.sit(story.officer, reverse("fund:panel", args=[story.call.pk]))
    for button in ("propose", "ask"):
        story.desk.press(f"button[name={button}]")


def review(story: Story, desk: Desk, expert: User) -> None:
    """All that wait for the expert, one after the other by the button that leads to the next. The very first is by a neighbour of one."""
    mine, random = reverse("fund:reviews"), Random(expert.username)
    neighbour = expert == story.experts[0] and not Review.objects.filter(conflict=True).exists()
    desk.sit(expert, mine)
    desk.press("li:has([data-color=warning]) a")
    while not desk.page.url.endswith(mine):
        if not desk.page.locator("[name=conflict]").count():
            score(desk, random)
        else:
            desk.fill({"conflict": "yes", "why": "Vi är grannar."} if neighbour else {"conflict": "no"})
            desk.press("form button[type=submit]")
            if neighbour:
                desk.press("a.ds-button")
            neighbour = False


def score(desk: Desk, random: Random) -> None:
    """By keyboard alone, with a reason at the extremes."""
    keys = desk.page.keyboard
    for key in ("need", "approach", "benefit", "competition"):
        points = random.choice((1, 2, 3, 3, 4, 4, 5))
        desk.page.locator(f"[name=p_{key}][value='{points}']").focus()
        keys.press("Space")
        if points in (1, 5):
            desk.page.locator(f"[name=c_{key}]").focus()
            keys.insert_text("Det är visat.")
    desk.page.locator("[name=sure]").focus()
    keys.press("Space")
    desk.press("button[value=submit]")


def replace_who_had_a_conflict(story: Story) -> None:
    """Somebody else reads what the declaration closed."""
    (closed,) = Review.objects.filter(conflict=True)
    ask(story)
    (other,) = Review.objects.select_related("reviewer__person").filter(submitted_at=None, conflict=None)
    assert other.application_id == closed.application_id
    review(story, story.desk, other.reviewer.person)
    assert Review.objects.submitted().count() == story.size.readers * len(story.where(S.REVIEW))


def meet(story: Story) -> None:
    """The panel looks where the experts differ most, and agrees on it."""
    desk = story.desk
    desk.sit(story.officer, reverse("fund:map", args=[story.call.pk]))
    desk.press("tbody th a")
    desk.press("a[href$='/samlat/']")
    desk.fill({"text": "Behovet är visat, vägen dit är oklar.", "need": "4"})
    desk.press("form button[type=submit]")


# ── The decision ─────────────────────────────────────────────────────────────────────────────────────────────────────


def prepare(story: Story) -> None:
    """The best are granted the money there is, the last of them in part; the next are held in reserve."""
    desk, size = story.desk, story.size
    desk.sit(story.officer, reverse("fund:decide", args=[story.call.pk]))
    left, number = ASKED * size.grants, 0
    total = len(story.where(S.REVIEW))
    while number < total:
        for place in range(desk.page.locator("[data-ruling]").count()):
            number += 1
            left -= rule(story, desk.page.locator("[data-ruling]").nth(place), number)
        if number < total:
            desk.press("nav a[rel=next]")
    expect(desk.page.locator("[data-budget-left]")).to_have_text(sek(left))
    desk.go(reverse("fund:letters", args=[story.call.pk]))
    expect(desk.page.locator("article").first).to_contain_text("Nummer 1 i ordningen.")


def rule(story: Story, row: Any, number: int) -> int:
    """Prepare one row; what it takes of the budget."""
    grants = story.size.grants
    outcome = (
        "grant" if number < grants else "part" if number == grants else "reserve" if number == grants + 1 else "decline"
    )
    row.locator("[name=outcome]").select_option(outcome)
    if outcome == "part":
        row.locator("[name=amount]").fill(str(ASKED // 2))
    if outcome == "reserve":
        row.locator("[name=amount]").fill(str(ASKED // 2))
        row.locator("[name=rank]").fill("1")
    row.locator("[name=reason]").fill(f"Nummer {number} i ordningen.")
    with story.desk.page.expect_navigation():
        row.locator("button").press("Enter")
    return {"grant": ASKED, "part": ASKED // 2}.get(outcome, 0)


def decide(story: Story) -> None:
    """Every applicant is told once, with a letter of their own."""
    desk = story.desk
    told = len(story.where(S.REVIEW))
    desk.move(story.officer, story.call, "decide", **RIGHT)
    assert (
        Notice.objects.filter(
            event__move__in=("grant", "put_in_reserve", "decline"), recipient__in=story.applicants
        ).count()
        == told
    )
    (one, *_others) = story.where(S.DECLINED)
    assert one.owner is not None
    desk.sit(one.owner, one.get_absolute_url())
    with desk.page.expect_download() as letter:
        desk.page.locator(f"a[href='{reverse('fund:letter', args=[one.pk, 'beslut'])}']").click()
    assert letter.value.suggested_filename.endswith(".pdf")


def fill_the_place_of_who_declines_the_grant(story: Story) -> None:
    """What one does not take is granted to the next on the reserve list."""
    part, reserve = story.where(S.GRANTED, ruling__outcome="part"), story.where(S.RESERVE)
    story.desk.move(part[0].owner, part[0], "refuse_grant")
    story.desk.move(story.officer, reserve[0], "move_up", **RIGHT)


# ── The projects ─────────────────────────────────────────────────────────────────────────────────────────────────────


def run(story: Story, desk: Desk, project: Application) -> None:
    """Accepted, half of it paid by two people after a report, reported finally, finished and followed up."""
    owner, officer = project.owner, story.officer
    half = Account.objects.get(application=project).granted // 2
    last = f"{timezone.localdate().year}-12-31"
    report = {"done": "Prövat på två mottagningar.", "cost": half, "consultants": 20_000}
    desk.move(owner, project, "agree", accepts=True)
    desk.move(officer, project, "plan_instalment", milestone="Prova", report=ReportKind.START, due_on=last, amount=half)
    desk.move(owner, project, "report", kind=ReportKind.START, **report)
    desk.move(officer, project, "approve_report")
    desk.move(officer, project, "approve_payment")
    desk.move(story.payer, project, "pay")
    desk.move(owner, project, "report", kind=ReportKind.FINAL, **report)
    desk.move(officer, project, "approve_report")
    desk.move(officer, project, "finish")
    Application.objects.filter(pk=project.pk).update(ended_on=add_months(timezone.localdate(), -12))
    desk.move(owner, project, "follow_up", reason="Från tjugo frågor om dagen till åtta.", worth=70_000)


def end_in_time(story: Story) -> None:
    """All projects but one are run to their end; then the call is closed."""
    stopped, *others = story.where(S.GRANTED)
    story.hall.share(others, partial(run, story))
    story.desk.move(stopped.owner, stopped, "agree", accepts=True)
    story.desk.move(story.officer, stopped, "stop", reason="Skyltarna gick sönder. Pröva dem ute först.", **RIGHT)
    story.desk.move(story.officer, story.call, "close")
    assert story.call.state == CallState.CLOSED
    assert Report.objects.count() == 2 * len(story.where(S.CLOSED))


def balance(story: Story) -> None:
    """By the entries themselves, and by what the page of the ledger says."""
    verify()
    account = Account.objects.get(call=story.call, application=None)
    names = ("budget", "granted", "free", "paid", "reserved", "returned")
    told = {name: getattr(account, name) for name in names}
    closed = Account.objects.filter(application__state=S.CLOSED)
    paid = sum(one.granted // 2 for one in closed)
    granted = ASKED * (story.size.grants - 1) + ASKED // 2
    assert told == {
        "budget": ASKED * story.size.grants, "granted": granted, "free": ASKED // 2,
        "paid": paid, "reserved": 0, "returned": granted - paid,
    }  # fmt: skip
    assert closed.count() == story.size.grants - 1
    story.desk.sit(story.officer, reverse("fund:ledger", args=[story.call.pk]))
    assert story.desk.page.locator("main .facts dd").all_inner_texts() == [sek(amount) for amount in told.values()]
