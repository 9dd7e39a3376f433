"""An expert's pages: what they have before them, the declaration, and what was handed in beside their scores. Never the case."""

from itertools import groupby
from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import ListView

from fund.actions.reviewing import declare, save_review, submit_review
from fund.forms.review import MEANING, DeclareForm, ReviewForm, review_form
from fund.models import Review
from fund.reviewing.matching import hints_for
from fund.reviewing.reading import next_after, reviews_of
from fund.reviewing.rules import open_to_scores
from fund.sheet import WITH_SHEET, applicants, file_of, sheet_of
from portal.cases.errors import Refused
from portal.cases.queries.listing import CappedPaginator
from portal.cases.verdicts import Verdict
from portal.cases.views.base import CONFLICT, PersonView
from portal.cases.views.inside import handed_over
from portal.cases.views.writing import SavesItself

PAGE = 50


class MyReviews(PersonView, ListView[Review]):
    """The person's own reviews, those to be done first, and below them those of calls that are decided, with how it went."""

    template_name = "fund/review/mine.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        return reviews_of(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        parts = groupby(context["page_obj"].object_list, key=lambda review: bool(review.outcome))
        return {**context, "parts": [(decided, list(reviews)) for decided, reviews in parts]}


def review_page(request: HttpRequest, review: Review, form: ReviewForm | None = None, **more: Any) -> HttpResponse:
    """What a reviewer sees who has declared no conflict of interest; the fund officer's preview is this very page."""
    form = form or review_form(review)(instance=review)
    context = {
        "review": review,
        "call": review.application.call,
        "sheet": sheet_of(review),
        "form": form,
        "meaning": MEANING,
    }
    return render(
        request, "fund/review/score.html", {**context, **more}, status=CONFLICT if "conflicts" in more else 200
    )


class OwnReview(PersonView):
    """A page of one of the person's reviews; there is no such page for anyone else."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as answer:
            return self.refused(answer.verdict)

    @cached_property
    def review(self) -> Review:
        mine = Review.objects.readable_by(self.person).with_outcome()
        found = mine.select_related(*WITH_SHEET).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def refused(self, verdict: Verdict) -> HttpResponse:
        messages.warning(self.request, " ".join(map(str, verdict.reasons)))
        return redirect(reverse("fund:review", args=[self.review.pk]))

    def next_address(self) -> str:
        found = next_after(self.review, self.person)
        return reverse("fund:review", args=[found.pk]) if found else reverse("fund:reviews")


class ReviewPage(OwnReview, SavesItself):
    """First the declaration, then the application beside its scores, and when it is submitted one's own review to read."""

    template_name: ClassVar[str] = "fund/review/score.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.review.conflict is None:
            return declaration_page(request, self.review, DeclareForm())
        if self.review.conflict:
            context = {"review": self.review, "next": next_after(self.review, self.person)}
            return render(request, "fund/review/closed.html", context)
        return self.show(self.make_form(self.review))

    def allowed(self) -> bool:
        """Raises Refused for who has not declared or has a conflict of interest: a form that comes back shows the application."""
        if not (verdict := open_to_scores(self.review)):
            raise Refused(verdict)
        return True

    def row(self) -> Review:
        return self.review

    def make_form(self, row: Any, data: Any = None) -> ReviewForm:
        return review_form(row)(data, instance=row)

    def save(self, form: Any) -> Review:
        return save_review(review=self.review, values=form.touched, version=form.seen, keep=form.kept)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, **kwargs)
        except Refused as refusal:
            return self.told_script(refusal.verdict) or self.lacking(refusal.verdict)

    def after_saving(self) -> str:
        if self.request.POST["go_on"] == "submit":
            submit_review(review=self.review, sure="sure" in self.request.POST)
            messages.success(self.request, _("The review is submitted. Thank you."))
        return self.next_address()

    def lacking(self, verdict: Verdict) -> HttpResponse:
        """What was written is saved; what is missing is said at each field."""
        if not all(reason.field for reason in verdict.reasons):
            return self.refused(verdict)
        fresh = Review.objects.select_related(*WITH_SHEET).get(pk=self.review.pk)
        made = self.make_form(fresh)
        form = self.make_form(fresh, {**self.request.POST.dict(), "version": made.token, "keep": ""})
        for reason in verdict.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, str(reason))
        return self.show(form)

    def show(self, form: Any, **more: Any) -> HttpResponse:
        return review_page(self.request, self.review, form, **more)


def declaration_page(request: HttpRequest, review: Review, form: DeclareForm, *, opened: bool = False) -> HttpResponse:
    """Where reviewers learn who applies, they read it here: otherwise they could not tell. Nothing else of the application is shown."""
    call = review.application.call
    known = [] if call.anonymous else applicants(review.application)
    hints = hints_for(review)
    context = {"review": review, "call": call, "form": form, "applicants": known, "hints": hints, "opened": opened}
    return render(request, "fund/review/declare.html", context)


class ReviewFile(OwnReview):
    """A file that was handed in with the application, for a reviewer who has declared no conflict of interest; otherwise there is none."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        document = file_of(self.review, kwargs["sha256"]) if self.review.conflict is False else None
        if document is None:
            raise Http404
        return handed_over(document)


class DeclarePage(OwnReview):
    """The declaration, before anything is shown; and again for who finds a conflict of interest later."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.review.conflict is None or self.review.conflict:
            return redirect("fund:review", pk=self.review.pk)
        return declaration_page(request, self.review, DeclareForm(initial={"conflict": "yes"}), opened=True)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = DeclareForm(request.POST)
        if not form.is_valid():
            return declaration_page(request, self.review, form, opened=self.review.conflict is False)
        declare(review=self.review, **form.cleaned_data)
        return redirect("fund:review", pk=self.review.pk)
