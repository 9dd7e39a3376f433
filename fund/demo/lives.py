"""The calls of the demo: one lived from its announcement to the effects, one with projects under way, one being weighed, one open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from fund.actions.applying import begin_application
from fund.actions.assigning import add_reviewer, ask_experts, propose
from fund.actions.calling import begin_call
from fund.actions.closing import shut_calls
from fund.actions.deciding import prepare_ruling
from fund.actions.naming import consent_to_name
from fund.actions.papers import note_pages
from fund.actions.reviewing import declare, save_review, submit_review
from fund.demo.texts import CALL, DRONE, EFFECT, LESSON, NOW, PLAN, SEEDS, Seed, answers_of
from fund.models import PHASES, Account, Application, Call, Instalment, Review
from fund.models.review import COMMENT, POINTS
from fund.states import Outcome, ReportKind
from portal.accounts.models import User
from portal.cases.actions.documents import add_document
from portal.cases.actions.drafts import save_draft
from portal.cases.actions.links import tie_cases
from portal.cases.models import Case, Considerations
from portal.cases.moving import perform
from portal.cases.states import Answer, Audience, Relation
from portal.cases.uploads import inspect
from portal.demo.clock import Life
from portal.demo.people import Cast
from portal.organisation.models import Unit

LOOKED_AT = {"formal": "met", "quality": "met", "it": "none"}
RIGHT = {"delegation": "Delegationsordningen punkt 3.2"}
DECIDED = {**RIGHT, "reason": "Expertgruppen var enig om listan."}
OUTCOMES = {
    Outcome.GRANT: "Behovet är väl visat, och nyttan går att mäta. Ni har förutsättningar att genomföra projektet.",
    Outcome.PART: "Behovet är väl visat. Vi beviljar er egen tid, men inte hela konsultkostnaden.",
    Outcome.RESERVE: "Ansökan är god. Pengarna räcker inte i den här omgången, men ni står på tur om någon tackar nej.",
    Outcome.DECLINE: "Lösningen finns redan i regionen. Vi föreslår att ni tar kontakt med dem som använder den.",
}
RULED = (
    Outcome.GRANT, Outcome.GRANT, Outcome.GRANT, Outcome.PART, Outcome.GRANT, Outcome.RESERVE, Outcome.RESERVE, Outcome.DECLINE,
    Outcome.DECLINE,
)  # fmt: skip
"""What was decided of the first applications, in their order; the last three never came so far."""


def attach_plan(application: Application, person: User) -> None:
    """A file beside the answers, for everyone who sees the case: it is handed in with them."""
    file = ContentFile(PLAN.encode(), "Så provar vi.txt")
    accepted = inspect(file, "Så provar vi.txt")
    add_document(
        case=application,
        file=file,  # type: ignore[arg-type]  # read in the same way
        accepted=accepted,
        person=person,
        title="Så provar vi",
        audience=Audience.EVERYONE,
    )


class Desk:
    """Who does what in the demo’s calls."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.officer = cast, cast["fondhandlaggare"]
        self.payer = cast["fondhandlaggare2"]
        self.units = {unit.code: unit for unit in cast.units}

    def call(self, title: str, opens: datetime, closes: datetime, **more: Any) -> Call:
        call = begin_call(owner=self.officer, unit=self.units["RLK"], title=title)
        phases = {
            name: timezone.localdate(closes) + timedelta(days=later)
            for name, later in zip(PHASES, (35, 42, 60), strict=True)
        }
        values = {**CALL, "year": closes.year, "opens_at": opens, "closes_at": closes, **phases, **more}
        announced: Any = perform(
            save_draft(case=call, values=values, version=call.version, person=self.officer),
            "announce",
            person=self.officer,
        )
        return Call.objects.get(pk=announced.pk)

    def write(self, seed: Seed, number: int, call: Call, owner: User | None = None) -> Application:
        """A draft with everything that the call asks for."""
        unit = self.units[seed.unit]
        owner = owner or self.cast.staff[unit.pk][number % 3]
        application = begin_application(owner=owner, unit=unit, call=call, title=seed.title)
        told = {
            "summary": f"{seed.summary} {seed.benefit}",
            "project": seed.project,
            "perspectives": [seed.perspective],
            "beneficiaries": [seed.group],
            **answers_of(seed, str(owner), call.year or 0),
        }
        save_draft(case=application, values=told, version=application.version, person=owner)
        if seed in (DRONE, SEEDS[0]):
            attach_plan(application, owner)
        return Application.objects.get(pk=application.pk)

    def hand_in(self, application: Application) -> Application:
        """The pages are noted as a worker would have: to print each text takes half a second, and all of them have two."""
        consider(application)
        note_pages(application=application, pages=2)
        return self.move(application, "submit", application.owner)

    def sign(self, application: Application) -> Application:
        return self.move(application, "sign", self.manager(application.unit), {"promise": "on", "reason": ""})

    def decide(self, call: Call, every: list[Application], outcomes: tuple[Outcome, ...]) -> None:
        """All that are left to decide on, at once."""
        places = count(1)
        for application, outcome in zip(every, outcomes, strict=False):
            place = next(places) if outcome == Outcome.RESERVE else None
            amount = {Outcome.DECLINE: 0, Outcome.PART: SEEDS[3].staff}.get(outcome, application.amount or 0)
            prepare_ruling(
                application=application, outcome=outcome, amount=amount, reason=OUTCOMES[outcome], rank=place
            )
        perform(Call.objects.get(pk=call.pk), "decide", person=self.officer, data=DECIDED)

    def manager(self, unit: Unit) -> User:
        return self.cast.managers[unit.pk]

    def move(
        self, application: Application, move: str, person: User | None = None, data: dict[str, Any] | None = None
    ) -> Application:
        found = Application.objects.get(pk=application.pk)
        perform(found, move, person=person or self.officer, data=data or {})
        return Application.objects.get(pk=application.pk)


