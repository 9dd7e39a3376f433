"""Filters of the list of applications. They live in the address."""

import django_filters
from django.utils.translation import gettext_lazy as _

from fund.models import Call
from fund.states import ApplicationState
from portal.cases.filters import CaseFilter


def call_choices() -> list[tuple[str, str]]:
    """Announced calls, the latest first."""
    calls = Call.objects.exclude(opened_at=None).order_by("-closes_at").values_list("pk", "title")
    return [(str(pk), title) for pk, title in calls]


class ApplicationFilter(CaseFilter):
    kind = None
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in ApplicationState.choices if choice[0] != ApplicationState.DRAFT],
        empty_label=_("All"),
    )
    call = django_filters.ChoiceFilter(
        label=_("Call"), choices=call_choices, field_name="application__call", empty_label=_("All")
    )
