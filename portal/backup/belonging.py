"""What belongs to cases: the tables, found from the models, and the rows of a choice of cases. A new kind needs nothing here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, Q, QuerySet

from portal.backup.errors import BackupError
from portal.cases.models import Case

LEFT_OUT = frozenset({"notices"})
"""Apps whose rows stay behind: what was told to somebody would be told again."""


def ties_of(model: type[Model]) -> list["ForeignKey[Any, Any]"]:
    """The columns that point from a model's table to another's."""
    return [column for column in model._meta.local_concrete_fields if isinstance(column, ForeignKey)]


def target(tie: "Field[Any, Any]") -> type[Model]:
    found = tie.related_model
    assert isinstance(found, type)  # noqa: S101  # all apps are loaded
    return found


@dataclass(frozen=True)
class Belonging:
    """Cases and all that hangs on them. ``cases`` are those chosen.

    A row belongs when the cases that it points to, itself or through another row, are all among the chosen: a tie between two cases
    is taken along when both are.
    """

    cases: QuerySet[Case]

    @cached_property
    def models(self) -> dict[type[Model], QuerySet[Any]]:
        """The rows of each table, the cases' own first. Raises BackupError when a chosen case cannot be told without another."""
        known = [model for model in _all_models() if model._meta.app_label not in LEFT_OUT]
        found: set[type[Model]] = {Case}
        while more := {
            model for model in known if model not in found and any(target(tie) in found for tie in ties_of(model))
        }:
            found |= more
        return {model: self._rows(model, found) for model in known if model in found}

    def _rows(self, model: type[Model], found: set[type[Model]]) -> QuerySet[Any]:
        if model is Case:
            return self.cases
        ties = [tie for tie in ties_of(model) if target(tie) in found and target(tie) is not model]
        inside = Q()
        for tie in ties:
            chosen = Q(**{f"{tie.name}__in": self._rows(target(tie), found).order_by().values("pk")})
            inside &= chosen | Q(**{tie.name: None}) if tie.null else chosen
        if not issubclass(model, Case):
            somewhere = Q()
            for tie in ties:
                somewhere |= Q(**{f"{tie.name}__isnull": False})
            inside &= somewhere
        return model._base_manager.filter(inside)

    def outside(self) -> Mapping[type[Model], list[QuerySet[Any]]]:
        """What the rows point to that belongs to no case (people, units, registers), with the queries that give the ids."""
        found: dict[type[Model], list[QuerySet[Any]]] = {}
        for model, rows in self.models.items():
            for tie in ties_of(model):
                if target(tie) not in self.models:
                    ids = rows.order_by().filter(**{f"{tie.name}__isnull": False}).values(tie.attname)
                    found.setdefault(target(tie), []).append(ids)
        return found

    def require_whole(self) -> None:
        """Raise BackupError when the own row of a chosen case points to a case that is not chosen."""
        for model, rows in self.models.items():
            if issubclass(model, Case) and model is not Case:
                everyone = model._base_manager.filter(pk__in=self.cases.order_by().values("pk"))
                if everyone.exclude(pk__in=rows.values("pk")).exists() or self._dangling(model, everyone):
                    raise BackupError(f"Some {model._meta.verbose_name_plural} are tied to cases that are not chosen.")

    def _dangling(self, model: type[Model], rows: QuerySet[Any]) -> bool:
        """To another of its own kind, for example the version before."""
        own = [tie for tie in ties_of(model) if target(tie) is model]
        chosen = self.cases.order_by().values("pk")
        return any(
            rows.filter(**{f"{tie.name}__isnull": False}).exclude(**{f"{tie.name}__in": chosen}).exists() for tie in own
        )


def _all_models() -> Iterator[type[Model]]:
    """Every table of ours, cases first, then by name: the order in which they are written."""
    models = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy]
    yield from sorted(models, key=lambda model: (model is not Case, model._meta.db_table))