def consider(application: Application) -> None:
    texts = {
        "sustainability_text": "Mindre resor och mindre material; ingen grupp får sämre villkor.",
        "accessibility_text": "Prövas med personer som använder skärmläsare och med förstoring.",
        "ethics_text": "Ingen forskning på människor; etikprövning behövs inte.",
        "integrity_text": "Inga personuppgifter utöver dem som redan hanteras i verksamheten.",
    }
    answers = dict.fromkeys(Considerations.TOPICS, Answer.YES)
    Considerations.objects.update_or_create(case_id=application.pk, defaults={**answers, **texts})


def lives(cast: Cast, today: datetime) -> Iterator[Life]:
    desk = Desk(cast)
    yield _earlier(desk, datetime(2025, 1, 13, 8, tzinfo=today.tzinfo), today)
    yield _under_way(desk, today - timedelta(days=300))
    yield _weighed(desk, today - timedelta(days=52))
    yield _open(desk, today - timedelta(days=12), today + timedelta(days=18))


# ── The call of 2025 ─────────────────────────────────────────────────────────────────────────────────────────────────


def _earlier(desk: Desk, start: datetime, today: datetime) -> Life:
    """A dozen applications, and every way that one can go. It is told as it happened, day by day."""
    closes = start + timedelta(days=32, hours=6)
    yield start
    call = desk.call("Innovationsfonden våren 2025", start, closes)
    yield start + timedelta(days=24)
    owners = {0: desk.cast["medarbetare"], 1: desk.cast["kollega"]}
    seeds = (DRONE, *SEEDS[1:])
    every = [desk.hand_in(desk.write(seed, number, call, owners.get(number))) for number, seed in enumerate(seeds)]
    _from_an_idea(every[0])
    yield start + timedelta(days=27)
    for application in every[:11]:
        desk.sign(application)
    no = {"reason": "Enheten flyttar i höst, och ingen kan ta hand om odlingen efter projektet."}
    desk.move(every[11], "refuse_to_sign", desk.manager(every[11].unit), no)
    yield closes + timedelta(days=8)
    shut_calls()
    yield closes + timedelta(days=15)
    yield from _weigh(desk, call, every, closes)
    yield from _projects(desk, every, closes + timedelta(days=75), today)


