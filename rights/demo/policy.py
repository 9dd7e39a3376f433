"""How the rules for everyone live in the demo: a new version, units that tell their staff, and people who have read."""

from datetime import datetime, timedelta

from portal.accounts.models import User
from portal.demo.clock import Life
from portal.demo.people import Cast
from rights.actions.policy import confirm_reading, record_briefing, withdraw_briefing, write_policy
from rights.models import Briefing, PolicyVersion
from rights.states import Way

ADDED = """**Studenten på praktik.** En student hittar en ny lösning under sin praktik. Studenten är inte anställd, så LAU gäller inte. \
Vill regionen ha rätten krävs ett avtal.

## Ordlista"""
ADDED_EN = """**The student on placement.** A student finds a new solution during a placement. The student is not employed, so LAU \
does not apply. If the Region wants the right, it takes an agreement.

## Glossary"""
TOLD = (("SOS", Way.MEETING, 310, 420), ("KAR", Way.EMAIL, 900, 1500), ("SLSO", Way.COURSE, 260, 1300))


def told(cast: Cast, moment: datetime) -> Life:
    """The first version is told in three units. Then there is a second, which has so far been told in one."""
    yield moment
    for code, way, number, staff in TOLD:
        _brief(cast, code, moment, way, number, staff)
    _read(cast.staff[_home(cast, "KAR")])
    yield moment + timedelta(days=200)
    _next_version(cast, moment + timedelta(days=200))
    yield moment + timedelta(days=230)
    mistake = _brief(cast, "SOS", moment + timedelta(days=228), Way.MEETING, 42, 420)
    withdraw_briefing(briefing=mistake, by=cast["chef"])
    _brief(cast, "SOS", moment + timedelta(days=228), Way.MEETING, 240, 420)
    _read([person for code in ("SOS", "DS", "KAR") for person in cast.staff[_home(cast, code)]][:-3])


def _next_version(cast: Cast, moment: datetime) -> None:
    first = PolicyVersion.objects.get(number=1)
    values = {
        "valid_from": moment.date(),
        "changes": "Ett exempel om studenter är nytt. I sak är reglerna desamma.",
        "changes_en": "An example about students is new. The rules are the same in substance.",
        "text": first.text.replace("## Ordlista", ADDED),
        "text_en": first.text_en.replace("## Glossary", ADDED_EN),
    }
    write_policy(based_on=1, values=values, by=cast["jurist"])


def _brief(cast: Cast, code: str, moment: datetime, way: Way, number: int, staff: int) -> Briefing:
    home = _home(cast, code)
    version = PolicyVersion.objects.in_force(moment.date()).latest("number")
    values = {"unit_id": home, "version": version, "told_on": moment.date(), "way": way, "told": number, "staff": staff}
    return record_briefing(values=values, by=cast.managers[home])


def _read(people: list[User]) -> None:
    version = PolicyVersion.objects.in_force().latest("number")
    for person in people:
        confirm_reading(version=version, person=person)


def _home(cast: Cast, code: str) -> int:
    return next(unit.pk for unit in cast.units if unit.code == code)
