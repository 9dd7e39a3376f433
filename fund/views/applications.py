"""Pages of applications: those that the person sees, beginning one, writing it."""

from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fund.actions.applying import begin_application, content_of, digest_of, save_application
from fund.actions.presence import note_presence, others_present
from fund.filters import ApplicationFilter
from fund.flow.application import WRITTEN
from fund.forms.writing import ApplicationDraftForm, BeginApplicationForm, application_form
from fund.models import Application, Call
from fund.printing import application_pdf
from fund.rules.calls import late_until
from fund.tables import ApplicationTable
from fund.tasks import count_pages
from portal.cases.forms import VersionedForm
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.cases.verdicts import Verdict
from portal.cases.views.base import CaseView
from portal.cases.views.lists import AllCases
from portal.cases.views.page import missing_in
from portal.cases.views.writing import BeginView, WriteView
from portal.celery import start_after_commit
from portal.organisation.models import Unit


class ApplicationList(AllCases):
    """Every handed-in application that the person may see: their own, their unit’s for a manager, all for a fund officer."""

    kind = "application"
    table_class = ApplicationTable
    filterset_class = ApplicationFilter
    template_name = "fund/applications.html"


class BeginApplication(BeginView):
    """Which of the open calls, and a title. What is already written in the case that it comes from is taken over."""

    model = Application
    form_class = BeginApplicationForm
    template_name = "fund/begin.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.person.is_employee:
            raise PermissionDenied(_("Those who work in the Region, or for it by agreement, apply to the fund."))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        origin = self.origin
        taken_over = origin is not None and origin.confidentiality != Confidentiality.RESTRICTED
        return {"call": self.request.GET.get("call"), **({"title": origin.title} if origin and taken_over else {})}

    def get_form(self, form_class: Any = None) -> forms.Form:
        form = super().get_form(form_class)
        field: Any = form.fields["call"]
        field.queryset = Call.objects.open_to(self.person).visible_to(self.person).order_by("closes_at")
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "open": context["form"].fields["call"].queryset.exists()}

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Application:
        return begin_application(owner=self.person, unit=unit, origin=origin, **values)


class WriteApplication(WriteView):
    """Saves itself, counts words and pages, and says what is missing and who else is writing."""

    form_class = ApplicationDraftForm
    template_name = "fund/write.html"

    def context(self) -> dict[str, Any]:
        files = content_of(self.case)["attachments"]
        late = late_until(self.case.call, self.case.owner_id)
        return {**super().context(), **standing(self.case), "files": files, "late": late}

    def make_form(self, row: Any, data: Any = None) -> ApplicationDraftForm:
        return application_form(row)(data, self.request.FILES or None, instance=row)

    def save(self, form: VersionedForm) -> Case:
        saved = save_application(
            application=self.case, values=form.touched, version=form.seen, person=self.person, keep=form.kept
        )
        start_after_commit(count_pages, saved.pk)
        return saved


class ApplicationView(CaseView):
    """A page of one application, by its id."""

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "application"}


class Writing(ApplicationView):
    """Asked by the script every few seconds: says in which ``field`` the person writes, and hears what the page should show now."""

    def post(self, request: HttpRequest, **kwargs: Any) -> JsonResponse:
        self.require(self.part.writes)
        writers = [person for person in (self.case.owner_id, *(grant.user_id for grant in self.case.named)) if person]
        note_presence(case=self.case.pk, person=self.person, field=request.POST.get("field", ""))
        shown = standing(self.case)
        return JsonResponse(
            {
                "missing": render_to_string("components/missing.html", {"missing": shown["missing"]}, request),
                "pages": render_to_string("fund/parts/pages.html", {"case": self.case}, request),
                "present": others_present(case=self.case.pk, among=writers, person=self.person),
            }
        )


class Paper(ApplicationView):
    """The application as a PDF: the text as it stands for those who write it, what was handed in last for everyone else."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        submission = None if self.part.writes else self.case.latest
        pdf = application_pdf(self.case, submission.content if submission else content_of(self.case), submission)
        return FileResponse(BytesIO(pdf), as_attachment=True, filename=f"{slugify(self.case.title) or 'ansokan'}.pdf")


class Receipt(ApplicationView):
    """What has been handed in, and whether what is kept still has the digest that stands on the receipt (two queries)."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = self.case.submissions.select_related("by")
        tried = [{"row": row, "digest": digest_of(row.content)} for row in rows]
        return render(request, "fund/receipt.html", {"case": self.case, "kind": self.case.kind_info, "tried": tried})


def standing(application: Application) -> dict[str, Any]:
    """What the text lacks before it can be handed in, whoever hands it in."""
    verdict = Verdict.all_of(guard(application) for guard in WRITTEN)
    return {"missing": missing_in(application, verdict.reasons)}
