"""The fund officer's pages of a review: the experts, who reads what and why, what they see, where they differ, and the panel's word."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fund.actions.assigning import add_reviewer, ask_experts, place, propose, remove_reviewer, take_off
from fund.actions.reviewing import agree, open_again
from fund.forms.review import AddReviewerForm, ConsensusForm, OpenAgainForm, PlaceForm, ReviewerForm
from fund.models import FUND_OFFICER, RUNS, Application, Call, Consensus, Review, Reviewer, Score
from fund.queries import for_rows, page_of, undecided
from fund.reviewing.matching import Matcher, explain, knows, loads
from fund.reviewing.reading import by_spread, disagreement, progress
from fund.reviewing.rules import can_agree, openable, reviewable
from fund.sheet import WITH_SHEET
from fund.views.reviews import review_page
from portal.cases.errors import NotVisible, Refused
from portal.cases.queries.listing import CappedPaginator
from portal.cases.verdicts import Verdict
from portal.cases.views.base import CaseView
from portal.cases.views.forms import CaseFormView

PAGE = 50


class OfKind(CaseView):
    """A page of one case of the fund, by its id, for who handles it and has no part in it."""

    model: Any
    who: Any

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"]}

    def allowed(self) -> bool:
        if not isinstance(self.case, self.model):
            raise NotVisible
        return bool(self.held[self.who.key])


class OfCall(OfKind):
    model, who = Call, RUNS

    @cached_property
    def applications(self) -> Any:
        """Those under review that the person may handle: never one that they have a part in themselves."""
        return undecided(self.case).filter(FUND_OFFICER(self.person))

    def home(self) -> str:
        return reverse("fund:panel", args=[self.case.pk])


class OfApplication(OfKind):
    model, who = Application, FUND_OFFICER

    def home(self) -> str:
        return reverse("fund:weigh", args=[self.case.pk])


class PanelPage(OfCall):
    """The experts of a call with their load, and who reads which application. Constant queries; ``PAGE`` applications a page."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        rows = for_rows(self.applications).order_by("pk")
        page = CappedPaginator(rows, PAGE).get_page(request.GET.get("page"))
        reviewers = list(self.case.reviewers.select_related("person__unit"))
        load = loads(reviewers)
        context = {
            "case": self.case,
            "page": page,
            "rows": self.rows(list(page)),
            "reviewers": [{"row": one, "load": load.get(one.pk, 0), "knows": knows(one)} for one in reviewers],
            "progress": progress(self.case, self.applications.values("pk")),
            "open": bool(reviewable(self.case)),
        }
        return render(request, "fund/review/panel.html", context)

    def rows(self, applications: list[Application]) -> list[dict[str, Any]]:
        given: dict[int, list[Review]] = {application.pk: [] for application in applications}
        for review in Review.objects.filter(application__in=list(given)).select_related("reviewer__person"):
            given[review.application_id].append(review)
        return [
            {"application": application, "reviews": [_told(review) for review in given[application.pk]], "lacks": lacks}
            for application in applications
            for lacks in [self.case.reviews_each - sum(not review.conflict for review in given[application.pk])]
        ]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Propose, or ask the experts about what is proposed."""
        self.require(self.allowed())
        if "ask" in request.POST:
            told = ask_experts(call=self.case, by=self.person)
            messages.success(
                request, ngettext("%(number)s expert is told.", "%(number)s experts are told.", told) % {"number": told}
            )
        else:
            placed, left = propose(call=self.case, by=self.person)
            self.say_proposed(placed, left)
        return redirect(self.home())

    def say_proposed(self, placed: int, left: int) -> None:
        said = ngettext("%(number)s place is filled.", "%(number)s places are filled.", placed) % {"number": placed}
        messages.success(self.request, said)
        if left:
            lacking = ngettext(
                "%(number)s place is empty: nobody without a conflict of interest has room. Add experts.",
                "%(number)s places are empty: nobody without a conflict of interest has room. Add experts.",
                left,
            )
            messages.warning(self.request, lacking % {"number": left})

    def refused(self, verdict: Verdict) -> HttpResponse:
        messages.warning(self.request, " ".join(map(str, verdict.reasons)))
        return redirect(self.home())


def _told(review: Review) -> dict[str, Any]:
    """One assignment with its reasons and where it stands; never its scores."""
    if review.conflict:
        stands, tone = gettext("Conflict of interest"), "warning"
    elif review.submitted_at:
        stands, tone = (gettext("Abstained") if review.abstained else gettext("Submitted")), "success"
    elif review.declared_at:
        stands, tone = gettext("Begun"), "info"
    else:
        stands, tone = (gettext("Asked") if review.asked_at else gettext("Proposed")), "neutral"
    return {"row": review, "why": explain(review.why), "stands": stands, "tone": tone}


class AddReviewerPage(OfCall, CaseFormView):
    title = _("Add an expert")
    button = _("Add")
    done = _("The expert is added.")
    help = _("The expert is told when you ask them to read, and not before.")

    def make_form(self, data: Any = None, files: Any = None) -> AddReviewerForm:
        return AddReviewerForm(data, call=self.case)

    def carry_out(self, form: Any) -> None:
        add_reviewer(call=self.case, by=self.person, **form.cleaned_data)

    def where_next(self) -> str:
        return self.home()


class OfReviewer(OfCall, CaseFormView):
    @cached_property
    def reviewer(self) -> Reviewer:
        experts = Reviewer.objects.select_related("person").filter(call=self.case.pk)
        return get_object_or_404(experts, pk=self.kwargs["reviewer"])

    def allowed(self) -> bool:
        return self.reviewer.call_id == self.case.pk and super().allowed()

    def where_next(self) -> str:
        return self.home()


class ChangeReviewerPage(OfReviewer):
    title = _("Change what is said of an expert")
    button = _("Save")
    done = _("Saved.")

    def make_form(self, data: Any = None, files: Any = None) -> ReviewerForm:
        return ReviewerForm(data, instance=self.reviewer)

    def carry_out(self, form: Any) -> None:
        add_reviewer(call=self.case, person=self.reviewer.person, by=self.person, **form.cleaned_data)


class RemoveReviewerPage(OfReviewer):
    title = _("Take an expert off the call")
    button = _("Remove")
    done = _("The expert is removed.")
    danger = True

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: Any) -> None:
        remove_reviewer(reviewer=self.reviewer)


class WeighPage(OfApplication):
    """One application: every expert with the reasons for and against, the reviews that are submitted, and the panel's word."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        return self.show(PlaceForm(call=self.case.call))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Choose an expert by hand."""
        self.require(self.allowed())
        form = PlaceForm(request.POST, call=self.case.call)
        if not form.is_valid():
            return self.show(form)
        place(application=self.case, by=self.person, **form.cleaned_data)
        messages.success(request, gettext("The expert is chosen. They are told when you ask the experts."))
        return redirect(self.home())

    def show(self, form: PlaceForm) -> HttpResponse:
        matches = Matcher(self.case.call, [self.case]).matches(self.case)
        given = Review.objects.filter(application=self.case.pk).select_related("reviewer__person")
        context = {
            "case": self.case,
            "form": form,
            "matches": [
                {"row": match, "why": explain(match.as_data())} for match in matches if "has" not in match.bars
            ],
            "reviews": [_told(review) for review in given],
            "lines": _lines(self.case),
            "comments": given.submitted(),
            "consensus": _words_of_panel(self.case),
            "agrees": bool(can_agree(self.case)),
        }
        return render(self.request, "fund/review/weigh.html", context)

    def refused(self, verdict: Verdict) -> HttpResponse:
        messages.warning(self.request, " ".join(map(str, verdict.reasons)))
        return redirect(self.home())


