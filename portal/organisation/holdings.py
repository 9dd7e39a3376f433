"""What units hold beside their cases and their people, and what their heirs take over: each app says so when it is loaded."""

from django.db.models import Exists, Model, OuterRef, Q

from portal.organisation.models import Unit

_held: dict[type[Model], str] = {}


def register(model: type[Model], field: str = "unit") -> None:
    """``field`` is the key to the unit that keeps a row now, not to one of a time gone by."""
    _held[model] = field


def holds_something() -> Q:
    """A condition on units."""
    held = Q(pk__in=())
    for model, field in _held.items():
        held |= Q(Exists(model._default_manager.filter(**{field: OuterRef("pk")})))
    return held


def take_over(unit: Unit, heir: Unit) -> None:
    """One query for each model that is registered."""
    for model, field in _held.items():
        model._default_manager.filter(**{field: unit}).update(**{field: heir})
