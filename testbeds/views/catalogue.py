"""The catalogue of testbeds, for everyone, without signing in (B4-4, B44-1)."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import DetailView, TemplateView, View
from django_filters.views import FilterView

from portal.cases.pictures import picture_response
from portal.cases.queries.listing import CappedPaginator
from portal.cases.workdays import free_days_between
from portal.pages.views import Crumb
from testbeds.filters import TestbedFilter
from testbeds.forms.finding import FindTimesForm
from testbeds.models import Testbed, TestbedPicture, Weekday
from testbeds.queries.answers import answer_times, results_of
from testbeds.queries.catalogue import drawn, in_order, places_of, with_words
from testbeds.queries.free import Slot, fits_times
from testbeds.rules.hosting import is_host, keeps, known_to

PAGE = 20
TOLD = ("summary", "offers", "equipment", "quality", "terms")
MOST_MAPPED = 300
MOST_FITTING = 30
MOST_AHEAD = 30
AHEAD = timedelta(days=120)
"""How far ahead public holidays are told."""


def crumbs() -> list[Crumb]:
    return [Crumb(_("Testbeds"), reverse("testbeds:list"))]


class Catalogue(FilterView):
    """Published testbeds, filtered by what stands in the address."""

    filterset_class = TestbedFilter
    strict = False

    def get_queryset(self) -> Any:
        return in_order(Testbed.objects.published())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.copy()
        query.pop("page", None)
        kept = f"{query.urlencode()}&" if query else ""
        context: dict[str, Any] = super().get_context_data(query=kept, hosts=is_host(self.request.user), **kwargs)
        return context


class TestbedList(Catalogue):
    """As cards, in alphabetical order. Three queries besides sign-in, four with words, and one for the filter's units when they are
    not kept."""

    __test__ = False
    template_name = "testbeds/list.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator


class TestbedMap(Catalogue):
    """By place, the list first; the drawn map shows no more than the list says."""

    __test__ = False
    template_name = "testbeds/map.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = places_of(self.object_list[:MOST_MAPPED])
        return super().get_context_data(places=places, drawing=drawn(places), crumbs=crumbs(), **kwargs)


class FindTimes(TemplateView):
    """“Three times of four hours before May, any testbed that fits”: the testbeds that have room, each with the first times."""

    template_name = "testbeds/times.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = FindTimesForm(self.request.GET or None)
        found = self._found(form) if form.is_bound and form.is_valid() else None
        return super().get_context_data(form=form, found=found, crumbs=crumbs(), most=MOST_FITTING, **kwargs)

    def _found(self, form: FindTimesForm) -> list[dict[str, Any]]:
        testbeds = Testbed.objects.published().filter(shortest__lte=form.minutes, longest__gte=form.minutes)
        if words := form.cleaned_data["q"]:
            testbeds = with_words(testbeds, words)
        asked = list(testbeds.values_list("pk", flat=True))
        if not asked:
            return []
        fitting = dict(fits_times(asked, **form.asked()))
        shown = in_order(Testbed.objects.published().filter(pk__in=fitting)).prefetch_related(None)
        rows: list[dict[str, Any]] = [{"testbed": one, "slots": fitting[one.pk]} for one in shown]
        return sorted(rows, key=_ready)[:MOST_FITTING]


def _ready(row: dict[str, Any]) -> datetime:
    slots: list[Slot] = row["slots"]
    return slots[-1].ends


class TestbedPage(DetailView[Testbed]):
    """One testbed: everything that somebody needs to know before asking. Eight queries besides sign-in.

    Its host reads the page also before it is published, and after it has closed.
    """

    __test__ = False
    template_name = "testbeds/testbed.html"
    context_object_name = "testbed"

    def get_queryset(self) -> Any:
        return known_to(self.request.user).select_related("unit").prefetch_related("pictures")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        testbed, today = self.object, timezone.localdate()
        holidays = free_days_between(today, today + AHEAD, get_language() or "sv")
        return super().get_context_data(
            told={name: testbed.in_language(name) for name in TOLD},
            place=places_of([testbed])[0],
            week=week_of(testbed),
            exceptions=list(testbed.exceptions.filter(day__gte=today)[:MOST_AHEAD]),
            holidays=[{"day": day, "name": name} for day, name in holidays],
            answers=answer_times(testbed),
            results=list(results_of(testbed)),
            keeps=keeps(self.request.user, testbed),
            crumbs=crumbs(),
            **kwargs,
        )


def week_of(testbed: Testbed) -> list[dict[str, Any]]:
    """Each day of the week with its stretches; a day without is closed. One query."""
    rows = list(testbed.hours.all())
    return [{"day": label, "hours": [row for row in rows if row.weekday == day]} for day, label in Weekday.choices]


class PictureView(View):
    """The picture itself: everyone’s where the testbed is published, otherwise its host’s."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        picture = get_object_or_404(TestbedPicture, testbed__in=known_to(request.user).values("pk"), pk=pk)
        return picture_response(ContentFile(bytes(picture.content)))