def _from_an_idea(application: Application) -> None:
    """The project came of the idea about the drone, where that is in the demo."""
    idea = Case.objects.told_openly().filter(kind="idea", title__icontains="drönar").order_by("pk").first()
    if idea is not None:
        tie_cases(source=idea, target=application, relation=Relation.LED_TO, by=application.owner)


def _weigh(desk: Desk, call: Call, every: list[Application], closes: datetime) -> Life:
    """Looked through, reviewed, decided. One is withdrawn, two are dismissed."""
    late = {
        **RIGHT,
        "formal": "met",
        "quality": "unmet",
        "it": "none",
        "quality_why": "Budgeten gäller ett annat projekt än det som beskrivs. Ansökan går inte att bedöma.",
    }
    for application in every[:10]:
        desk.move(application, "pass_on", data=LOOKED_AT)
    desk.move(every[10], "dismiss", data=late)
    unsigned = {**RIGHT, **LOOKED_AT, "formal": "unmet", "formal_why": "Chefen har inte godkänt ansökan."}
    desk.move(every[11], "dismiss", data=unsigned)
    yield closes + timedelta(days=30)
    desk.move(every[9], "withdraw", every[9].owner, {"reason": "Leverantören har slutat tillverka roboten."})
    yield closes + timedelta(days=60)
    desk.decide(call, every, RULED)


def _projects(desk: Desk, every: list[Application], start: datetime, today: datetime) -> Life:
    """One has told of its effect, three are finished, one is stopped, one declines, and the first in reserve moves up."""
    first, second, third, fourth, fifth, reserve, last = every[:7]
    yield start
    for application in (first, second, third, fourth):
        desk.move(application, "agree", application.owner, {"accepts": "on"})
    desk.move(fifth, "refuse_grant", fifth.owner, {"reason": "Cyklarna köptes in av fastighetsbolaget."})
    consent_to_name(application=first, person=desk.cast["medarbetare"])
    yield start + timedelta(days=10)
    desk.move(reserve, "move_up", data=DECIDED)
    desk.move(last, "let_go", data={**RIGHT, "reason": "Ingen mer har tackat nej, och årets pengar är slut."})
    yield start + timedelta(days=20)
    desk.move(reserve, "agree", reserve.owner, {"accepts": "on"})
    yield start + timedelta(days=90)
    for application, share in ((first, 90), (third, 100), (fourth, 50), (reserve, 40)):
        pay(desk, application, share, last=True)
    desk.move(second, "stop", data={**RIGHT, "reason": LESSON})
    yield start + timedelta(days=120)
    desk.move(first, "finish", data={"reason": "Drönaren flyger vid larm från två platser."})
    yield max(start + timedelta(days=245), today - timedelta(days=330))
    for application in (third, fourth, reserve):
        desk.move(application, "finish", data={"reason": "Målet nåddes. Lösningen används av enheten."})
    yield min(start + timedelta(days=500), today - timedelta(days=6))
    desk.move(first, "follow_up", first.owner, {"reason": EFFECT, "worth": 140_000})


def pay(desk: Desk, application: Application, share: int, *, last: bool = False) -> None:
    """So many per cent of the grant is paid after a report: planned, reported, approved, and paid by another than approved it."""
    account = Account.objects.get(application=application.pk)
    kind = ReportKind.FINAL if last else ReportKind.START
    amount = account.granted * share // 100
    planned = {"milestone": "Prövat", "report": kind, "due_on": timezone.localdate().isoformat(), "amount": amount}
    desk.move(application, "plan_instalment", data=planned)
    report(desk, application, kind, amount)
    instalment = {"instalment": Instalment.objects.get(application=application.pk, report=kind).pk}
    desk.move(application, "approve_payment", data=instalment)
    desk.move(application, "pay", desk.payer, instalment)


def report(desk: Desk, application: Application, kind: ReportKind, cost: int) -> None:
    """The project hands it in, and the fund approves it."""
    told = {
        "kind": kind,
        "done": "Vi har prövat med de första användarna.",
        "differs": "",
        "cost": cost,
        "consultants": cost // 4,
    }
    desk.move(application, "report", application.owner, told)
    desk.move(application, "approve_report", data={"reason": "Tack, det är tydligt."})


