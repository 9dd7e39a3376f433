"""The host's view of a testbed's time: who wants it, side by side, and when nobody can have it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.cases.errors import Refused
from portal.cases.views.base import CONFLICT, PersonView
from testbeds.actions.claiming import Blocked, Unlisted, block, blocked_by, release
from testbeds.actions.telling import in_words
from testbeds.calendars.showing import told_to
from testbeds.forms.times import BlockForm, WhyForm
from testbeds.models import HOST, Claim, Testbed, TestRequest
from testbeds.queries.times import blocks_of, competing
from testbeds.rules.hosting import kept_by, may_take_from


class HostView(PersonView):
    """A page of one testbed for its host: 404 for everyone else, as for one that is not there."""

    @cached_property
    def testbed(self) -> Testbed:
        return get_object_or_404(kept_by(self.person).select_related("unit"), slug=self.kwargs["slug"])

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
        return self.page(form, hit=self.hit_by(form), asked=True) if form.is_valid() else self.page(form)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = BlockForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        told = form.cleaned_data
        try:
            made = block(
                testbed=self.testbed,
                begins=told["begins"],
                ends=told["ends"],
                why=told["why"],
                person=self.person,
                listed=[int(pk) for pk in request.POST.getlist("shown") if pk.isascii() and pk.isdigit()],
            )
        except Unlisted as refused:
            return self.page(form, status=CONFLICT, hit=self.hit_by(form), asked=True, changed=str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.page(form, status=CONFLICT)
        messages.success(request, self.done(made))
        return redirect("testbeds:blocking", slug=slug)

    def done(self, made: Blocked) -> str:
        """That it is blocked, and whom it hit."""
        if not made.hits:
            return _("The time is blocked. Nobody had it.")
        read = told_to(Claim.objects.filter(pk__in=[hit.claim.pk for hit in made.hits]), self.person)
        lost = [f"{claim.request} ({in_words(claim.begins, claim.ends)})" for claim in read.order_by("during", "pk")]
        said = _("The time is blocked. These lost a time, and are told with new times to choose from: %(lost)s.")
        return said % {"lost": "; ".join(lost)}

    def hit_by(self, form: BlockForm) -> dict[str, Any]:
        """The times that the host reads what they are about; and whether they may take them all."""
        hit = blocked_by(self.testbed, form.cleaned_data["begins"], form.cleaned_data["ends"])
        read = told_to(Claim.objects.filter(pk__in=[claim.pk for claim in hit]), self.person)
        verdict = may_take_from(self.person, (claim.request_id for claim in hit))
        return {"pks": [claim.pk for claim in hit], "told": list(read.order_by("during", "pk")), "verdict": verdict}

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
