"""Pages for disclosures: all of them, beginning one, writing it, who contributed, letters."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.cases.errors import NotVisible
from portal.cases.models import Case
from portal.cases.views.base import CaseView
from portal.cases.views.inside import CaseFormView
from portal.cases.views.lists import AllCases
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit
from rights.actions.contributing import begin_disclosure, confirm_contribution, remove_contributor, save_contributor
from rights.filters import DisclosureFilter
from rights.forms.writing import ContributorForm, DisclosureDraftForm
from rights.letters import CLAIM, RECEIPT, WAIVER, claim, has_claim, receipt, waiver
from rights.models import Contributor, Disclosure
from rights.states import Decision
from rights.tables import DisclosureTable


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
    help = _("You confirm that you took part in the capacity and with the share that stand on the page of the case.")

    @cached_property
    def contributor(self) -> Contributor | None:
        return Contributor.objects.filter(disclosure=self.case.pk, person=self.person).first()

    def allowed(self) -> bool:
        return self.contributor is not None

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.Form) -> None:
        assert self.contributor is not None  # noqa: S101  # see allowed
        confirm_contribution(contributor=self.contributor, person=self.person)


class LetterFile(DisclosureView):
    """A letter as PDF, printed anew from the history each time it is asked for."""

    letters: ClassVar = {RECEIPT: receipt, CLAIM: claim, WAIVER: waiver}

    def get(self, request: HttpRequest, pk: int, letter: str) -> HttpResponse:
        there = {
            RECEIPT: self.case.opened_at is not None,
            CLAIM: has_claim(self.case),
            WAIVER: self.case.decision == Decision.WAIVE,
        }
        if not there.get(letter):
            raise NotVisible
        name = f"{letter}-{self.case.key}.pdf"
        return HttpResponse(
            self.letters[letter](self.case),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )
