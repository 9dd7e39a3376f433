"""Pages for disclosures: all of them, beginning one, writing it, who contributed, letters."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.cases.errors import NotVisible, Refused
from portal.cases.models import Access, Case
from portal.cases.views.base import CaseView
from portal.cases.views.forms import CaseFormView
from portal.cases.views.lists import AllCases
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit
from rights.actions.contributing import (
    attest_contribution,
    begin_disclosure,
    confirm_contribution,
    remove_contributor,
    save_contributor,
)
from rights.filters import DisclosureFilter
from rights.forms.writing import AttestForm, ContributorForm, DisclosureDraftForm
from rights.letters import letter_of
from rights.models import Contributor, Disclosure
from rights.panels import facts_of_part, told_access
from rights.rules import attestable
from rights.tables import DisclosureTable

MOST_OF_A_NAME = 40
"""As many signs of what was opened does the log keep."""


DIGITS_OF_AN_ID = 19


class DisclosureList(AllCases):
    """Every notified disclosure that the person may see: their own, or all for a rights reviewer."""

    kind = "disclosure"
    table_class = DisclosureTable
    filterset_class = DisclosureFilter
    template_name = "rights/list.html"


class BeginDisclosure(BeginView):
    """For employees. What is already written in the case that it comes from is taken over."""

    model = Disclosure

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.person.is_employee:
            raise PermissionDenied(_("A disclosure is made by someone who works in the Region."))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        origin = self.origin
        return {"title": origin.title} if origin else {}

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Disclosure:
        return begin_disclosure(owner=self.person, unit=unit, origin=origin, **values)


class WriteDisclosure(WriteView):
    form_class = DisclosureDraftForm
    template_name = "rights/write.html"


class DisclosureView(CaseView):
    """A page of one disclosure, by its id."""

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "disclosure"}


class ContributorPage(DisclosureView, CaseFormView):
    """Base of the pages that write who contributed. The authors', as long as the text is theirs; employees only, for the answer tells who
    has an account here."""

    def allowed(self) -> bool:
        return self.part.writes and self.part.employee

    @cached_property
    def contributor(self) -> Contributor | None:
        pk = self.kwargs.get("contributor")
        return (
            get_object_or_404(
                Contributor.objects.select_related("person", "disclosure"), pk=pk, disclosure=self.case.pk
            )
            if pk
            else None
        )

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#contributors"


class SaveContributor(ContributorPage):
    title = _("Contributor")
    button = _("Save")
    done = _("The contributor is saved.")

    def make_form(self, data: Any = None, files: Any = None) -> ContributorForm:
        return ContributorForm(data, instance=self.contributor, disclosure=self.case)

    def carry_out(self, form: ContributorForm) -> None:
        save_contributor(disclosure=self.case, contributor=self.contributor, values=form.cleaned_data, by=self.person)


class RemoveContributor(ContributorPage):
    title = _("Remove the contributor")
    button = _("Remove")
    done = _("The contributor is removed.")
    danger = True

    def allowed(self) -> bool:
        found = self.contributor
        return super().allowed() and found is not None and found.person_id != self.case.owner_id

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.Form) -> None:
        assert self.contributor is not None  # noqa: S101  # the address names one
        remove_contributor(contributor=self.contributor, by=self.person)

    def where_next(self) -> str:
        gone = self.contributor is not None and self.contributor.person_id == self.person.pk
        return reverse("cases:mine") if gone else super().where_next()


class ConfirmContribution(ContributorPage):
    """Each contributor confirms their own part, and nobody else's."""

    title = _("Confirm your contribution")
    button = _("Confirm")
    done = _("You have confirmed your contribution.")
    help = _(
        "Is this right? If not, write to the author in a message on the page of the case, and confirm when it has been changed."
    )

    @cached_property
    def contributor(self) -> Contributor | None:
        return Contributor.objects.filter(disclosure=self.case.pk, person=self.person).first()

    def allowed(self) -> bool:
        return self.contributor is not None

    def facts(self) -> list[dict[str, str]]:
        return facts_of_part(self.contributor) if self.contributor else []

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.Form) -> None:
        assert self.contributor is not None  # noqa: S101  # see allowed
        confirm_contribution(contributor=self.contributor, person=self.person)


class AttestContribution(ContributorPage):
    """Who assesses the disclosure notes how someone without an account has confirmed their part."""

    title = _("Note that someone without an account has confirmed")
    button = _("Save")
    done = _("It is noted how they confirmed.")

    def allowed(self) -> bool:
        return self.part.handler and self.contributor is not None

    def facts(self) -> list[dict[str, str]]:
        found = self.contributor
        return [{"label": gettext("Contributor"), "value": str(found)}, *facts_of_part(found)] if found else []

    def make_form(self, data: Any = None, files: Any = None) -> AttestForm:
        if self.contributor and not (verdict := attestable(self.case, self.contributor)):
            raise Refused(verdict)
        return AttestForm(data)

    def carry_out(self, form: AttestForm) -> None:
        assert self.contributor is not None  # noqa: S101  # see allowed
        attest_contribution(contributor=self.contributor, by=self.person, **form.cleaned_data)


class Openings(DisclosureView):
    """Every time that someone has opened the disclosure, for those who assess it: ``?before=<id>`` goes on from there. Reading it is an
    opening too."""

    at_a_time = 200

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.part.handler)
        opened = Access.objects.filter(case_id=self.case.pk).select_related("person", "document").order_by("-pk")
        before = request.GET.get("before", "")
        if before.isdecimal() and len(before) < DIGITS_OF_AN_ID:
            opened = opened.filter(pk__lt=int(before))
        rows = list(opened[: self.at_a_time + 1])
        shown = rows[: self.at_a_time]
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "accesses": [told_access(one) for one in shown],
            "older": shown[-1].pk if len(rows) > len(shown) else None,
        }
        return render(request, "rights/openings.html", context)


class LetterFile(DisclosureView):
    """A letter as PDF, printed anew from the history each time it is asked for."""

    @property
    def name(self) -> str:
        """The log of openings says which letter."""
        return f"letter:{self.kwargs['letter']}"[:MOST_OF_A_NAME]

    def get(self, request: HttpRequest, pk: int, letter: str) -> HttpResponse:
        content = letter_of(self.case, letter)
        if content is None:
            raise NotVisible
        name = f"{letter}-{self.case.key}.pdf"
        return HttpResponse(
            content,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )
