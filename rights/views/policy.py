"""The rules for everyone: to read, to ask, to write, to tell of, and how far they have reached."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.generic import TemplateView

from portal.cases.errors import Refused
from portal.cases.views.base import PersonView
from portal.organisation.models import Unit
from portal.organisation.rules import leads
from portal.pages.markdown import to_html
from portal.pages.navigation import employees
from portal.pages.views import Crumb
from rights.actions.policy import (
    confirm_reading,
    record_briefing,
    record_outside,
    withdraw_briefing,
    withdraw_outside,
    write_policy,
)
from rights.forms.policy import BriefingForm, GuideForm, OutsideForm, PolicyForm
from rights.letters import policy_pdf
from rights.models import Briefing, OutsideBriefing, PolicyVersion, ReadReceipt
from rights.queries import reach
from rights.rules import MEANS, follows_policy, propose, tells_outside, writes_policy

MOST_VERSIONS = 20
MOST_BRIEFINGS = 50
LONGEST = 40_000
"""Characters of a text that is shown before it is saved: no more can be saved."""


def crumbs() -> list[Crumb]:
    return [Crumb(_("Rules on rights"), reverse("rights:policy"))]


def latest_in_force() -> PolicyVersion:
    """The version that holds today."""
    return PolicyVersion.objects.in_force().latest("number")


class PolicyPage(TemplateView):
    """A version of the rules, the one in force unless another is asked for. Two queries, one more for an employee."""

    template_name = "rights/policy/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        versions = list(PolicyVersion.objects.defer("text", "text_en")[:MOST_VERSIONS])
        asked = kwargs.get("number")
        present = latest_in_force()
        version = present if asked in (None, present.number) else get_object_or_404(PolicyVersion, number=asked)
        employee = employees(person)
        receipt = ReadReceipt.objects.filter(version=present, person=person.pk).first() if employee else None
        return super().get_context_data(
            version=version,
            present=present,
            html=to_html(version.text_shown),
            months=settings.RIGHTS_RESPONSE_MONTHS,
            versions=versions,
            employee=employee,
            receipt=receipt,
            writes=writes_policy(person),
            follows=follows_policy(person),
            tells=bool(leads(person)),
            crumbs=[] if version == present else crumbs(),
            **kwargs,
        )


class GuidePage(TemplateView):
    """A few questions, and what the answers point to. Nothing is kept, and nothing is decided (B43-2)."""

    template_name = "rights/policy/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = GuideForm(self.request.GET or None)
        proposal = propose(form.facts()) if form.is_valid() else None
        means = MEANS[proposal.category] if proposal and proposal.category else ""
        employee = employees(self.request.user)
        return super().get_context_data(
            form=form, proposal=proposal, means=means, employee=employee, crumbs=crumbs(), **kwargs
        )


class PolicyFile(PersonView):
    """A version as PDF, in the language asked for, to be attached to an agreement."""

    def get(self, request: HttpRequest, number: int, language: str) -> HttpResponse:
        if not self.person.is_employee:
            raise PermissionDenied(_("The annex is printed by those who work in the Region."))
        version = get_object_or_404(PolicyVersion, number=number)
        with override(language):
            name = _("rules-on-rights") + f"-{number}.pdf"
        return HttpResponse(
            policy_pdf(version, language),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class ConfirmReading(PersonView):
    """An employee says that they have read the version in force."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        if not self.person.is_employee:
            raise PermissionDenied(_("Only those who work in the Region confirm that they have read the rules."))
        version = get_object_or_404(PolicyVersion.objects.in_force(), number=number)
        confirm_reading(version=version, person=self.person)
        messages.success(request, _("Thank you. It is noted that you have read the rules."))
        return redirect("rights:policy")


