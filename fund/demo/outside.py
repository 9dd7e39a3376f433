"""External money in the demo: held, waiting for its legality check, and sought."""

from datetime import datetime, timedelta
from typing import Any

from fund.actions.outside import accept_external, check_external, plan_report, save_external
from fund.models import ExternalGrant
from portal.demo.clock import Life
from portal.demo.people import Cast

HELD: dict[str, Any] = {
    "title": "Gemensam testmiljö för hjälpmedel",
    "financier": "Vinnova",
    "source": "vinnova",
    "programme": "Ett program som är påhittat",
    "amount": 2_400_000,
    "co_finance": 800_000,
    "terms": "Lägesrapport varje halvår. Regionen äger resultatet. Hälften av kostnaden får vara lön.",
}
WAITING: dict[str, Any] = {
    "title": "Utbyte om digital rehabilitering",
    "financier": "Europeiska unionen",
    "source": "eu",
    "programme": "Ett program som är påhittat",
    "amount": 5_100_000,
    "co_finance": 1_300_000,
    "terms": "Fem partner i fyra länder. Resultat ska kunna användas av alla partner.",
}
SOUGHT: dict[str, Any] = {
    "title": "Böcker på lätt svenska i väntrummet",
    "financier": "En stiftelse i demon",
    "source": "foundation",
    "programme": "",
    "amount": 150_000,
    "co_finance": 0,
    "terms": "Slutrapport ett år efter beslutet.",
}
FINDING = "Ryms i den kommunala kompetensen. Inget statsstöd till företag. Stadsjuridiken har läst villkoren om vem som äger resultatet."


def outside_life(cast: Cast, today: datetime) -> Life:
    officer, unit = cast["fondhandlaggare"], next(unit for unit in cast.units if unit.code == "SOS")
    start = today - timedelta(days=300)
    yield start
    values = {**HELD, "unit": unit, "applied_on": start.date()}
    held = save_external(row=ExternalGrant(), values=values, person=cast["samordnare"])
    yield start + timedelta(days=90)
    save_external(row=held, values={"granted_on": (start + timedelta(days=88)).date()}, person=officer)
    check_external(grant=held, lawful=True, finding=FINDING, person=officer)
    accept_external(grant=held, person=officer)
    for what, days in (("Lägesrapport", 12), ("Slutrapport", 200)):
        plan_report(grant=held, due_on=(today + timedelta(days=days)).date(), what=what)
    yield today - timedelta(days=20)
    granted = {"applied_on": (today - timedelta(days=150)).date(), "granted_on": (today - timedelta(days=21)).date()}
    save_external(row=ExternalGrant(), values={**WAITING, "unit": unit, **granted}, person=officer)
    save_external(row=ExternalGrant(), values={**SOUGHT, "unit": unit, "applied_on": today.date()}, person=officer)