def _lines(application: Application) -> list[dict[str, Any]]:
    """Submitted scores by criterion, each with who gave it. Nothing of a review that is not submitted."""
    given = Score.objects.filter(review__application=application.pk, review__submitted_at__isnull=False)
    found: dict[str, list[Score]] = {}
    for score in given.select_related("criterion", "review__reviewer__person").order_by(
        "criterion__position", "review"
    ):
        found.setdefault(str(score.criterion), []).append(score)
    return [{"label": label, "scores": scores} for label, scores in found.items()]


def _words_of_panel(application: Application) -> list[dict[str, Any]]:
    """What the panel has said, in order (two queries)."""
    said = Consensus.objects.filter(application=application.pk).select_related("by").order_by("number")
    criteria = application.call.criteria.all()
    return [
        {"row": row, "points": [(one.name, row.points[one.key]) for one in criteria if one.key in row.points]}
        for row in said
    ]


class OfReview(OfApplication):
    """One assignment."""

    @cached_property
    def review(self) -> Review:
        given = Review.objects.select_related(*WITH_SHEET)
        return get_object_or_404(given, application=self.case.pk, pk=self.kwargs["review"])

    def allowed(self) -> bool:
        return self.review.application_id == self.case.pk and super().allowed()


class TakeOffPage(OfReview, CaseFormView):
    """Overrule an assignment that the expert has not opened."""

    title = _("Take an expert off the application")
    button = _("Remove")
    done = _("The expert is taken off.")
    danger = True

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: Any) -> None:
        take_off(review=self.review, by=self.person)

    def where_next(self) -> str:
        return self.home()


