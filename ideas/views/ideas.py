"""Pages for ideas: all of them, beginning one, writing it, scoring it."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.actions.assessing import save_scores, submit_assessment
from ideas.actions.challenging import answer_challenge
from ideas.filters import IdeaFilter
from ideas.forms.assessing import ScorecardForm
from ideas.forms.writing import BeginIdeaForm, IdeaDraftForm
from ideas.models import Assessment, Challenge, Idea
from ideas.rules import takes_answers
from ideas.states import IdeaState, Origin
from ideas.tables import IdeaTable
from ideas.views.challenges import warn
from portal.cases.actions.drafts import begin_case
from portal.cases.errors import NotVisible, Refused
from portal.cases.models import Case
from portal.cases.verdicts import Verdict, no
from portal.cases.views.base import CONFLICT, CaseView
from portal.cases.views.lists import AllCases
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit
from portal.organisation.rules import leads

CRUMBS = [{"label": gettext_lazy("Ideas"), "url": "/ideer/"}]


class IdeaList(AllCases):
    """Every submitted idea that the person may see."""

    kind = "idea"
    table_class = IdeaTable
    filterset_class = IdeaFilter
    template_name = "ideas/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(own_unit=self.person.unit_id, leads=bool(leads(self.person)), **kwargs)


class BeginIdea(BeginView):
    """The question about inventions, and a title. An idea that is begun from a challenge answers it."""

    model = Idea
    form_class = BeginIdeaForm
    template_name = "ideas/begin.html"
    extra_context = {"crumbs": CRUMBS}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.person.is_employee:
            raise PermissionDenied(
                _("Ideas come from those who work in the Region. You are welcome with a suggestion.")
            )
        if request.user.is_authenticated and self.challenge and not (verdict := takes_answers(self.challenge)):
            return self.too_late(verdict)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as answer:
            return self.too_late(answer.verdict)

    def too_late(self, verdict: Verdict) -> HttpResponse:
        warn(self.request, verdict)
        return redirect(cast(Challenge, self.challenge).get_absolute_url())

    @cached_property
    def challenge(self) -> Challenge | None:
        """The challenge that the idea is to answer, if it is begun from one."""
        origin = self.origin
        return cast(Challenge, origin.as_kind()) if origin and origin.kind == "challenge" else None

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Case:
        known = {"origin": Origin.NEED, "beneficiaries": self.challenge.beneficiaries} if self.challenge else {}
        return begin_case(model=Idea, owner=self.person, unit=unit, **values, **known)

    def tie(self, origin: Case, case: Case) -> None:
        if self.challenge:
            answer_challenge(challenge=self.challenge, case=case, person=self.person)
        else:
            super().tie(origin, case)


class WriteIdea(WriteView):
    form_class = IdeaDraftForm
    template_name = "ideas/write.html"


class AssessView(CaseView):
    """An assessor's own scorecard. It saves itself; once submitted, this page leads back to the case."""

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"]}

    @cached_property
    def assessment(self) -> Assessment:
        """Raises NotVisible for anyone who is not asked, Refused once it is submitted or the idea is not being assessed."""
        mine = Assessment.objects.readable_by(self.person).filter(idea=self.case.pk, assessor=self.person)
        found = mine.select_related("idea").prefetch_related("scores").first()
        if found is None:
            raise NotVisible
        if found.submitted_at:
            raise Refused(no(_("You have submitted your scorecard, and it does not change any more.")))
        if self.case.state != IdeaState.ASSESSING:
            raise Refused(no(_("The idea is not being assessed now.")))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ScorecardForm(assessment=self.assessment))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ScorecardForm(request.POST, assessment=self.assessment)
        by_script = request.headers.get("X-Requested-With") == "autosave"
        if not form.is_valid():
            return JsonResponse({"version": form.seen, "problem": _("Not saved.")}) if by_script else self.show(form)
        try:
            saved = save_scores(assessment=self.assessment, scores=form.scores(), version=form.seen)
        except Refused as answer:
            return self.show_stale(form, answer, by_script)
        if by_script:
            return JsonResponse({"version": saved.version})
        return self.submit(saved, form) if "submit" in request.POST else self.keep()

    def keep(self) -> HttpResponse:
        messages.success(self.request, _("Saved."))
        return redirect(self.request.path)

    def submit(self, saved: Assessment, form: ScorecardForm) -> HttpResponse:
        try:
            submit_assessment(assessment=saved)
        except Refused as answer:
            form.renew(saved.version)
            for reason in answer.verdict.reasons:
                form.add_error(reason.field or None, str(reason))
            return self.show(form)
        messages.success(self.request, _("Your scorecard is submitted. Thank you."))
        return redirect(reverse("cases:case", args=[self.case.key]) + "#scorecards")

    def show_stale(self, form: ScorecardForm, answer: Refused, by_script: bool) -> HttpResponse:
        """Written in two windows: what is written here stays on the page, and saving again keeps it."""
        if by_script:
            context = {"text": str(answer), "tone": "danger"}
            return render(self.request, "components/alert.html", context, status=CONFLICT)
        form.renew(Assessment.objects.get(pk=self.assessment.pk).version)
        form.add_error(None, _("You have saved this scorecard in another window. Save again to keep what stands here."))
        return self.show(form, status=CONFLICT)

    def show(self, form: ScorecardForm, status: int = 200) -> HttpResponse:
        return render(self.request, "ideas/assess.html", {"case": self.case, "form": form}, status=status)
