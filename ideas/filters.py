"""Filters of the lists of ideas, of suggestions and of the needs bank. They live in the address."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from ideas.models import Area, Challenge, Suggestion, Technology
from ideas.models.needs import GROUPS
from ideas.queries.ideas import under
from ideas.states import Disposition, GatheringMethod, IdeaState, IdeaType, SuggestionState
from portal.cases.filters import CaseFilter, CleanCharFilter, unit_choices, year_choices
from portal.cases.models import Case
from portal.cases.queries.search import words_of
from portal.organisation.models import Unit


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
    """For everyone who reads what became of suggestions. Words are sought in what has been published of them."""

    q = CleanCharFilter(label=_("Words"), method="with_words")
    area = django_filters.ModelChoiceFilter(
        label=_("What it is about"), queryset=Area.objects.all(), empty_label=_("All")
    )
    disposition = django_filters.ChoiceFilter(
        label=_("What became of it"), choices=Disposition.choices, empty_label=_("All")
    )

    def with_words(self, rows: "QuerySet[Suggestion]", name: str, value: str) -> "QuerySet[Suggestion]":
        return rows.filter(public_words=words_of(value)) if value else rows


class WordsFilter(django_filters.FilterSet):
    """For rows that can be searched."""

    q = CleanCharFilter(label=_("Words"), method="with_words")

    def with_words(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(text=words_of(value)) if value else rows


class OfGroupFilter(django_filters.FilterSet):
    """For rows about some of the five groups, at a unit or under it."""

    group = django_filters.ChoiceFilter(
        label=_("Group"), choices=GROUPS, field_name="groups", method="of_group", empty_label=_("All")
    )
    unit = django_filters.ChoiceFilter(
        label=_("Unit and what is below it"), choices=unit_choices, method="at_unit", empty_label=_("All")
    )

    def of_group(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(groups__contains=[value])

    def at_unit(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(unit__in=under(Unit.objects.get(pk=value)).values("pk"))


class NeedFilter(OfGroupFilter, WordsFilter):
    """Those that nobody has made a challenge of are what is left to do."""

    challenge = django_filters.ChoiceFilter(
        label=_("Challenge"),
        choices=[("no", _("No challenge yet")), ("yes", _("Has become a challenge"))],
        method="with_challenge",
        empty_label=_("All"),
    )

    def with_challenge(self, needs: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        """A draft is its writer's own, so it does not count."""
        announced = Exists(Challenge.objects.filter(need=OuterRef("pk"), opened_at__isnull=False))
        return needs.filter(announced if value == "yes" else ~announced)


class GatheringFilter(OfGroupFilter):
    method = django_filters.ChoiceFilter(label=_("Method"), choices=GatheringMethod.choices, empty_label=_("All"))


class ScanningFilter(WordsFilter):
    year = django_filters.ChoiceFilter(
        label=_("Year"), choices=year_choices, field_name="seen_on__year", empty_label=_("All")
    )
