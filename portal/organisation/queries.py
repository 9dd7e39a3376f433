"""Reading the unit tree."""

from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.db.models.functions import Length

from portal.cases.sorting import swedish
from portal.organisation.models import Appointment, Unit


def authority_of(unit: Unit) -> Unit:
    """The authority whose diary the unit's cases are entered in: itself or the nearest unit above with a diary prefix (at most one query).

    Raises ImproperlyConfigured if no unit in the line has a prefix.
    """
    if unit.prefix:
        return unit
    line = Unit.objects.filter(pk__in=unit.path.split(".")).exclude(prefix="")
    found = line.annotate(depth=Length("path")).order_by("-depth").first()
    if found is None:
        raise ImproperlyConfigured(f"No unit in the line of {unit.code} has a diary prefix.")
    return found


def heir_of(unit: Unit) -> Unit:
    """Who holds now what was the unit's: itself while it exists, else the last of its line of successors (a query for each).

    A closed unit without a successor is its own heir; the database lets that happen only to a unit that holds nothing.
    """
    heir = unit
    while heir.successor is not None and heir.is_past:
        heir = heir.successor
    return heir


@dataclass
class Branch:
    """A unit with what lies under it, in Swedish alphabetical order."""

    unit: Unit
    above: "Branch | None" = None
    offices: list[Appointment] = field(default_factory=list)
    below: list["Branch"] = field(default_factory=list)

    @property
    def email(self) -> str:
        """The registrar's address, of the nearest unit above where it has none of its own."""
        return self.unit.email or (self.above.email if self.above else "")


def tree(*, with_offices: bool) -> list[Branch]:
    """The organisation as it is today, from the top. One query, two with the people who hold offices."""
    branches = {unit.pk: Branch(unit) for unit in Unit.objects.current().order_by(swedish("name"))}
    for branch in branches.values():
        branch.above = branches.get(branch.unit.parent_id or 0)
        if branch.above:
            branch.above.below.append(branch)
    if with_offices:
        held = Appointment.objects.today().filter(unit__in=branches, person__is_active=True).select_related("person")
        for office in held.order_by("role", "person__name"):
            branches[office.unit_id].offices.append(office)
    return [branch for branch in branches.values() if branch.above is None]