# ── The calls of today ───────────────────────────────────────────────────────────────────────────────────────────────


def _under_way(desk: Desk, start: datetime) -> Life:
    """Decided this year: two projects are running, and one application was declined."""
    closes = start + timedelta(days=32)
    yield start
    call = desk.call("Innovationsfonden: enklare vardag", start, closes)
    yield start + timedelta(days=20)
    owners = {7: desk.cast["medarbetare"]}
    every = [desk.sign(desk.hand_in(desk.write(SEEDS[number], 2, call, owners.get(number)))) for number in (7, 2, 5)]
    yield closes + timedelta(days=2)
    shut_calls()
    yield closes + timedelta(days=10)
    for application in every:
        desk.move(application, "pass_on", data=LOOKED_AT)
    yield closes + timedelta(days=60)
    desk.decide(call, every, (Outcome.GRANT, Outcome.GRANT, Outcome.DECLINE))
    yield closes + timedelta(days=70)
    for application in every[:2]:
        desk.move(application, "agree", application.owner, {"accepts": "on"})
    yield closes + timedelta(days=150)
    pay(desk, every[0], 50)


def _weighed(desk: Desk, start: datetime) -> Life:
    """It has closed; some are being looked through, and some lie with the experts: one has handed in, the others have all to do."""
    closes = start + timedelta(days=40)
    yield start
    call = desk.call("Innovationsfonden: tillgängliga tjänster", start, closes)
    yield start + timedelta(days=30)
    every = [desk.sign(desk.hand_in(desk.write(SEEDS[number], number + 1, call))) for number in (0, 6, 8, 10)]
    yield closes + timedelta(days=1)
    shut_calls()
    yield closes + timedelta(days=3)
    for application in every[:2]:
        desk.move(application, "pass_on", data=LOOKED_AT)
    yield closes + timedelta(days=4)
    _ask_experts(desk, Call.objects.get(pk=call.pk))
    yield closes + timedelta(days=7)
    _review(Review.objects.of(desk.cast["granskare2"]).filter(application__call=call).order_by("pk").first())


def _ask_experts(desk: Desk, call: Call) -> None:
    """The accounts that review, and a third from a unit of neither."""
    third = desk.cast["innovationsledare"]
    for person in (desk.cast["granskare1"], desk.cast["granskare2"], third):
        add_reviewer(call=call, person=person, by=desk.officer, words="tillgänglighet, kollektivtrafik")
    propose(call=call, by=desk.officer)
    ask_experts(call=call, by=desk.officer)


def _review(review: Review | None) -> None:
    """One is read and handed in, where the expert was given any."""
    if review is None:
        return
    review = declare(review=review, conflict=False)
    said = {
        f"{POINTS}{key}": str(points)
        for key, points in (("need", 5), ("approach", 4), ("benefit", 3), ("competition", 4))
    }
    said |= {
        f"{COMMENT}need": "Behovet är stort och väl visat.",
        "comment": "Väl genomtänkt. Mät gärna även efter sex månader.",
    }
    submit_review(review=save_review(review=review, values=said, version=review.version))


def _open(desk: Desk, start: datetime, closes: datetime) -> Life:
    """It takes applications now: one is begun, one waits for the manager, one is approved, and one is being changed."""
    staff, other = desk.cast["medarbetare"], desk.cast["kollega"]
    yield start
    call = desk.call("Innovationsfonden: nära invånaren", start, closes)
    yield start + timedelta(days=4)
    approved = desk.sign(desk.hand_in(desk.write(NOW[0], 0, call, staff)))
    desk.hand_in(desk.write(NOW[1], 1, call, other))
    changed = desk.sign(desk.hand_in(desk.write(NOW[2], 2, call)))
    yield start + timedelta(days=9)
    desk.move(changed, "revise", changed.owner)
    begin_application(owner=staff, unit=approved.unit, call=call, title="Väntetider som stämmer")
    desk.write(NOW[3], 3, call)
