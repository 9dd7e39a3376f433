"""Papers to try: a believable annual report of any length, a case's history, letters, and text that means harm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation

from portal.paper.charts import bar_chart, line_chart, stacked_chart
from portal.paper.letter import Letter
from portal.paper.record import Fact, Happening, Paper, Record
from portal.paper.report import Difference, Figure, Note, Part, Report, Section, Status
from portal.paper.tables import Column, Kind, Table

MOMENT = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)

UNITS = (
    ("Regionstyrelsen", "Nämnd"),
    ("Hälso- och sjukvårdsnämnden", "Nämnd"),
    ("Trafiknämnden", "Nämnd"),
    ("Tillväxt- och regionplanenämnden", "Nämnd"),
    ("Fastighets- och servicenämnden", "Nämnd"),
    ("Kulturnämnden", "Nämnd"),
    ("Patientnämnden", "Nämnd"),
    ("Karolinska Universitetssjukhuset", "Förvaltning"),
    ("Stockholms läns sjukvårdsområde", "Förvaltning"),
    ("Södersjukhuset AB", "Bolag"),
    ("Danderyds Sjukhus AB", "Bolag"),
    ("Södertälje Sjukhus AB", "Bolag"),
    ("S:t Eriks Ögonsjukhus AB", "Bolag"),
    ("Folktandvården Stockholms län AB", "Bolag"),
    ("Ambulanssjukvården i Storstockholm AB", "Bolag"),
    ("AB Storstockholms Lokaltrafik", "Bolag"),
    ("Locum AB", "Bolag"),
    ("MediCarrier AB", "Bolag"),
)

PROSE = (
    "Under året har verksamheterna lämnat fler idéer än något tidigare år. De flesta gäller tjänster och arbetssätt nära "
    "patienter och resenärer, och nästan hälften har prövats tillsammans med dem som ska använda lösningen. Var tredje "
    "prövning avslutades utan införande; lärdomarna är beskrivna och sökbara för alla verksamheter.\n\n"
    "Förslag från invånare, patienter, närstående och resenärer har besvarats inom i genomsnitt elva arbetsdagar. "
    "Tillgänglighet, hållbarhet, etik och personlig integritet är bedömda i samtliga fall som gått vidare till prövning."
)


def figure(name: str, value: int | Decimal | None, previous: int | Decimal | None = None, **more: Any) -> Figure:
    return Figure(key=name, name=name, unit="", value=value, previous=previous, **more)


def yearly_table(seed: int) -> Table:
    columns = (Column("År"), *(Column(name, Kind.INTEGER) for name in ("Inkomna", "Införda", "Varaktiga")))
    rows = [
        (str(year), 40 + (seed * 7 + year * 13) % 60, 12 + (seed * 5 + year * 3) % 20, 5 + year % 7)
        for year in range(2020, 2026)
    ]
    return Table("Idéer per år", columns, rows)


def perspective_table(seed: int) -> Table:
    columns = (Column("Perspektiv"), *(Column(name, Kind.INTEGER) for name in ("Prövas", "Införda", "Avslutade")))
    names = ("Nytta för invånaren", "Kvalitet och säkerhet", "Effektivitet", "Data och insikt")
    rows = [(name, 9 + seed % 5 + n, 6 + (seed + n) % 4, 2 + n) for n, name in enumerate(names)]
    return Table("Idéer per perspektiv och läge", columns, rows)


def unit_table(count: int) -> Table:
    rows = [(name, 900 - 43 * n) for n, (name, _kind) in enumerate(UNITS[:count])]
    total = sum(value for _name, value in rows)
    return Table(
        "Förslag per nämnd och bolag", (Column("Enhet"), Column("Förslag", Kind.INTEGER)), rows, ("Samtliga", total)
    )


def unit_part(number: int) -> Part:
    name, kind = UNITS[number % len(UNITS)]
    counts = [
        figure("Inkomna idéer", 84 + number, 71, explanation="Idéer som fått diarienummer under året."),
        figure("Bedömda inom trettio dagar", Decimal("87.5"), Decimal(81), kind=Kind.PERCENT),
        figure("Mediantid till första besked", 11, 16),
        figure("Avsatta medel", 1_250_000 + number * 75_000, 1_100_000, kind=Kind.MONEY),
        figure("Utbildade medarbetare", 210, 180),
        figure("Ansökningar till Innovationsfonden", 6, None),
        figure("Inskickade uppfinningsanmälningar", 0, 1),
    ]
    yearly, perspectives = yearly_table(number), perspective_table(number)
    return Part(
        name,
        kind,
        PROSE.split("\n\n")[0],
        [
            Section(
                "Idéer och förslag",
                PROSE,
                [*counts, figure("Idéer över tid", 84 + number, 71, table=yearly, chart=line_chart(yearly))],
            ),
            Section(
                "Perspektiv och nytta",
                PROSE.split("\n\n")[1],
                [figure("Idéer per perspektiv", None, table=perspectives, chart=stacked_chart(perspectives))],
            ),
        ],
    )


def region_part() -> Part:
    suggestions = unit_table(12)
    share = figure(
        "Förslag från invånare",
        7_908,
        6_120,
        explanation="Förslag från patienter, närstående, resenärer och invånare som kommit in under året.",
        chart=bar_chart(suggestions),
        table=suggestions,
        url="https://portal.example/uppfoljning/2025/suggestions_received/",
    )
    yearly = yearly_table(0)
    return Part(
        "Hela Region Stockholm",
        "Regionövergripande",
        PROSE.split("\n\n")[0],
        [
            Section("Förslag från invånarna", PROSE, [share]),
            Section(
                "Idéer från medarbetarna",
                PROSE,
                [figure("Idéer över tid", 1_902, 1_711, chart=line_chart(yearly), table=yearly)],
            ),
        ],
    )


def annual_report(units: int, *, language: str = "sv", status: Status = Status.PUBLISHED) -> Report:
    """About two and a half pages for each unit."""
    with translation.override(language):
        parts = [region_part(), *(unit_part(number) for number in range(units))]
    return Report(
        title="Uppföljning av innovationsstrategin",
        year=2025,
        version=2,
        status=status,
        generated_at=MOMENT,
        language=language,
        parts=parts,
        summary=PROSE.split("\n\n")[0],
        highlights=[
            Figure("ideas", "Idéer från medarbetare", "", 1_902, 1_711),
            Figure("suggestions", "Förslag från invånare", "", 7_908, 6_120),
            Figure(
                "used", "Andel förslag som kommit till användning", "", Decimal("12.4"), Decimal("9.9"), Kind.PERCENT
            ),
            Figure("introduced", "Införda lösningar", "", 214, 187),
            Figure("lasting", "Används efter tolv månader", "", Decimal(78), Decimal(81), Kind.PERCENT),
            Figure("money", "Avsatta medel", "", 48_300_000, 41_000_000, Kind.MONEY),
        ],
        reason="Två idéer registrerades efter årsskiftet.",
        differences=[Difference("Inkomna idéer", "Trafiknämnden", "84", "86")],
        notes=[
            Note("Vad som räknas", "En idé räknas det år den fick diarienummer. Utkast räknas aldrig."),
            Note("Frysta siffror", "Varje siffra är fryst tillsammans med de ärenden som ligger bakom den."),
        ],
        reference="RS 2026-0042",
    )


def long_report(*, units: int, appendices: int) -> Report:
    """As many tables as so many units have, then prose, which is drawn in a fraction of the time: seven and four pages each."""
    report = annual_report(units)
    chapters = [Section(f"Kapitel {number + 1}", "\n\n".join([PROSE] * 6)) for number in range(8)]
    prose = [Part(f"Bilaga {number + 1}", "Bilaga", "", chapters) for number in range(appendices)]
    return replace(report, parts=[*report.parts, *prose])


def empty_report(language: str = "sv") -> Report:
    return Report("Uppföljning", 2025, 1, Status.DRAFT, MOMENT, language, parts=[])


def record(events: int, *, language: str = "sv") -> Record:
    happenings = [
        Happening(
            MOMENT + timedelta(hours=7 * number),
            "Innovationsledare, Trafiknämnden",
            ("Skickade in idén", "Började bedöma", "Skickade tillbaka", "Godtog idén")[number % 4],
            "Vi behöver veta vem som ska underhålla skyltarna.\nSvara senast den 3 mars." if number % 4 == 2 else "",
            f"{number:064x}",
        )
        for number in range(events)
    ]
    papers = [
        Paper(f"Underlag {number}.pdf", MOMENT, "Från: idégivaren", "1,2 MB", f"{number:064x}")
        for number in range(min(events, 4))
    ]
    facts = [
        Fact("Ärende", "TN 2025-0031"),
        Fact("Läge", "Prövas"),
        Fact("Enhet", "Trafiknämnden"),
        Fact("Handläggare", ""),
    ]
    return Record("TN 2025-0031", "Talande hållplatsskyltar", "Idé", language, MOMENT, facts, PROSE, happenings, papers)


def decision(language: str = "sv") -> Letter:
    return Letter(
        "Beslut om din idé",
        "Tack för din idé. Vi har bedömt den tillsammans med trafikavdelningen.",
        language,
        MOMENT,
        "TN 2025-0031",
        addressee=("Förslagsställaren", "Box 1", "104 22 Stockholm"),
        decision="Region Stockholm tar idén vidare till prövning på två linjer under våren.",
        reasons=PROSE,
        appeal="Beslutet kan prövas enligt 13 kap. kommunallagen.",
        signature=("Innovationsledare", "Trafiknämnden"),
        contact=("innovation@portal.example", "08-000 00 00"),
    )


def receipt(language: str = "sv") -> Letter:
    return Letter(
        "Vi har fått ditt förslag",
        "Tack. Du får svar senast den 3 mars.",
        language,
        MOMENT,
        "RS 2026-0107",
        code="K7QF-2M9X-WD4R",
    )


def hostile_texts(server: str) -> Sequence[str]:
    """What a visitor may write in any field. `server` is an address that must never be asked for anything."""
    return (
        f'<img src="{server}/img.png"><img src="file:///etc/passwd"><link rel="stylesheet" href="{server}/a.css">',
        f'</style><style>@import url("{server}/b.css"); @font-face {{ font-family: x; src: url({server}/f.ttf) }}</style>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{server}/c.png"/><use href="{server}/d.svg#x"/></svg>',
        f'<a href="{server}/e" rel="attachment">x</a><object data="{server}/g"></object><iframe src="{server}/h"></iframe>',
        f"\"' onload='x' style='background:url({server}/i)' {server}/j {{% include 'x' %}} {{{{ settings.SECRET_KEY }}}}",
        "\0\x01\x1b \u202egnidaer\u202c \u2066x\u2069 \ufeff \ud7ff \ufffe 😀👍🏽 👩‍⚕️ ❤️ 中文 ሀ ☒ שלום مرحبا e\u0301",
        "x" * 4_000,
        "Ett-ord-utan-mellanslag" * 60,
    )
