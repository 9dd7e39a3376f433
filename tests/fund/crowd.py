"""Many who apply and read, and their managers."""

from portal.accounts.models import User
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, appointment

UNITS = ("SOS", "KAR", "DS")


def people(name: str, number: int, codes: tuple[str, ...]) -> list[User]:
    """So many employees, spread over the units."""
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    return User.objects.bulk_create(
        User(
            username=f"{name}{place}", name=f"{name.capitalize()} {place}", email=f"{name}{place}@example.org",
            is_employee=True, unit=units[codes[place % len(codes)]],
        )
        for place in range(number)
    )  # fmt: skip


def managers(cast: Cast) -> dict[str, User]:
    """One at each unit where somebody applies."""
    found = {"SOS": cast.manager}
    for person, code in zip(people("chef", 2, UNITS[1:]), UNITS[1:], strict=True):
        appointment(person, Role.MANAGER, Unit.objects.get(code=code)).save()
        found[code] = person
    return found
