"""Filters of the lists of applications and of external grants. They live in the address."""

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fund.models import Call, ExternalGrant
from fund.states import ApplicationState, ExternalStatus
from portal.accounts.models import User
from portal.cases.filters import CaseFilter, CleanCharFilter, unit_choices, year_choices


def call_choices(person: User | AnonymousUser) -> list[tuple[str, str]]:
    """Announced calls that the person sees, the latest first."""
    calls = Call.objects.visible_to(person).exclude(opened_at=None).order_by("-closes_at").values_list("pk", "title")
    return [(str(pk), title) for pk, title in calls]


class ApplicationFilter(CaseFilter):
    kind = None
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in ApplicationState.choices if choice[0] != ApplicationState.DRAFT],
        empty_label=_("All"),
    )
    call = django_filters.ChoiceFilter(label=_("Call"), field_name="application__call", empty_label=_("All"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["call"].extra["choices"] = call_choices(self.request.user)


class ExternalFilter(django_filters.FilterSet):
    """Every field may be left empty."""

    financier = CleanCharFilter(label=_("Financier"), lookup_expr="icontains")
    unit = django_filters.ChoiceFilter(
        label=_("Unit and what is below it"), choices=unit_choices, method="at_unit", empty_label=_("All")
    )
    year = django_filters.ChoiceFilter(
        label=_("Year in which it was applied for or granted"),
        choices=year_choices,
        method="of_year",
        empty_label=_("All"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=ExternalStatus.choices, field_name="stands", empty_label=_("All")
    )

    class Meta:
        model = ExternalGrant
        fields: tuple[str, ...] = ()

    at_unit, active = CaseFilter.at_unit, CaseFilter.active

    def of_year(self, grants: Any, name: str, value: str) -> Any:
        return grants.filter(Q(applied_on__year=int(value)) | Q(granted_on__year=int(value)))
