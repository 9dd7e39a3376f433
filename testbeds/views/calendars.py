"""A testbed’s calendar for everyone, and one’s own bookings."""

import calendar
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from portal.cases.views.base import PersonView
from portal.cases.workdays import add_months
from testbeds.calendars.days import days_of, grouped, hours_of, monday_of, weeks_of
from testbeds.calendars.showing import MOST, hosted_ahead, kept_by, own_ahead, with_calendars
from testbeds.models import Testbed

LISTED = 14
BACK, AHEAD = timedelta(days=366), timedelta(days=731)
"""How far from today a calendar goes."""
PAGES = {"lista": "list", "vecka": "week", "manad": "month"}
VIEWS = {"lista": _("List"), "vecka": _("Week"), "manad": _("Month")}


class CalendarPage(TemplateView):
    """``?visa=lista|vecka|manad&fran=YYYY-MM-DD``. One query for the testbed, one for what is taken and those of the opening hours,
    however much is taken; one more for the standing of someone who is signed in."""

    http_method_names = ("get", "head", "options")

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def view(self) -> str:
        chosen = self.request.GET.get("visa", "")
        return chosen if chosen in VIEWS else "lista"

    @cached_property
    def asked(self) -> date | None:
        """The date in the address; None where it is none, or too far away."""
        try:
            day = date.fromisoformat(self.request.GET.get("fran", "") or self.today.isoformat())
        except ValueError:
            return None
        return day if self.today - BACK <= day <= self.today + AHEAD else None

    @property
    def day(self) -> date:
        return self.asked or self.today

    def get_template_names(self) -> list[str]:
        return [f"testbeds/calendars/{PAGES[self.view]}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        testbed = get_object_or_404(with_calendars(self.request.user), slug=self.kwargs["slug"])
        first, number = self.period()
        days = days_of(testbed, self.request.user, first, number)
        return super().get_context_data(
            testbed=testbed,
            days=days,
            first=first,
            last=first + timedelta(days=number - 1),
            day=self.day,
            view=self.view,
            views=[(key, label, self.address(self.day, key)) for key, label in VIEWS.items()],
            today_url=self.address(self.today),
            unreadable=self.asked is None,
            **self.beside(first, number),
            rows=hours_of(days) if self.view == "vecka" else [],
            weeks=weeks_of(days) if self.view == "manad" else [],
            **kwargs,
        )

    def period(self) -> tuple[date, int]:
        """The first day shown, and how many."""
        if self.view == "lista":
            return self.day, LISTED
        if self.view == "vecka":
            return monday_of(self.day), 7
        first, last = self.month()
        begins = monday_of(first)
        return begins, (monday_of(last) - begins).days + 7

    def month(self) -> tuple[date, date]:
        day = self.day
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])

    def beside(self, first: date, number: int) -> dict[str, Any]:
        """Where one turns the page to; nowhere beyond what a calendar shows."""
        step = timedelta(days=number)
        before, after = first - step, first + step
        if self.view == "manad":
            before, after = add_months(self.month()[0], -1), add_months(self.month()[0], 1)
        return {
            "before": self.address(before) if before >= self.today - BACK else "",
            "after": self.address(after) if after <= self.today + AHEAD else "",
            "month": self.month()[0],
        }

    def address(self, day: date, view: str = "") -> str:
        return "?" + urlencode({"visa": view or self.view, "fran": day.isoformat()})


class MyTimes(PersonView, TemplateView):
    """What is ahead: one’s own bookings, and for a host those of the testbeds. Three queries besides sign-in."""

    template_name = "testbeds/calendars/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept: list[Testbed] = list(kept_by(self.person)[:MOST])
        hosted = hosted_ahead(self.person) if kept else []
        return super().get_context_data(
            own=grouped(own_ahead(self.person)), hosted=grouped(hosted), kept=kept, capped=len(hosted) == MOST, **kwargs
        )
