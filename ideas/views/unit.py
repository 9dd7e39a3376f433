"""How it goes with the ideas of one's own unit: for its innovation lead and its manager."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ideas.models import Adoption, Idea
from ideas.queries.ideas import under
from portal.cases.models import Case
from portal.cases.views.base import PersonView
from portal.indicators.registry import Indicator, by_key
from portal.indicators.words import shown
from portal.organisation.models import Unit
from portal.organisation.rules import leads

FIGURES = (
    "ideas.in",
    "ideas.answer_days",
    "ideas.answered_in_time",
    "ideas.introduced",
    "ideas.spread",
    "suggestions.in",
    "suggestions.answer_days",
    "suggestions.answered_in_time",
    "suggestions.used",
)
MOST = 50


class UnitPage(PersonView):
    """This year and last, over the cases at the unit and under it that the person sees; and what the unit has taken up from others."""

    def get(self, request: HttpRequest) -> HttpResponse:
        led = leads(self.person)
        if not led:
            raise PermissionDenied(_("This page is for innovation leads and managers."))
        units = list(Unit.objects.current().filter(pk__in=led).in_order())
        unit = self.chosen(units)
        below = under(unit).values("pk")
        year = timezone.localdate().year
        seen = Idea.objects.visible_to(self.person).values("pk")
        adoptions = Adoption.objects.filter(unit__in=below, idea__in=seen).select_related("unit", "idea")
        context = {
            "units": units,
            "unit": unit,
            "year": year,
            "last": year - 1,
            "rows": [self.row(by_key(key), year, below) for key in FIGURES],
            "adoptions": adoptions.order_by("-changed_at", "-pk")[:MOST],
        }
        return render(request, "ideas/unit.html", context)

    def chosen(self, units: list[Unit]) -> Unit:
        asked = self.request.GET.get("enhet") or str(units[0].pk if units else "")
        found = next((unit for unit in units if str(unit.pk) == asked), None)
        if found is None:
            raise Http404
        return found

    def row(self, indicator: Indicator, year: int, units: Any) -> dict[str, Any]:
        """What the annual report counts, over what the person sees: one query for each year."""
        seen = Case.objects.visible_to(self.person).values("pk")
        values = [
            indicator.over(indicator.population(one).filter(pk__in=seen, unit__in=units)) for one in (year, year - 1)
        ]
        return {
            "name": indicator.name,
            "help": indicator.help,
            "values": [shown(indicator.measure, value) for value in values],
        }