class SpreadPage(PersonView):
    """How far a version has reached, unit by unit, and what has been told when."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not follows_policy(self.person):
            raise PermissionDenied(_("This page is for those who tell others of the rules, and those who write them."))
        asked = request.GET.get("version", "")
        versions = PolicyVersion.objects.defer("text", "text_en")
        version = get_object_or_404(versions, number=asked) if asked.isdecimal() else latest_in_force()
        told = Briefing.objects.filter(version=version).select_related("unit", "recorded_by")
        led = leads(self.person)
        context = {
            "version": version,
            "versions": versions[:MOST_VERSIONS],
            "rows": reach(version),
            "briefings": [(one, one.unit_id in led and not one.withdrawn_at) for one in told[:MOST_BRIEFINGS]],
            "outside": OutsideBriefing.objects.filter(version=version).select_related("recorded_by")[:MOST_BRIEFINGS],
            "tells_outside": tells_outside(self.person),
            "most": MOST_BRIEFINGS,
            "tells": bool(led),
            "crumbs": crumbs(),
        }
        return render(request, "rights/policy/spread.html", context)


class PolicyFormView(PersonView):
    """Base of the pages that write: the form, shown and done when it is valid."""

    title: str | Promise
    button: str | Promise
    help: str | Promise = ""
    done: str | Promise
    where = "rights:policy_spread"
    previews = False

    def show(self, form: Any, preview: dict[str, str] | None = None) -> HttpResponse:
        back = Crumb(_("Who has been told"), reverse("rights:policy_spread"))
        context = {
            "form": form,
            "title": self.title,
            "button": self.button,
            "help": self.help,
            "previews": self.previews,
            "preview": preview,
            "crumbs": [*crumbs(), back],
        }
        return render(self.request, "rights/policy/form.html", context)

    def finish(self) -> HttpResponse:
        messages.success(self.request, str(self.done))
        return redirect(self.where)


class WritePolicy(PolicyFormView):
    """A rights reviewer writes the next version, begun as a copy of the latest, and sees how it will look before everyone does."""

    previews = True
    title = gettext_lazy("New version of the rules")
    button = gettext_lazy("Save the new version")
    help = gettext_lazy(
        "You begin from a copy of the latest version. A version that is saved is never changed, and everyone can read it."
    )
    done = gettext_lazy("The new version is saved.")
    where = "rights:policy"

    @cached_property
    def latest(self) -> PolicyVersion:
        if not writes_policy(self.person):
            raise PermissionDenied(_("Rights reviewers write the rules."))
        return PolicyVersion.objects.latest("number")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(PolicyForm(latest=self.latest))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PolicyForm(request.POST, latest=self.latest)
        if "preview" in request.POST:
            written = {"sv": request.POST.get("text", ""), "en": request.POST.get("text_en", "")}
            return self.show(form, preview={code: to_html(text[:LONGEST]) for code, text in written.items()})
        if not form.is_valid():
            return self.show(form)
        values = dict(form.cleaned_data)
        try:
            write_policy(based_on=values.pop("based_on"), values=values, by=self.person)
        except Refused as problem:
            again = {**request.POST.dict(), "based_on": str(self.latest.number)}
            form = PolicyForm(again, latest=self.latest)
            form.add_error(None, str(problem))
            return self.show(form)
        return self.finish()


class TellPage(PolicyFormView):
    """A lead or a manager records that the staff of a unit were told."""

    title = gettext_lazy("Record that the staff were told")
    button = gettext_lazy("Save")
    help = gettext_lazy("Write how many, not who. Those who have read the rules confirm it themselves.")
    done = gettext_lazy("It is recorded that the staff were told.")

    @cached_property
    def units(self) -> list[Unit]:
        led = leads(self.person)
        if not led:
            raise PermissionDenied(_("Innovation leads and managers record that the staff were told."))
        return list(Unit.objects.current().filter(pk__in=led).in_order())

    def get(self, request: HttpRequest) -> HttpResponse:
        own = next((unit for unit in self.units if unit.pk == self.person.unit_id), None)
        return self.show(BriefingForm(units=self.units, initial={"unit": own, "version": latest_in_force()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BriefingForm(request.POST, units=self.units)
        if not form.is_valid():
            return self.show(form)
        record_briefing(values=form.cleaned_data, by=self.person)
        return self.finish()


class WithdrawPage(PersonView):
    """What was recorded by mistake is taken back by someone who answers for the unit."""

    @cached_property
    def briefing(self) -> Briefing:
        if not leads(self.person):
            raise PermissionDenied
        return get_object_or_404(
            Briefing.objects.standing().select_related("unit"), pk=self.kwargs["pk"], unit__in=leads(self.person)
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        back = Crumb(_("Who has been told"), reverse("rights:policy_spread"))
        return render(request, "rights/policy/withdraw.html", {"briefing": self.briefing, "crumbs": [*crumbs(), back]})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        withdraw_briefing(briefing=self.briefing, by=self.person)
        messages.success(request, _("It is taken back."))
        return redirect("rights:policy_spread")


class TellOutsidePage(PolicyFormView):
    """Who tells the staff, or writes the rules, records that somebody outside the Region was told."""

    title = gettext_lazy("Record that somebody outside was told")
    button = gettext_lazy("Save")
    help = gettext_lazy("For example a partner in an agreement that the rules are attached to.")
    done = gettext_lazy("It is recorded that they were told.")

    def get(self, request: HttpRequest) -> HttpResponse:
        self.require(tells_outside(self.person))
        return self.show(OutsideForm(initial={"version": latest_in_force()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        self.require(tells_outside(self.person))
        form = OutsideForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        record_outside(values=form.cleaned_data, by=self.person)
        return self.finish()


class WithdrawOutsidePage(PersonView):
    """Taken back by a post from the list of who has been told."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(tells_outside(self.person))
        withdraw_outside(briefing=get_object_or_404(OutsideBriefing, pk=pk), by=self.person)
        messages.success(request, _("It is taken back."))
        return redirect("rights:policy_spread")
