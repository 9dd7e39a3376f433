"""The host's view of a testbed's time: who wants it, side by side, and when nobody can have it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.cases.views.base import PersonView
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from testbeds.actions.claiming import block, blocked_by, release
from testbeds.forms.times import BlockForm, WhyForm
from testbeds.models import HOST, Claim, Testbed, TestRequest
from testbeds.queries.times import blocks_of, competing
from testbeds.states import ClaimState


class HostView(PersonView):
    """A page of one testbed for its host: 404 for everyone else, as for one that is not there."""

    @cached_property
    def testbed(self) -> Testbed:
        found = get_object_or_404(Testbed.objects.select_related("unit"), slug=self.kwargs["slug"])
        if found.unit_id not in standing_of(self.person).units(Role.TESTBED_HOST):
            raise Http404
        return found

    def show(self, template: str, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, template, {"testbed": self.testbed, **more}, status=status)


class Competing(HostView):
    """Requests for the same testbed beside each other, with what decides between them (six queries)."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        cases = TestRequest.objects.visible_to(self.person).filter(HOST(self.person))
        return self.show("testbeds/times/competing.html", rows=list(competing(self.testbed, cases)))


class Blocking(HostView):
    """When nobody can have the testbed. Whoever loses a time by it is listed before it is done, and told with new times."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        if not request.GET:
            return self.page(BlockForm())
        form = BlockForm(request.GET)
        return self.page(form, hit=self.hit_by(form) if form.is_valid() else None, asked=form.is_valid())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = BlockForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        told = form.cleaned_data
        block(testbed=self.testbed, begins=told["begins"], ends=told["ends"], why=told["why"], person=self.person)
        messages.success(
            request, _("The time is blocked. Those who lost a time are told, with new times to choose from.")
        )
        return redirect("testbeds:blocking", slug=slug)

    def hit_by(self, form: BlockForm) -> list[Claim]:
        hit = blocked_by(self.testbed, form.cleaned_data["begins"], form.cleaned_data["ends"])
        return [claim for claim in hit if claim.state != ClaimState.BLOCKED]

    def page(self, form: BlockForm, **more: Any) -> HttpResponse:
        return self.show("testbeds/times/blocking.html", form=form, blocks=list(blocks_of(self.testbed)), **more)


class Unblock(HostView):
    """Opens a blocked time again."""

    def get(self, request: HttpRequest, slug: str, claim: int) -> HttpResponse:
        return self.show("testbeds/times/unblock.html", claim=self.block(claim), form=WhyForm())

    def post(self, request: HttpRequest, slug: str, claim: int) -> HttpResponse:
        form = WhyForm(request.POST)
        if not form.is_valid():
            return self.show("testbeds/times/unblock.html", claim=self.block(claim), form=form)
        release(claim=self.block(claim), person=self.person, why=form.cleaned_data["why"])
        messages.success(request, _("The time is open again."))
        return redirect("testbeds:blocking", slug=slug)

    def block(self, pk: int) -> Claim:
        return get_object_or_404(blocks_of(self.testbed), pk=pk)
