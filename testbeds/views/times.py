"""The times of a request: those it has, those that are free, and the line for those that are not."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.cases.errors import Refused
from portal.cases.views.base import CONFLICT, CaseView
from testbeds.actions.claiming import Taken, hold_time, keep_longer, move_time, release
from testbeds.actions.series import hold_series, preview
from testbeds.actions.telling import in_words
from testbeds.actions.waiting import leave_line, stand_in_line, take_offer
from testbeds.forms.times import DAYS_SHOWN, FindForm, KeepForm, SeriesForm, TimeForm, WhyForm
from testbeds.models import HOST, Claim, Testbed, TestRequest, Wait
from testbeds.queries.free import Slot, free_slots
from testbeds.queries.times import claims_of, offered_to, waits_of
from testbeds.rules.choosing import chooses
from testbeds.rules.timing import asks_for_time, changeable, keepable

SHOWN = 12
"""Free times that are listed at once."""


def moments(texts: Iterable[str]) -> Iterator[datetime]:
    """Those that are moments: what is none was not written by the page."""
    for text in texts:
        with suppress(ValueError):
            if moment := parse_datetime(text):
                yield moment


def instead_of(lost: Taken, case: TestRequest) -> dict[str, Any]:
    """What is free at the testbed that is asked for, and elsewhere: a request has its times at its own (a query where there is any)."""
    away = {slot.testbed_id for slot in lost.alternatives} - {case.testbed_id}
    places = Testbed.objects.in_bulk(away)
    return {
        "here": [slot for slot in lost.alternatives if slot.testbed_id not in away],
        "elsewhere": [(slot, places[slot.testbed_id]) for slot in lost.alternatives if slot.testbed_id in away],
    }


class TimesView(CaseView):
    """What every page of a request's times does first: the case by its id, and only for who chooses times in it."""

    case: TestRequest

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "test"}

    def allow(self) -> None:
        """Raise PermissionDenied for who may see the case but chooses no times, Refused when none are chosen now."""
        self.require(chooses(self.held))
        if not (verdict := asks_for_time(self.case)):
            raise Refused(verdict)

    def back(self, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return redirect("testbeds:times", pk=self.case.pk)

    def page(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The whole page of times; ``more`` are a form that came back, or what became of the time that was wanted."""
        today = timezone.localdate()
        told = {"since": today + timedelta(days=1), "until": today + timedelta(days=DAYS_SHOWN)}
        asked = {**told, "minutes": self.case.testbed.shortest, **self.request.GET.dict()}
        find = FindForm(asked, testbed=self.case.testbed, auto_id="find_%s")
        claims = list(claims_of(self.case))
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "testbed": self.case.testbed,
            "chooses": chooses(self.held) and bool(asks_for_time(self.case)),
            "claims": claims,
            "changeable": {claim.pk for claim in claims if changeable(claim)},
            "keeps": self.held.get(HOST.key, False),
            "waits": list(waits_of(self.case)),
            "find": find,
            "slots": self.free(find),
            "form": TimeForm(testbed=self.case.testbed),
            "offered": offered_to(self.case) if asks_for_time(self.case) else [],
            **more,
        }
        return render(self.request, "testbeds/times/page.html", context, status=status)

    def free(self, form: FindForm) -> list[Slot]:
        if not form.is_valid() or not asks_for_time(self.case):
            return []
        wanted = form.cleaned_data
        begins = timezone.make_aware(datetime.combine(wanted["since"], datetime.min.time()))
        ends = timezone.make_aware(datetime.combine(wanted["until"] + timedelta(days=1), datetime.min.time()))
        return free_slots(
            [self.case.testbed_id],
            minutes=wanted["minutes"],
            since=max(begins, timezone.now()),
            until=ends,
            number=SHOWN,
        )


class Times(TimesView):
    """The list of times, and the forms for more."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(chooses(self.held))
        return self.page()


class HoldTime(TimesView):
    """Holds one time. Who was not first is told so, with three times that are free and the way into the line."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.allow()
        form = TimeForm(request.POST, testbed=self.case.testbed)
        if not form.is_valid():
            return self.page(form=form)
        wanted = form.cleaned_data
        try:
            hold_time(request=self.case, begins=wanted["begins"], ends=wanted["ends"], person=self.person)
        except Taken as lost:
            return self.page(status=CONFLICT, lost=lost, instead=instead_of(lost, self.case), wanted=wanted, form=form)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.page(status=CONFLICT, form=form)
        return self.back(
            _("The time is held for you: %(time)s.") % {"time": in_words(wanted["begins"], wanted["ends"])}
        )


class StandInLine(TimesView):
    """A place in the line for a time that somebody else has."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.allow()
        form = TimeForm(request.POST, testbed=self.case.testbed)
        if not form.is_valid():
            return self.page(form=form)
        wanted = form.cleaned_data
        times = {name: wanted[name] for name in ("begins", "ends")}
        try:
            stand_in_line(request=self.case, testbed=self.case.testbed, person=self.person, **times)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.page(status=CONFLICT, form=form)
        return self.back(_("You stand in line. If the time comes free, it is offered to whoever has waited longest."))


class Line(TimesView):
    """Takes the time that is offered, or leaves the line."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, wait: int) -> HttpResponse:
        self.allow()
        row = Wait.objects.filter(request=self.case, pk=wait).first()
        if row is None:
            raise Http404
        if "take" in request.POST:
            take_offer(wait=row, person=self.person)
            return self.back(_("The time is held for you."))
        leave_line(wait=row, person=self.person)
        return self.back(_("You have left the line."))


class ClaimView(TimesView):
    """A page of one of the request's times."""

    @cached_property
    def claim(self) -> Claim:
        found = claims_of(self.case).filter(pk=self.kwargs["claim"]).first()
        if found is None:
            raise Http404
        return found

    def ask(self, template: str, status: int = 200, **more: Any) -> HttpResponse:
        context = {"case": self.case, "kind": self.case.kind_info, "claim": self.claim, "testbed": self.claim.testbed}
        return render(self.request, template, {**context, **more}, status=status)


class LetGo(ClaimView):
    """Lets a time go, with a reason; somebody in the line may be offered it."""

    def get(self, request: HttpRequest, pk: int, claim: int) -> HttpResponse:
        self.allow()
        return self.ask("testbeds/times/let_go.html", form=WhyForm())

    def post(self, request: HttpRequest, pk: int, claim: int) -> HttpResponse:
        self.allow()
        form = WhyForm(request.POST)
        if not form.is_valid():
            return self.ask("testbeds/times/let_go.html", form=form)
        release(claim=self.claim, person=self.person, why=form.cleaned_data["why"])
        return self.back(_("The time is let go."))


class KeepLonger(ClaimView):
    """The host keeps a hold longer, with a reason, where nobody stands in line for the time."""

    def get(self, request: HttpRequest, pk: int, claim: int) -> HttpResponse:
        self.allow()
        return self.ask("testbeds/times/keep.html", form=KeepForm())

    def post(self, request: HttpRequest, pk: int, claim: int) -> HttpResponse:
        self.allow()
        form = KeepForm(request.POST)
        if not form.is_valid():
            return self.ask("testbeds/times/keep.html", form=form)
        kept = keep_longer(claim=self.claim, person=self.person, why=form.cleaned_data["why"])
        until = date_format(timezone.localtime(kept.until), "j F Y H:i") if kept.until else ""
        return self.back(_("The time is held until %(until)s.") % {"until": until})

    def allow(self) -> None:
        super().allow()
        self.require(self.held.get(HOST.key, False))
        if not (verdict := keepable(self.claim)):
            raise Refused(verdict)


class MoveTime(ClaimView):
    """Moves a time. A booked one is only held afterwards, until the host books it again."""

    def get(self, request: HttpRequest, pk: int, claim: int) -> HttpResponse:
        self.allow()
        begins = timezone.localtime(self.claim.begins)
        told = {"day": begins.date(), "at": begins.time(), "minutes": int(self.claim.lasts.total_seconds() // 60)}
        return self.ask("testbeds/times/move.html", form=TimeForm(initial=told, testbed=self.claim.testbed))

    def post(self, request: HttpRequest, pk: int, claim: int) -> HttpResponse:
        self.allow()
        form = TimeForm(request.POST, testbed=self.claim.testbed)
        if not form.is_valid():
            return self.ask("testbeds/times/move.html", form=form)
        wanted = form.cleaned_data
        try:
            move_time(claim=self.claim, begins=wanted["begins"], ends=wanted["ends"], person=self.person)
        except Taken as lost:
            told = {"lost": lost, "instead": instead_of(lost, self.case)}
            return self.ask("testbeds/times/move.html", status=CONFLICT, form=form, **told)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.ask("testbeds/times/move.html", status=CONFLICT, form=form)
        return self.back(_("The time is moved to %(time)s.") % {"time": in_words(wanted["begins"], wanted["ends"])})


class SeriesPage(TimesView):
    """Several times by a rule: shown one by one with what is free, before any of them is held."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.allow()
        if not request.GET:
            return self.show(SeriesForm(testbed=self.case.testbed))
        return self.look(SeriesForm(request.GET, testbed=self.case.testbed))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.allow()
        form = SeriesForm(request.POST, testbed=self.case.testbed)
        if not form.is_valid():
            return self.show(form)
        skip = list(moments(request.POST.getlist("skip")))
        try:
            hold_series(
                request=self.case,
                rule=form.rule(),
                first=form.first(),
                minutes=form.cleaned_data["minutes"],
                skip=skip,
                instead=list(
                    moments(str(value) for name, value in request.POST.items() if name.startswith("instead_"))
                ),
                person=self.person,
            )
        except Refused as refused:
            return self.look(form, refusal=str(refused), status=CONFLICT)
        return self.back(_("The times of the series are held for you."))

    def look(self, form: SeriesForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
        if not form.is_valid():
            return self.show(form)
        try:
            rows = preview(self.case.testbed, form.rule(), form.first(), form.cleaned_data["minutes"])
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.show(form, status=CONFLICT)
        return self.show(form, status=status, rows=rows, refusal=refusal)

    def show(self, form: SeriesForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"case": self.case, "kind": self.case.kind_info, "testbed": self.case.testbed, "form": form, **more}
        return render(self.request, "testbeds/times/series.html", context, status=status)
