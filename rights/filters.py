"""Filters of the list of disclosures. They live in the address."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.cases.filters import CaseFilter
from portal.cases.models import Case
from rights.models import Disclosure
from rights.states import DisclosureState, ResultType


class DisclosureFilter(CaseFilter):
    """``unused`` are assets that have not come to use (B43-3)."""

    kind = None
    perspective = None
    beneficiary = None
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in DisclosureState.choices if choice[0] != DisclosureState.DRAFT],
        empty_label=_("All"),
    )
    result_type = django_filters.ChoiceFilter(
        label=_("What it is"), choices=ResultType.choices, field_name="disclosure__result_type", empty_label=_("All")
    )
    unused = django_filters.BooleanFilter(
        label=_("Only unused assets"), method="only_unused", widget=forms.CheckboxInput
    )

    def only_unused(self, cases: "QuerySet[Case]", name: str, value: bool | None) -> "QuerySet[Case]":
        return cases.filter(pk__in=Disclosure.objects.unused().values("pk")) if value else cases
