"""Pieces that suggestions, reasons and answers are put together from. All made up."""

PLACES = (
    "på akuten", "på vårdcentralen", "på förlossningen", "på hållplatsen", "i tunnelbanan", "på röntgen", "hos tandläkaren",
    "på rehab", "i väntrummet", "på avdelningen", "vid provtagningen", "på pendelbåten", "vid entrén", "hos ögonmottagningen",
)  # fmt: skip
THINGS = (
    "kallelser", "väntetider", "skyltar", "bokningen", "bemötandet", "parkeringen", "maten", "informationen", "hjälpmedlen",
    "tillgängligheten",
    "sjukresorna", "uppföljningen", "överlämningen", "larmet", "belysningen", "påminnelserna",
)  # fmt: skip
WISHES = (
    "skulle bli enklare om man kunde göra det i telefonen",
    "behöver förklaras med vanliga ord",
    "borde fungera likadant på alla ställen",
    "skulle kunna samordnas så att man slipper komma flera gånger",
    "behöver fungera även för den som inte ser så bra",
    "borde finnas på fler språk",
    "skulle kunna planeras tillsammans med oss som berörs",
    "behöver någon som äger frågan och svarar",
    "borde visas redan innan man åker hemifrån",
    "skulle kännas tryggare om man visste vad som händer sedan",
)  # fmt: skip
WHY = (
    "Det händer nästan varje vecka och tar tid från annat.",
    "Jag har sett samma sak på flera ställen i regionen.",
    "Många äldre har svårt att klara det på egen hand.",
    "När det fungerar sparar det tid för alla.",
    "Personalen gör så gott de kan men saknar stöd.",
    "Det är en liten sak som skulle göra stor skillnad.",
    "Vi har prövat själva i liten skala och det fungerade bra.",
    "Jag arbetar gärna vidare med detta om det passar.",
)  # fmt: skip
ANSWERS = {
    "new_idea": "Tack! Ditt förslag har blivit en idé som vi nu arbetar vidare med. Du kan följa den här.",
    "joined": "Tack! Flera har föreslagit samma sak, så vi har lagt ditt förslag till en idé som redan är på väg.",
    "exists": "Tack! Det du föreslår finns redan på plats hos oss. Vi ska bli bättre på att berätta om det.",
    "other_route": "Tack! Det här behöver tas om hand på ett annat sätt, så vi har lämnat det vidare dit det hör hemma.",
    "not_taken": "Tack för att du skrev. Vi har prövat förslaget men går inte vidare, eftersom kostnaden skulle bli större än nyttan.",
}
