"""The people of the demo: accounts named by role, and colleagues across the Region. All names are made up to be seen through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.models import User
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role, UnitKind

SINCE = date(2023, 1, 1)
DOMAIN = "demo.innovationsportalen.example"
FIRST = (
    "Alva", "Amir", "Asta", "Bodil", "Börje", "Dilan", "Ebba", "Elin", "Emre", "Fatima", "Folke", "Greta", "Hamid", "Hedda", "Ines",
    "Iris", "Jonna", "Kaj", "Leila", "Liv", "Malte", "Mira", "Nadja", "Nils", "Olle", "Petra", "Rakel", "Samir", "Signe", "Sixten",
    "Tage", "Tuva", "Ulla", "Vera", "Yasmin", "Åke", "Östen",
)  # fmt: skip
LAST = (
    "Demoström",
    "Exempelberg",
    "Fiktivsson",
    "Låtsasgren",
    "Mallqvist",
    "Provlund",
    "Påhittén",
    "Testholm",
    "Tänktsson",
    "Utkastberg",
)


@dataclass(frozen=True)
class Account:
    """One of the accounts that ``docs`` and the start of ``bin/run`` name."""

    username: str
    name: str
    unit: str
    role: Role | None = None
    at: str = ""
    employee: bool = True
    admin: bool = False


ACCOUNTS = (
    Account("medarbetare", "Maja Medarbetare", "SOS"),
    Account("kollega", "Kim Kollega", "SOS"),
    Account("chef", "Charlie Chef", "SOS", Role.MANAGER, "SOS"),
    Account("innovationsledare", "Inga Innovationsledare", "SOS", Role.INNOVATION_LEAD, "REGION"),
    Account("jurist", "Jonna Jurist", "RLK", Role.RIGHTS_REVIEWER, "REGION"),
    Account("fondhandlaggare", "Folke Fondhandläggare", "RLK", Role.FUND_OFFICER, "REGION"),
    Account("fondhandlaggare2", "Fia Fondhandläggare", "RLK", Role.FUND_OFFICER, "REGION"),
    Account("granskare1", "Greta Granskare", "KAR"),
    Account("granskare2", "Gustaf Granskare", "SLSO"),
    Account("testbaddsvard", "Tuva Testbäddsvärd", "KAR", Role.TESTBED_HOST, "REGION"),
    Account("extern", "Elin Extern", "", employee=False),
    Account("upphandlare", "Ulla Upphandlare", "SF", Role.PROCUREMENT_OFFICER, "REGION"),
    Account("samordnare", "Sam Samordnare", "RLK", Role.COORDINATOR, "RLK"),
    Account("ordforande", "Olle Ordförande", "RLK", Role.CHAIR, "RLK"),
    Account("ledamot", "Leila Ledamot", "TF", Role.MEMBER, "RLK"),
    Account("registrator", "Rakel Registrator", "RLK", Role.REGISTRAR, "REGION"),
    Account("controller", "Cleo Controller", "RLK", Role.CONTROLLER, "RLK"),
    Account("admin", "Adam Administratör", "RLK", admin=True),
)


GOALS = {"everyday": "Enklare vardag för invånarna", "quality": "Säkrare vård och säkrare resor"}
"""Of the Region's plan in the demo, by the perspective that they are about."""


@dataclass(frozen=True)
class Cast:
    """Who plays in the demo: the accounts by user name, and per unit its lead, manager and staff."""

    accounts: dict[str, User]
    leads: dict[int, User]
    managers: dict[int, User]
    staff: dict[int, list[User]]
    units: list[Unit]

    def __getitem__(self, username: str) -> User:
        return self.accounts[username]


def make_cast(*, password: str, staff_per_unit: int = 6) -> None:
    """Make the accounts, and for each unit a lead, a manager and some staff; the Region has goals. The caller holds a transaction."""
    hashed, names = make_password(password), _names()
    Unit.objects.filter(kind=UnitKind.REGION).update(goal="\n".join(GOALS.values()))
    units = {unit.code: unit for unit in Unit.objects.current().in_order()}
    for account in ACCOUNTS:
        _account(account, units, hashed)
    for unit in units.values():
        if unit.kind != UnitKind.REGION:
            colleagues = [_colleague(unit, number, next(names), hashed) for number in range(staff_per_unit)]
            _appoint(colleagues[0], Role.INNOVATION_LEAD, unit)
            _appoint(colleagues[1], Role.MANAGER, unit)
    _appoint(User.objects.get(username="innovationsledare"), Role.INNOVATION_LEAD, units["SOS"])


def read_cast() -> Cast:
    """The people that ``make_cast`` made; the accounts play at home in Södersjukhuset."""
    accounts = {
        person.username: person for person in User.objects.filter(username__in=[one.username for one in ACCOUNTS])
    }
    units = list(Unit.objects.current().exclude(kind=UnitKind.REGION).order_by("path"))
    people: dict[int, list[User]] = {unit.pk: [] for unit in units}
    for person in (
        User.objects.filter(unit__in=units, is_employee=True)
        .exclude(pk__in=[one.pk for one in accounts.values()])
        .order_by("pk")
    ):
        people[person.unit_id or 0].append(person)
    cast = Cast(
        accounts,
        leads={unit: colleagues[0] for unit, colleagues in people.items()},
        managers={unit: colleagues[1] for unit, colleagues in people.items()},
        staff={unit: colleagues[2:] for unit, colleagues in people.items()},
        units=units,
    )
    home = next(unit.pk for unit in units if unit.code == "SOS")
    cast.staff[home] += [accounts["medarbetare"], accounts["kollega"]]
    cast.managers[home], cast.leads[home] = accounts["chef"], accounts["innovationsledare"]
    return cast


def _account(account: Account, units: dict[str, Unit], password: str) -> User:
    person = User.objects.create(
        username=account.username,
        name=account.name,
        email=f"{account.username}@{DOMAIN}",
        unit=units.get(account.unit),
        is_employee=account.employee,
        is_staff=account.admin,
        is_superuser=account.admin,
        password=password,
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    if account.role:
        _appoint(person, account.role, units[account.at])
    return person


def _colleague(unit: Unit, number: int, name: str, password: str) -> User:
    username = f"{unit.code.lower()}{number + 1}"
    person = User.objects.create(
        username=username, name=name, email=f"{username}@{DOMAIN}", unit=unit, is_employee=True, password=password
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def _appoint(person: User, role: Role, unit: Unit) -> None:
    Appointment.objects.create(person=person, role=role, unit=unit, valid_from=SINCE)


def _names() -> Iterator[str]:
    random = Random(2025)
    while True:
        yield f"{random.choice(FIRST)} {random.choice(LAST)}"
