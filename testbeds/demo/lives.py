"""The lives of the requests in the demo: from one just sent to one whose result is in use a year after the test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.accounts.models import User
from portal.cases.actions.drafts import save_draft
from portal.cases.actions.links import tie_cases
from portal.cases.models import Case, Considerations
from portal.cases.moving import perform
from portal.cases.states import Answer, Relation
from portal.demo.clock import Life
from portal.demo.people import Cast
from testbeds.actions.claiming import hold_time
from testbeds.actions.requesting import begin_request
from testbeds.models import CHECKS, Testbed, TestRequest
from testbeds.queries.free import free_slots
from testbeds.rules.agreeing import latest
from testbeds.rules.terms import first_terms
from testbeds.states import Check, Outcome

DAY = timedelta(days=1)
COMPANY = {"actor": "company", "organisation": "Exempelgolv AB", "orgnr": "556036-0793"}
"""Made up; the number is one whose control digit is right."""
CHECKED = dict.fromkeys(CHECKS, Check.HANDLED) | {
    f"{check}_text": "Genomgånget tillsammans med värden. Inget hindrar testet." for check in CHECKS
}
STAND_BEHIND = {
    "operational": True,
    "operational_by": "Verksamhetschefen",
    "user": True,
    "user_by": "Patientrådet",
}


@dataclass(frozen=True)
class Wish:
    """One request: who asks, where, what, and how far it has come."""

    place: str
    asker: str
    turn: str
    days_ago: int
    title: str
    summary: str
    question: str
    baseline: str
    measure: str
    target: str
    operational_text: str
    user_text: str
    hours: int = 4
    maturity: int = 6
    idea: str = ""
    """Words in the title of the idea that it came of."""

    def told(self, person: User) -> dict[str, Any]:
        """What the form is filled with."""
        own = {} if person.is_employee else COMPANY
        texts = ("summary", "question", "baseline", "measure", "target", "operational_text", "user_text")
        return {
            **{name: getattr(self, name) for name in (*texts, "hours", "maturity")},
            "afterwards": "Enheten tar ställning till att införa det, och delar resultatet med andra.",
            "wishes": "Helst förmiddagar.",
            "perspectives": ["quality"],
            "beneficiaries": ["patient", "staff"],
            **STAND_BEHIND,
            **CHECKED,
            **own,
        }


WISHES = (
    Wish(
        "vardrum", "extern", "closed", 560, "Golv som känner när någon faller",
        "En matta med givare under golvet larmar när någon har fallit.",
        "Larmar golvet inom tio sekunder när någon faller, utan att larma i onödan?",
        "Fall upptäcks i snitt efter elva minuter på natten.", "Tid till larm och antal falska larm under 40 fall med docka.",
        "Larm inom tio sekunder vid 95 av 100 fall, högst ett falskt larm per dygn.",
        "Nattpersonalen slipper gå rundor i onödan.", "Den som faller får hjälp fortare.", 12,
    ),
    Wish(
        "vardrum", "medarbetare", "closed", 540, "Hjärtstartare som landar med drönare",
        "En drönare lämnar en hjärtstartare vid den som ringer 112. Vi prövar vad som händer sedan, med docka och utan drönare.",
        "Kan den som står bredvid använda hjärtstartaren med hjälp i telefon?",
        "I dag väntar den som ringer på ambulansen.", "Tid från att lådan öppnas till första stöt, vid 30 övningar.",
        "Under två minuter vid nio övningar av tio.",
        "Larmoperatören vet vad som ska sägas.", "Den som får hjärtstopp får hjälp fortare.", 8, 7, "drönar",
    ),
    Wish(
        "bussdepan", "kollega", "stopped", 300, "Röst som säger vilken dörr som är närmast",
        "En högtalare vid varje dörr säger vilken dörr som ligger närmast hållplatsens ledstråk.",
        "Hittar den som inte ser till rätt dörr fortare än i dag?", "I dag frågar resenärer föraren.",
        "Tid från ledstråk till dörr för tio resenärer.", "Hälften av tiden i dag.",
        "Färre frågor till föraren.", "Resenärer som inte ser kommer på bussen själva.", 6, 5,
    ),
    Wish(
        "mottagningen", "extern", "followed", 260, "Kallelse som läses upp på elva språk",
        "En tjänst läser upp kallelsen i telefonen och svarar på de vanligaste frågorna.",
        "Kommer fler i tid när kallelsen kan höras?", "Var sjätte kommer inte eller kommer sent.",
        "Andel som kommer i tid under fyra veckor.", "Nio av tio kommer i tid.",
        "Färre tomma tider.", "Den som inte läser svenska vet vart den ska.", 8, 7,
    ),
    Wish(
        "vardrum", "medarbetare", "weighed", 120, "Sänglampa som följer dygnet",
        "Lampan ger varmt ljus på kvällen och kallt på morgonen.", "Sover patienter längre med ljuset?",
        "I dag lyser samma ljus dygnet runt.", "Sömn i timmar, mätt med armband hos tolv frivilliga.", "En halvtimme mer sömn.",
        "Lugnare nätter.", "Patienter sover bättre.", 8,
    ),
    Wish(
        "bussdepan", "extern", "running", 36, "Golvbelysning som visar lediga platser",
        "Ett ljusstråk i golvet visar var det finns plats för rullstol och barnvagn.",
        "Går påstigningen fortare?", "Påstigning med rullstol tar i snitt 70 sekunder.", "Sekunder per påstigning.", "45 sekunder.",
        "Kortare stopp.", "Den som har rullstol ser direkt om det finns plats.", 12,
    ),
    Wish(
        "mottagningen", "kollega", "booked", 45, "Blodtryck som mäts i väntrummet",
        "En mätare som patienten sköter själv skickar värdet till mottagningen.", "Stämmer värdena med dem som personalen mäter?",
        "Personalen mäter alla.", "Skillnad i mmHg för 60 personer.", "Högst fem mmHg i snitt.",
        "Tid till annat.", "Kortare besök.", 4, 8,
    ),
    Wish(
        "vardrum", "extern", "agreeing", 14, "Kamera som ser när droppet tar slut",
        "En kamera läser nivån i droppåsen och larmar i tid.", "Larmar kameran i tid i mörker?",
        "Personalen tittar till droppet varje timme.", "Minuter före tomt vid 40 påsar.", "Alltid minst tio minuter före.",
        "Färre rundor.", "Ingen behöver ringa.", 6,
    ),
    Wish(
        "mottagningen", "medarbetare", "reviewed", 8, "Egna provsvar i klartext",
        "Provsvaret förklaras med bilder och vanliga ord.", "Förstår patienten sitt svar utan att ringa?",
        "Var femte ringer efter sitt svar.", "Andel som ringer.", "Färre än var tionde ringer.",
        "Färre samtal.", "Patienten förstår sitt svar.", 4,
    ),
    Wish(
        "vardrum", "extern", "sent", 3, "Handtag som inte sprider smitta",
        "Dörrhandtaget rengör sig självt mellan varje grepp.", "Minskar bakterierna på handtaget?",
        "Handtagen torkas två gånger om dagen.", "Bakterier per kvadratcentimeter.", "En tiondel av i dag.",
        "Mindre städning.", "Färre blir smittade.", 4, 5,
    ),
)  # fmt: skip


class Desk:
    """Who does what with a request."""

    def __init__(self, cast: Cast, places: dict[str, Testbed]) -> None:
        self.cast, self.places, self.host = cast, places, cast["testbaddsvard"]

    def send(self, wish: Wish) -> TestRequest:
        person, place = self.cast[wish.asker], self.places[wish.place]
        draft = begin_request(owner=person, testbed=place, title=wish.title)
        save_draft(case=draft, values=wish.told(person), version=draft.version, person=person)
        answers = dict.fromkeys(Considerations.TOPICS, Answer.YES)
        texts = {f"{topic}_text": "Genomgånget med värden; ingen grupp får sämre villkor." for topic in answers}
        Considerations.objects.update_or_create(case_id=draft.pk, defaults={**answers, **texts})
        if wish.idea:
            self.tie(draft, wish)
        return self.move(draft, "submit", person)

    def tie(self, draft: TestRequest, wish: Wish) -> None:
        """To the idea that it came of, where that is in the demo."""
        ideas = Case.objects.told_openly().filter(kind="idea", title__icontains=wish.idea)
        for idea in ideas.order_by("pk")[:1]:
            tie_cases(source=idea, target=draft, relation=Relation.LED_TO, by=self.cast[wish.asker])

    def move(self, request: TestRequest, name: str, person: User | None = None, **data: Any) -> TestRequest:
        perform(TestRequest.objects.get(pk=request.pk), name, person=person or self.host, data=data)
        return TestRequest.objects.select_related("testbed", "owner").get(pk=request.pk)

    def review(self, request: TestRequest, *, good: bool = True) -> None:
        """By two who work at the testbed’s unit."""
        for person in self.cast.staff[request.unit_id][:2]:
            self.move(request, "name_reviewer", reviewer=person.username)
            points = dict.fromkeys(("benefit", "feasible", "safe"), 4 if good else 2)
            words = "Frågan är tydlig och går att besvara här, med den personal vi har."
            self.move(request, "review", person, **points, recommends=str(good), words=words)

    def agree(self, request: TestRequest, *, both: bool = True) -> None:
        terms: dict[str, Any] = {**first_terms(request)}
        self.move(request, "write_terms", **terms)
        signed: Any = latest(request)
        said = {"sha256": signed.sha256, "accepts": "on"}
        self.move(request, "sign_for_host", **said)
        if both:
            self.move(request, "sign", request.owner, **said)

    def hold(self, request: TestRequest, since: datetime) -> None:
        minutes = 120
        (slot, *_more) = free_slots(
            [request.testbed_id], minutes=minutes, since=since, until=since + 30 * DAY, number=1
        )
        hold_time(request=request, begins=slot.begins, ends=slot.ends, person=self.host)


def lives(cast: Cast, places: dict[str, Testbed], today: datetime) -> Iterator[Life]:
    desk = Desk(cast, places)
    for wish in WISHES:
        yield _life(desk, wish, today - wish.days_ago * DAY)


def _life(desk: Desk, wish: Wish, begun: datetime) -> Life:
    yield begun
    request = desk.send(wish)
    if wish.turn == "sent":
        return
    yield begun + 4 * DAY
    request = desk.move(request, "take_up")
    desk.review(request)
    if wish.turn == "reviewed":
        return
    yield begun + 9 * DAY
    request = desk.move(
        request, "say_yes", conditions="Introduktion före första testet. En av oss är med hela tiden.",
        reason="Båda granskarna säger ja, och nyttan är väl visad.",
    )  # fmt: skip
    desk.hold(request, begun + 20 * DAY)
    yield begun + 12 * DAY
    desk.agree(request, both=wish.turn != "agreeing")
    if wish.turn == "agreeing":
        return
    yield begun + 14 * DAY
    if wish.turn == "booked":
        desk.hold(request, begun + 60 * DAY)
    request = desk.move(request, "book")
    if wish.turn == "booked":
        return
    yield from _tested(desk, wish, request, begun)


def _tested(desk: Desk, wish: Wish, request: TestRequest, begun: datetime) -> Life:
    yield begun + 30 * DAY
    request = desk.move(request, "begin")
    if wish.turn == "running":
        desk.hold(request, begun + 95 * DAY)
        desk.move(request, "book_more")
        return
    yield begun + 50 * DAY
    request = desk.move(request, "finish")
    yield begun + 62 * DAY
    good = wish.turn != "stopped"
    request = desk.move(
        request, "hand_in_result", request.owner,
        result="Testet genomfördes som planerat. " + ("Det fungerade." if good else "Det hjälpte inte."),
        measured="Se bifogad sammanställning; måttet är det som vi lovade.", reached=str(good), tested_hours=str(wish.hours),
    )  # fmt: skip
    desk.move(request, "answer_survey", request.owner, satisfied="4", answered="5", again="5", words="")
    if wish.turn == "weighed":
        return
    yield begun + 75 * DAY
    if not good:
        desk.move(
            request, "stop", lesson="I buller hörs inte rösten. Ett ljus vid dörren är värt att pröva.", reason="Målet nåddes inte."
        )  # fmt: skip
        return
    request = desk.move(
        request, "go_on", outcome=Outcome.INTRODUCE, receiver="Utvecklingsenheten", reason="Målet nåddes med god marginal."
    )  # fmt: skip
    yield from _followed(desk, wish, request, begun + 75 * DAY)


def _followed(desk: Desk, wish: Wish, request: TestRequest, decided: datetime) -> Life:
    yield decided + 182 * DAY
    request = desk.move(request, "follow_up", became="Det används på två avdelningar, och personalen vill behålla det.")
    if wish.turn == "followed":
        return
    yield decided + 366 * DAY
    desk.move(request, "close", became="Det används på fem avdelningar. Måttet står sig.")
