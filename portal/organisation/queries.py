"""Reading the unit tree."""

from django.core.exceptions import ImproperlyConfigured
from django.db.models.functions import Length

from portal.organisation.models import Unit


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
