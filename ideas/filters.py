"""Filters of the lists of ideas and of suggestions. They live in the address."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ideas.models import Area, Technology
from ideas.states import Disposition, IdeaState, IdeaType, SuggestionState
from portal.cases.filters import CaseFilter
from portal.cases.models import Case


def technology_choices() -> list[tuple[str, str]]:
    return [(one.key, str(one)) for one in Technology.objects.all()]


class IdeaFilter(CaseFilter):
    """What every list of cases filters by, and what only ideas have."""

    kind = None
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in IdeaState.choices if choice[0] != IdeaState.DRAFT],
        empty_label=_("All"),
    )
    type = django_filters.ChoiceFilter(
        label=_("What is new"), choices=IdeaType.choices, field_name="idea__type", empty_label=_("All")
    )
    technology = django_filters.ChoiceFilter(
        label=_("Technology"), choices=technology_choices, method="with_technology", empty_label=_("All")
    )

    def with_technology(self, cases: "QuerySet[Case]", name: str, value: str) -> "QuerySet[Case]":
        return cases.filter(idea__technologies__contains=[value])


class SuggestionFilter(CaseFilter):
    """For those who handle suggestions."""

    kind = None
    perspective = None
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in SuggestionState.choices if choice[0] != SuggestionState.DRAFT],
        empty_label=_("All"),
    )
    area = django_filters.ModelChoiceFilter(
        label=_("What it is about"), queryset=Area.objects.all(), field_name="suggestion__area", empty_label=_("All")
    )
    disposition = django_filters.ChoiceFilter(
        label=_("What became of it"),
        choices=Disposition.choices,
        field_name="suggestion__disposition",
        empty_label=_("All"),
    )


class PublicFilter(django_filters.FilterSet):
    """For everyone who reads what became of suggestions."""

    area = django_filters.ModelChoiceFilter(
        label=_("What it is about"), queryset=Area.objects.all(), empty_label=_("All")
    )
    disposition = django_filters.ChoiceFilter(
        label=_("What became of it"), choices=Disposition.choices, empty_label=_("All")
    )
