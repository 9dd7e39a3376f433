"""Filters of the list of requests. They live in the address."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.cases.filters import CaseFilter
from testbeds.models import Testbed
from testbeds.states import TestState


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
        testbeds = Testbed.objects.exclude(published_at=None)
        self.filters["testbed"].extra["choices"] = [(str(testbed.pk), str(testbed)) for testbed in testbeds]
