"""What units hold beside their cases and their people, and what their heirs take over: each app says so when it is loaded."""

from django.db.models import Q

from portal.organisation.models import Unit

_names: list[str] = []


def register(name: str) -> None:
    """``name`` is the ``related_name`` of a model's foreign key to the unit that keeps its rows now, not to one of a time gone by."""
    if name not in _names:
        _names.append(name)


def holds_something() -> Q:
    """A condition on units."""
    held = Q(pk__in=())
    for name in _names:
        held |= Q(**{f"{name}__isnull": False})
    return held


def take_over(unit: Unit, heir: Unit) -> None:
    """Rows of one query for each that is registered."""
    for name in _names:
        relation = Unit._meta.get_field(name)
        rows = relation.related_model._default_manager  # type: ignore[union-attr]  # a model, as it is loaded
        rows.filter(**{relation.field.name: unit}).update(**{relation.field.name: heir})  # type: ignore[union-attr]
