"""Filters of the catalogue and of the list of requests. They live in the address, so that a filtered list can be kept and sent."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.cases.filters import CaseFilter, CleanCharFilter, unit_choices
from testbeds.models import Testbed, TestRequest
from testbeds.queries.catalogue import with_words
from testbeds.rules.hosting import known_to
from testbeds.states import TestState

NEEDS = (
    ("induction", _("induction")),
    ("secrecy", _("a promise of secrecy")),
    ("ethics", _("ethical review")),
)


class TestbedFilter(django_filters.FilterSet):
    """Every field may be left empty."""

    __test__ = False

    q = CleanCharFilter(label=_("What you want to test"), method="with_words")
    unit = django_filters.ChoiceFilter(
        label=_("Unit and what is below it"), choices=unit_choices, method="at_unit", empty_label=_("All")
    )
    without = django_filters.MultipleChoiceFilter(
        label=_("Leave out those that need"),
        choices=NEEDS,
        method="without_needs",
        widget=forms.CheckboxSelectMultiple,
    )
    free = django_filters.BooleanFilter(label=_("Only free of charge"), method="only_free", widget=forms.CheckboxInput)

    class Meta:
        model = Testbed
        fields: tuple[str, ...] = ()

    at_unit = CaseFilter.at_unit

    def with_words(self, testbeds: Any, name: str, value: str) -> Any:
        return with_words(testbeds, value) if value else testbeds

    def without_needs(self, testbeds: Any, name: str, value: list[str]) -> Any:
        return testbeds.filter(**dict.fromkeys(value, False))

    def only_free(self, testbeds: Any, name: str, value: bool | None) -> Any:
        return testbeds.filter(fee=0) if value else testbeds

    @property
    def active(self) -> bool:
        """Some filter is on."""
        if not self.form.is_valid():
            return True
        return any(value not in (None, "", False, []) for value in self.form.cleaned_data.values())


class RequestFilter(CaseFilter):
    kind = None
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[choice for choice in TestState.choices if choice[0] != TestState.DRAFT],
        empty_label=_("All"),
    )
    testbed = django_filters.ChoiceFilter(label=_("Testbed"), field_name="test_request__testbed", empty_label=_("All"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.request.user
        seen = TestRequest.objects.visible_to(person).filter(opened_at__isnull=False)
        testbeds = Testbed.objects.filter(pk__in=seen.values("testbed")) | known_to(person)
        self.filters["testbed"].extra["choices"] = [(str(testbed.pk), str(testbed)) for testbed in testbeds]