class OpenAgainPage(OfReview, CaseFormView):
    title = _("Open the review again")
    button = _("Open it")
    done = _("The expert can change the review, and is told so.")
    help = _("Until the panel has met. What has been submitted does not count until the expert submits it again.")

    def allowed(self) -> bool:
        allowed = super().allowed()
        if allowed and not (verdict := openable(self.review)):
            raise Refused(verdict)
        return allowed

    def make_form(self, data: Any = None, files: Any = None) -> OpenAgainForm:
        return OpenAgainForm(data)

    def carry_out(self, form: Any) -> None:
        open_again(review=self.review, by=self.person, **form.cleaned_data)

    def where_next(self) -> str:
        return self.home()


class SeenAsPage(OfReview):
    """Exactly what this reviewer sees after the declaration, made by the same function as their own page. Without their scores."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        return review_page(request, _unwritten(self.review), preview=True)


def _unwritten(review: Review) -> Review:
    """The review as its reviewer has it when nothing is filled in."""
    criteria = review.application.call.criteria.all()
    review.__dict__["marks"] = {one.key: Score(review=review, criterion=one) for one in criteria}
    review.comment, review.abstained, review.submitted_at = "", False, None
    return review


class ConsensusPage(OfApplication, CaseFormView):
    title = _("What the panel agrees on")
    button = _("Save")
    done = _("The panel’s word is kept, beside the reviews.")
    help = _(
        "After this no review of the application is added. A new meeting makes a new text, and the earlier ones are kept."
    )

    def allowed(self) -> bool:
        allowed = super().allowed()
        if allowed and not (verdict := can_agree(self.case)):
            raise Refused(verdict)
        return allowed

    def make_form(self, data: Any = None, files: Any = None) -> ConsensusForm:
        return ConsensusForm(data, application=self.case)

    def carry_out(self, form: Any) -> None:
        agree(application=self.case, text=form.cleaned_data["text"], points=form.points(), by=self.person)

    def where_next(self) -> str:
        return self.home()


class MapPage(OfCall):
    """Where the experts differ, before the panel meets: applications × criteria, those with the widest spread first."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require(self.allowed())
        page = page_of(by_spread(self.applications), request.GET.get("page"), PAGE)
        criteria, rows = disagreement(self.case, list(page))
        context = {"case": self.case, "criteria": criteria, "page": page, "rows": rows}
        return render(request, "fund/review/map.html", context)
