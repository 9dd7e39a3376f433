"""The lives of the disclosures in the demo."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.accounts.models import User
from portal.cases.actions.drafts import save_draft
from portal.cases.moving import perform
from portal.demo.clock import Life
from portal.demo.people import Cast
from rights.actions.contributing import begin_disclosure, confirm_contribution, save_contributor
from rights.demo.policy import told
from rights.models import Disclosure
from rights.states import Capacity

HOME = "SOS"
DRAIN: dict[str, Any] = {
    "title": "Dränageventil som stänger sig själv",
    "summary": "En ventil som känner trycket i dränaget och stänger innan det blir undertryck.",
    "result_type": "invention",
    "description": "Ett membran sitter mellan två kammare. När trycket sjunker under ett inställt värde fälls membranet mot sätet.",
    "novelty": "Ventiler på marknaden styrs för hand eller av en elektrisk givare. Den här behöver ingen ström.",
    "made_where": "Operationsavdelningen på Södersjukhuset",
    "main_duty": False,
    "specific_task": False,
    "in_service": True,
    "in_operations": True,
    "disclosed": False,
    "publication": "Poster på en kirurgkongress till hösten, om den får visas.",
    "funding": "Inga pengar utöver lönen.",
    "personal_data": False,
}
PLANNER: dict[str, Any] = {
    "title": "Program som lägger schema efter vårdtyngd",
    "summary": "Programmet föreslår bemanning för nästa vecka utifrån hur tungt det har varit.",
    "result_type": "program",
    "description": "Ett program i Python som läser avidentifierade uppgifter om vårdtyngd och räknar fram tre förslag till schema.",
    "made_where": "Vårdavdelning på Södersjukhuset",
    "disclosed": False,
    "licences": "NumPy och pandas, båda BSD.",
    "personal_data": False,
}
LAMP: dict[str, Any] = {
    **DRAIN,
    "title": "Lampa som visar kärl genom huden",
    "summary": "Tre våglängder gör ytliga kärl synliga vid svåra stick.",
    "description": "Lysdioder i tre våglängder och ett filter i glasögonen som läkaren bär.",
    "novelty": "Utrustning på marknaden visar bilden på en skärm. Här syns kärlen direkt.",
    "publication": "",
}
CHAIR: dict[str, Any] = {
    **DRAIN,
    "title": "Duschstol som fälls mot väggen",
    "summary": "En stol som viker sig helt platt och låser med ett handgrepp.",
    "description": "Leden har en spärr som bara släpper när stolen är obelastad.",
    "novelty": "Andra stolar låses med två handgrepp.",
    "in_service": False,
    "made_where": "Hemma på fritiden",
    "publication": "",
}
BANDAGE: dict[str, Any] = {
    **DRAIN,
    "title": "Sårförband som visar fukt",
    "summary": "Ett förband som skiftar färg när det är fuktigt inuti, så att det inte behöver lyftas i onödan.",
    "description": "En tunn remsa med indikator går från såret till förbandets utsida. Den blir vit av fukt.",
    "novelty": "Förband på marknaden visar fukt först när det tränger igenom. Här syns det innan.",
}
FLUIDS: dict[str, Any] = {
    **PLANNER,
    "title": "Program som räknar ut vätskebehov",
    "summary": "Programmet räknar ut vätskebehovet det närmaste dygnet och visar hur det har räknat.",
    "description": "Ett program i Python som läser vikt, temperatur och förluster ur en blankett och räknar fram behovet timme för timme.",
}
CLAIM: dict[str, Any] = {
    "category": "b",
    "decision": "use",
    "basis": "LAU 3 § andra stycket",
    "scope": "",
    "reason": "Uppfinningen kom till i anslutning till anställningen och kan användas i vården. Regionen behöver få använda den själv.",
    "decided_by": "",
    "delegation": "Delegationsordningen punkt 4.7",
    "keeps_closed": "on",
}


def lives(cast: Cast, now: datetime) -> Iterator[Life]:
    today = now.replace(hour=9, minute=20)
    yield _draft(cast, today - timedelta(days=2))
    yield _notified(cast, today - timedelta(days=95))
    yield _assessing(cast, today - timedelta(days=40))
    yield _in_use(cast, today - timedelta(days=400))
    yield _unused(cast, today - timedelta(days=250))
    yield _waived(cast, today - timedelta(days=150))
    yield told(cast, today - timedelta(days=260))


def _write(owner: User, cast: Cast, values: dict[str, Any], moment: datetime) -> Disclosure:
    unit = next(unit for unit in cast.units if unit.code == HOME)
    disclosure = begin_disclosure(owner=owner, unit=unit, title=values["title"])
    made_on = (moment - timedelta(days=12)).date()
    return save_draft(case=disclosure, values={**values, "made_on": made_on}, version=1, person=owner)


def _notify(owner: User, cast: Cast, values: dict[str, Any], moment: datetime) -> Disclosure:
    disclosure = _write(owner, cast, values, moment)
    perform(disclosure, "notify", person=owner)
    return disclosure


def _draft(cast: Cast, moment: datetime) -> Life:
    yield moment
    _write(cast["medarbetare"], cast, PLANNER, moment)


def _notified(cast: Cast, moment: datetime) -> Life:
    """With a colleague at the university, and less than a month left of the time."""
    yield moment
    author = cast["kollega"]
    disclosure = _write(author, cast, LAMP, moment)
    own = disclosure.contributors.get()
    shares = {"capacity": Capacity.EMPLOYEE, "employer": "Södersjukhuset", "share": 60}
    save_contributor(disclosure=disclosure, contributor=own, values=shares, by=author)
    teacher = {
        "name": "Låtsas Lektor", "email": "lektor@universitet.example", "employer": "Ett universitet",
        "capacity": Capacity.TEACHER, "share": 40, "person": None,
    }  # fmt: skip
    save_contributor(disclosure=disclosure, contributor=None, values=teacher, by=author)
    perform(disclosure, "notify", person=author)
    confirm_contribution(contributor=disclosure.contributors.get(person=author), person=author)


def _assessing(cast: Cast, moment: datetime) -> Life:
    yield moment
    disclosure = _notify(cast["medarbetare"], cast, DRAIN, moment)
    yield moment + timedelta(days=3)
    perform(disclosure, "take_up", person=cast["jurist"], data={"provision": "31:16"})


def _in_use(cast: Cast, moment: datetime) -> Life:
    owner, jurist = cast["kollega"], cast["jurist"]
    yield moment
    disclosure = _notify(owner, cast, FLUIDS, moment)
    yield moment + timedelta(days=2)
    perform(disclosure, "take_up", person=jurist, data={})
    yield moment + timedelta(days=30)
    reason = "Programmet skrevs i tjänsten. Upphovsrätten har gått över till regionen."
    program = {
        "category": "outside",
        "decision": "take_over",
        "basis": "URL 40 a §",
        "reason": reason,
        "keeps_closed": "",
    }
    perform(disclosure, "claim", person=jurist, data={**CLAIM, **program})
    yield moment + timedelta(days=60)
    plan = {
        "reason": "Används på två avdelningar sedan i våras. Färre fel vid ordination.",
        "use_plan": "Spridas till alla akutsjukhus, källkoden läggs ut med öppen licens.",
        "follow_up_on": (moment + timedelta(days=440)).date().isoformat(),
    }
    perform(disclosure, "put_in_use", person=jurist, data=plan)


def _unused(cast: Cast, moment: datetime) -> Life:
    owner, jurist = cast["medarbetare"], cast["jurist"]
    yield moment
    disclosure = _notify(owner, cast, BANDAGE, moment)
    yield moment + timedelta(days=4)
    perform(disclosure, "take_up", person=jurist, data={"provision": "19:1"})
    yield moment + timedelta(days=50)
    perform(disclosure, "claim", person=jurist, data=CLAIM)
    yield moment + timedelta(days=90)
    agreed = {
        "reason": "Regionen får använda förbandet i egen vård. Uppfinnaren behåller patentet.",
        "signed_on": (moment + timedelta(days=88)).date().isoformat(),
        "use_plan": "Prövas på två vårdavdelningar när en tillverkare finns.",
        "follow_up_on": (moment + timedelta(days=280)).date().isoformat(),
    }
    perform(disclosure, "agree", person=jurist, data=agreed)
    money = {
        "contributor": disclosure.contributors.get().pk, "amount": 40_000, "costs": 2_500, "basis": "Avtalet med uppfinnaren",
        "value": "Liten besparing på två avdelningar.", "extent": "Rätt att använda i egen vård.",
        "employment": "Idén kom i arbetet, men det ingick inte i uppgifterna.",
        "paid_on": (moment + timedelta(days=85)).date().isoformat(),
    }  # fmt: skip
    perform(disclosure, "compensate", person=jurist, data=money)
    patent = {
        "measure": "patent", "number": "SE-EXEMPEL-1", "applied_on": (moment + timedelta(days=20)).date().isoformat(),
        "renew_by": (moment + timedelta(days=385)).date().isoformat(), "responsible": "Uppfinnaren",
    }  # fmt: skip
    perform(disclosure, "protect", person=jurist, data=patent)


def _waived(cast: Cast, moment: datetime) -> Life:
    owner, jurist = cast["kollega"], cast["jurist"]
    yield moment
    disclosure = _notify(owner, cast, CHAIR, moment)
    yield moment + timedelta(days=5)
    perform(disclosure, "take_up", person=jurist, data={})
    yield moment + timedelta(days=25)
    reason = "Uppfinningen kom till på fritiden, och regionen har ingen plan för den."
    free = {"category": "c", "basis": "LAU 3 § tredje stycket", "reason": reason}
    perform(disclosure, "waive", person=jurist, data={**CLAIM, **free})
