"""Filters of the list of cases. They live in the address, so that a filtered list can be kept and sent."""

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.cases import kinds
from portal.cases.models import Case
from portal.cases.queries.listing import waiting_for
from portal.cases.queries.search import matching
from portal.cases.sorting import swedish_key
from portal.cases.states import Beneficiary, Perspective
from portal.cases.text import CleanCharField
from portal.cases.who import AUTHOR, HOLDER
from portal.organisation.models import Unit

FIRST_YEAR = 2020
DEEPER = "\u2003"
"""How far a unit is moved in for each unit above it: a wide space, which a browser keeps in a list of choices."""


class CleanCharFilter(django_filters.CharFilter):
    field_class = CleanCharField


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.key, kind.plural) for kind in kinds.all_kinds()]


def state_choices() -> list[tuple[Any, Any]]:
    """Grouped by kind: two kinds may use the same word for different things."""
    return [
        (
            kind.plural,
            [(f"{kind.key}.{value}", label) for value, label in kind.flow.states.choices if value != kind.flow.start],
        )
        for kind in kinds.all_kinds()
    ]


def unit_choices() -> list[tuple[str, str]]:
    """Each unit followed by what lies under it, moved in as far as it lies deep; those beside each other by name. One query for the names
    alone; a ModelChoiceFilter opens a cursor and reads whole units."""
    units = {str(unit.pk): unit for unit in Unit.objects.only("name", "name_en", "path")}
    lines = {pk: unit.path.split(".") for pk, unit in units.items()}
    by_name = sorted(units, key=lambda pk: [swedish_key(str(units[above])) for above in lines[pk]])
    return [(pk, DEEPER * (len(lines[pk]) - 1) + str(units[pk])) for pk in by_name]


def year_choices() -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)]


class CaseFilter(django_filters.FilterSet):
    """Every field may be left empty. ``person`` is who looks."""

    q = CleanCharFilter(label=_("Words or diary number"), method="with_words")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=kind_choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=state_choices, method="in_state", empty_label=_("All")
    )
    unit = django_filters.ChoiceFilter(
        label=_("Unit and what is below it"), choices=unit_choices, method="at_unit", empty_label=_("All")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year of submission"), choices=year_choices, method="of_year", empty_label=_("All")
    )
    perspective = django_filters.ChoiceFilter(
        label=_("Perspective"), choices=Perspective.choices, method="with_perspective", empty_label=_("All")
    )
    beneficiary = django_filters.ChoiceFilter(
        label=_("Who benefits"), choices=Beneficiary.choices, method="with_beneficiary", empty_label=_("All")
    )
    holder = CleanCharFilter(label=_("Handled by"), field_name="holder__name", lookup_expr="icontains")
    mine = django_filters.ChoiceFilter(
        label=_("My part"),
        choices=[("author", _("I have written it")), ("holder", _("I handle it")), ("next", _("It waits for me"))],
        method="with_my_part",
        empty_label=_("Any"),
    )
    overdue = django_filters.BooleanFilter(label=_("Only overdue"), method="only_overdue", widget=forms.CheckboxInput)

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def with_words(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        return cases.filter(matching(value)) if value else cases

    def in_state(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        kind, _dot, state = value.partition(".")
        return cases.filter(kind=kind, state=state)

    def at_unit(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        unit = Unit.objects.get(pk=value)
        below = Unit.objects.filter(Q(path=unit.path) | Q(path__startswith=f"{unit.path}."))
        return cases.filter(unit_id__in=list(below.values_list("pk", flat=True)))

    def of_year(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        return cases.filter(opened_at__year=int(value))

    def with_perspective(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        return cases.filter(perspectives__contains=[value])

    def with_beneficiary(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        return cases.filter(beneficiaries__contains=[value])

    def with_my_part(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        person = self.request.user
        parts: dict[str, Callable[[], Q]] = {
            "author": lambda: AUTHOR(person),
            "holder": lambda: HOLDER(person),
            "next": lambda: Q(pk__in=waiting_for(person).values("pk")),
        }
        return cases.filter(parts[value]())

    def only_overdue(self, cases: "QuerySet[Case]", name: str, value: bool | None) -> "QuerySet[Case]":
        return cases.filter(closed_at=None, due_at__lt=timezone.now()) if value else cases

    @property
    def active(self) -> bool:
        """Some filter is on."""
        return (
            any(value not in (None, "", False) for value in self.form.cleaned_data.values())
            if self.form.is_valid()
            else True
        )
