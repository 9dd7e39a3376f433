"""What the applications of the demo say. All made up."""

from dataclasses import dataclass
from typing import Any

from fund.states import Purpose


@dataclass(frozen=True)
class Seed:
    """One application: what it is about, and what it asks for in SEK, own staff and consultants apart."""

    title: str
    summary: str
    need: str
    benefit: str
    perspective: str
    group: str
    staff: int
    consultant: int = 0
    unit: str = ""
    project: Purpose = Purpose.NEW


SEEDS = (
    Seed(
        "Skyltar som talar vid entrén",
        "Skyltar som läser upp vägen för den som inte ser eller inte läser svenska.",
        "Var femte besökare frågar personalen om vägen. Vi räknade under två veckor.",
        "Färre frågor i receptionen: från tjugo om dagen till tio.",
        "everyday", "visitor", 180_000, 60_000, "SOS",
    ),
    Seed(
        "Rehabilitering hemma med rörelsesensor",
        "Patienten tränar hemma och fysioterapeuten ser rörelserna på avstånd.",
        "Många avbryter sin träning när resan är lång. Fyra av tio kommer inte till sista besöket.",
        "Fler fullföljer sin träning: från sex till åtta av tio.",
        "quality", "patient", 240_000, 90_000, "SOS",
    ),
    Seed(
        "Påminnelse om blodprov i kalendern",
        "En påminnelse som följer med in i patientens egen kalender.",
        "Var åttonde bokad provtagning blir inte av.",
        "Hälften så många uteblivna besök på två mottagningar.",
        "efficiency", "patient", 120_000, 0, "KAR", Purpose.CONTINUATION,
    ),
    Seed(
        "Tystare larm på intensiven",
        "Larm som går till den som ska svara i stället för till hela salen.",
        "Patienter väcks i snitt nio gånger per natt av larm som gäller någon annan.",
        "Högst tre väckningar per natt.",
        "quality", "patient", 200_000, 150_000, "KAR",
    ),
    Seed(
        "Lånecykel mellan husen",
        "En pool av elcyklar för personal som rör sig mellan byggnader.",
        "Transporter mellan husen tar i snitt fjorton minuter.",
        "Halverad tid mellan husen för den som väljer cykel.",
        "efficiency", "staff", 90_000, 0, "SLSO",
    ),
    Seed(
        "Samtalsstöd i väntrummet",
        "Frågor på en platta som hjälper patienten att förbereda sitt besök.",
        "Patienter berättar i enkäten att de glömmer det viktigaste.",
        "Åtta av tio säger att de fick fråga det de ville.",
        "quality", "patient", 110_000, 20_000, "SLSO",
    ),
    Seed(
        "Karta över ledigt på perrongen",
        "En karta som visar var det finns plats på nästa tåg.",
        "Resenärer samlas vid trapporna, och tågen blir försenade av det.",
        "Tio sekunder kortare uppehåll i rusningstid.",
        "everyday", "traveller", 260_000, 100_000, "TF",
    ),
    Seed(
        "Gemensam bank för övningsfall",
        "Vårdens övningsfall samlas, granskas och delas mellan sjukhusen.",
        "Varje klinik skriver egna fall. Vi fann samma fall på fem ställen.",
        "Tvåhundra granskade fall som alla kan använda.",
        "insight", "staff", 150_000, 0, "SOS", Purpose.IMPLEMENTATION,
    ),
    Seed(
        "Doftfria rum för känsliga",
        "Tre rum där material och rengöring är valda för den som är känslig.",
        "Patienter med överkänslighet ställer in sina besök.",
        "Alla som ber om ett doftfritt rum får ett.",
        "quality", "patient", 70_000, 0, "DS",
    ),
    Seed(
        "Robot som hämtar prover",
        "En vagn som kör prover till laboratoriet på natten.",
        "Undersköterskor lämnar avdelningen sex gånger per natt.",
        "En timme mer per natt hos patienterna.",
        "efficiency", "staff", 150_000, 220_000, "DS",
    ),
    Seed(
        "Fråga en vän: stöd mellan närstående",
        "Närstående som har varit med förut svarar dem som är nya.",
        "Närstående ringer avdelningen med frågor som andra närstående kan svara på.",
        "Var tredje samtal till avdelningen behövs inte längre.",
        "everyday", "relative", 60_000, 10_000, "SOS",
    ),
    Seed(
        "Egen odling på behandlingshemmet",
        "Odling som en del av behandlingen.",
        "Dagarna är långa, och mycket sker inomhus.",
        "Fler deltar i aktiviteter: från fyra till sju av tio.",
        "quality", "patient", 50_000, 0, "SLSO",
    ),
)  # fmt: skip
DRONE = Seed(
    "Hjärtstartare med drönare till skärgården",
    "En drönare lyfter vid larm om hjärtstopp och flyger en hjärtstartare till platsen.",
    "I skärgården tar det i snitt nitton minuter innan en hjärtstartare är på plats. Vi gick igenom ett års larm.",
    "Hjärtstartaren är framme före ambulansen vid hälften av larmen.",
    "quality", "patient", 180_000, 60_000, "SOS",
)  # fmt: skip
"""The idea that goes the whole way (strategy B45-6) gets money too."""
NOW = (
    Seed(
        "Provtagning på kvällstid utan bokning",
        "En mottagning som är öppen när andra har stängt, och där kön syns i förväg.",
        "Den som arbetar dagtid tar ledigt för ett prov på fem minuter.",
        "Var tredje provtagning sker utanför arbetstid.",
        "everyday", "patient", 160_000, 40_000, "SOS",
    ),
    Seed(
        "Utskrivning i klarspråk",
        "Utskrivningsbesked som skrivs om till vanliga ord innan de lämnas ut.",
        "Hälften av dem vi frågade visste inte vilka mediciner de skulle sluta med.",
        "Nio av tio kan berätta vad som gäller hemma.",
        "quality", "patient", 140_000, 0, "SOS",
    ),
    Seed(
        "Delad bil för hemsjukvården",
        "Bilar som bokas gemensamt av tre enheter.",
        "Bilarna står stilla fyra timmar om dagen.",
        "En tredjedel färre bilar för samma besök.",
        "efficiency", "staff", 80_000, 30_000, "SLSO",
    ),
    Seed(
        "Hållplats som säger till i tid",
        "En signal i telefonen när det är dags att gå av.",
        "Resenärer med minnessvårigheter åker för långt.",
        "Tio som prövar åker rätt varje gång.",
        "everyday", "traveller", 120_000, 80_000, "TF",
    ),
)  # fmt: skip
CALL: dict[str, Any] = {
    "purpose": "Pengar för att utveckla, pröva eller införa nya lösningar i vården, kollektivtrafiken och regionens övriga verksamhet.",
    "terms": "Du är anställd på minst halvtid av regionen, eller av en arbetsgivare med avtal och uppdrag från regionen. "
    "Din chef godkänner att projektet får göras. Pengarna används under året.",
    "plan": "Besluten meddelas samma dag till alla. De beviljade projekten står i listan på portalen.",
    "budget": 1_500_000,
    "largest_grant": 375_000,
}
LESSON = "Sensorerna tappade kontakten när patienten satt i rullstol. Pröva tekniken i ett rum som liknar hemmet innan ni köper in den."
PLAN = """Vecka 1: vi mäter hur det är nu.
Vecka 2-9: vi provar på en avdelning, och en avdelning gör som vanligt.
Vecka 10: vi mäter igen och frågar patienter och medarbetare.
Vecka 11-12: vi räknar, skriver och berättar.
"""

EFFECT = (
    "Drönaren var framme före ambulansen vid sex larm av tio. Vi lovade fem. Två andra kommuner har fått samma stöd."
)


def answers_of(seed: Seed, owner: str, year: int) -> dict[str, Any]:
    """The answers to the usual questions, by the names that the form has for them."""
    costs = {"staff": ("Egen tid", seed.staff), "consultant": ("Konsultstöd", seed.consultant)}
    return {
        "q_half_time": True,
        "q_owned": True,
        "q_need": seed.need,
        "q_approach": f"{seed.summary} Vi prövar i liten skala, mäter före och efter, och visar resultatet för andra enheter.",
        "q_benefit": seed.benefit,
        "q_competition": "Det som finns att köpa löser en del av uppgiften, men är inte prövat i vår verksamhet.",
        "q_timetable": [
            {"what": "Förbered och mät", "starts": f"{year}-05-01", "ends": f"{year}-06-15"},
            {"what": "Pröva", "starts": f"{year}-08-15", "ends": f"{year}-11-30"},
        ],
        "q_participants": [{"name": owner, "role": "Projektledare", "unit": ""}],
        "q_budget": [{"what": what, "kind": kind, "amount": sek} for kind, (what, sek) in costs.items() if sek],
    }
