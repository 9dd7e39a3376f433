"""Pages for suggestions. Those for residents need no account; who has left a suggestion comes back with number and code."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from django_filters.views import FilterView

from ideas.actions.receiving import Letter, receive_suggestion
from ideas.filters import PublicFilter, SuggestionFilter
from ideas.forms.suggesting import ReplyForm, SuggestionForm
from ideas.models import Challenge, Settlement, Suggestion
from ideas.queries.similar import similar_published
from ideas.queries.suggestions import fingerprint, published
from ideas.rules import takes_answers
from ideas.states import Sender
from ideas.tables import SuggestionTable
from ideas.views.challenges import warn
from ideas.words import what_became
from portal.cases.actions.messages import send_message
from portal.cases.actions.receipts import code_for
from portal.cases.errors import Refused
from portal.cases.forms.receipt import ReceiptForm
from portal.cases.models import Message
from portal.cases.queries.finding import reference_in
from portal.cases.states import Audience
from portal.cases.text import clean_text
from portal.cases.views.lists import AllCases
from portal.cases.views.page import trail_of
from portal.cases.views.receipts import FollowView
from portal.cases.views.similar import MOST_READ
from portal.throttle import over_limit

RECEIPT = "suggestion_receipt"
FOLLOWED = "suggestions_followed"
"""Keys of the session: the suggestion just sent, and those whose code has been shown here."""
CRUMBS = [{"label": gettext_lazy("Suggestions"), "url": "/forslag/"}]
HOUR = 60 * 60
PUBLIC_PAGE = 20


class PublicList(FilterView):
    """What residents have suggested and what became of it, as far as it has been published; and the way to the form."""

    template_name = "ideas/suggestions/public.html"
    filterset_class = PublicFilter
    paginate_by = PUBLIC_PAGE
    strict = False

    def get_queryset(self) -> Any:
        return published()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = list(context["page_obj"])
        became = what_became(shown)
        query = self.request.GET.copy()
        query.pop("page", None)
        items = [(suggestion, became[suggestion.pk]) for suggestion in shown]
        return {**context, "items": items, "query": f"{query.urlencode()}&" if query else ""}


class LeaveSuggestion(FormView[SuggestionForm]):
    """The form. When something stands in the way, it comes back with a sentence and with everything that was written.

    ``?utmaning=<id>`` answers a challenge. One that has closed meanwhile takes no answer; what was written goes on as a suggestion.
    """

    form_class = SuggestionForm
    template_name = "ideas/suggestions/leave.html"
    extra_context = {"crumbs": CRUMBS}

    @cached_property
    def challenge(self) -> Challenge | None:
        asked = self.request.GET.get("utmaning", "")
        return get_object_or_404(Challenge.objects.told_openly(), pk=int(asked)) if asked.isdecimal() else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.challenge and not (verdict := takes_answers(self.challenge)):
            warn(request, verdict)
            return redirect(self.challenge.public_url)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show_similar(request) if "similar" in request.POST else super().post(request, *args, **kwargs)

    def show_similar(self, request: HttpRequest) -> HttpResponse:
        """What everyone may read that is like what is written so far: as a part of the page, or without script as the page."""
        text = clean_text(request.POST.get("proposal", "")).replace("\0", "")[:MOST_READ]
        found = similar_published(text, answering=self.challenge.pk if self.challenge else 0)
        if request.headers.get("HX-Request"):
            return render(request, "ideas/parts/similar.html", {"items": found})
        written = {name: request.POST.get(name, "") for name in self.form_class.base_fields}
        form = self.form_class(initial=written)
        return self.render_to_response(self.get_context_data(form=form, items=found, looked=True))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(challenge=self.challenge, **{"looked": False, "items": (), **kwargs})

    def form_invalid(self, form: SuggestionForm) -> HttpResponse:
        return redirect("suggestions:receipt") if self.was_sent(form) else super().form_invalid(form)

    def was_sent(self, form: SuggestionForm) -> bool:
        """The same browser has just sent the same text: somebody pressed the button twice."""
        sent = self.request.session.get(RECEIPT)
        text = form.cleaned_data.get("proposal", "")
        return bool(sent and text and Suggestion.objects.filter(pk=sent, fingerprint=fingerprint(text)).exists())

    def form_valid(self, form: SuggestionForm) -> HttpResponse:
        if over_limit(self.request, action="suggestion", most=settings.SUGGESTION_LIMIT_PER_HOUR, seconds=HOUR):
            form.add_error(
                None,
                _(
                    "Many suggestions have come from where you are during the last hour. What you have written is still here. "
                    "Wait a while and send it again."
                ),
            )
            response = super().form_invalid(form)
            response.status_code = 429
            return response
        data = form.cleaned_data
        letter = Letter(
            proposal=form.words("proposal"), place=form.words("place"), sender=Sender(data["sender"]), area=data["area"]
        )
        try:
            suggestion, _code = receive_suggestion(letter=letter, email=data["email"], challenge=self.challenge)
        except Refused as too_late:
            warn(self.request, too_late.verdict)
            suggestion, _code = receive_suggestion(letter=letter, email=data["email"])
        self.request.session[RECEIPT] = suggestion.pk
        remember(self.request, suggestion)
        return redirect("suggestions:receipt")


class ReceiptPage(TemplateView):
    """Number and code, for as long as the browser that sent the suggestion stays open and has not gone on to follow it."""

    template_name = "ideas/suggestions/receipt.html"
    extra_context = {"crumbs": CRUMBS}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = Suggestion.objects.select_related("unit", "contact").filter(pk=request.session.get(RECEIPT, 0)).first()
        if sent is None:
            return redirect("suggestions:follow")
        response = self.render_to_response(
            self.get_context_data(case=sent, code=code_for(sent.pk), email=sent.contact.email, **kwargs)
        )
        response["Cache-Control"] = "no-store"
        return response


class FollowPage(FollowView):
    """The way back to a suggestion."""

    model = Suggestion
    template_name = "ideas/suggestions/follow.html"
    extra_context = {"crumbs": CRUMBS}

    def get_initial(self) -> dict[str, Any]:
        return {"reference": self.request.GET.get("nummer", "")[:40]}

    def found(self, form: ReceiptForm, case: Suggestion) -> HttpResponse:
        remember(self.request, case)
        return redirect("suggestions:followed", key=case.key)


class FollowedPage(FormView[ReplyForm]):
    """The author's view of one suggestion, for a browser that has shown its code: how far it has come, the answer, messages."""

    form_class = ReplyForm
    template_name = "ideas/suggestions/followed.html"
    extra_context = {"crumbs": CRUMBS}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.suggestion is None:
            return redirect(reverse("suggestions:follow") + f"?nummer={kwargs['key']}")
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    @cached_property
    def suggestion(self) -> Suggestion | None:
        """By number, among those that this browser has shown the code of; None, too, for a number that does not exist."""
        followed = self.request.session.get(FOLLOWED, [])
        mine = Suggestion.objects.select_related("unit", "holder", "area").filter(pk__in=followed)
        return mine.filter(reference=reference_in(self.kwargs["key"])).first()

    def form_valid(self, form: ReplyForm) -> HttpResponse:
        suggestion = cast(Suggestion, self.suggestion)
        send_message(case=suggestion, text=form.words("text"), audience=Audience.AUTHOR, person=None, from_author=True)
        messages.success(self.request, _("Your message has been sent."))
        return redirect("suggestions:followed", key=suggestion.key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        suggestion = cast(Suggestion, self.suggestion)
        return super().get_context_data(
            case=suggestion,
            trail=trail_of(suggestion.kind_info.flow, suggestion.state),
            became=what_became([suggestion])[suggestion.pk],
            settled=Settlement.objects.select_related("challenge").filter(case=suggestion.pk),
            said=list(Message.objects.filter(case=suggestion.pk, audience=Audience.AUTHOR).order_by("-at", "-pk")),
            **kwargs,
        )


class ForgetPage(View):
    """Leave nothing behind on a computer that others use."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        for key in (RECEIPT, FOLLOWED):
            request.session.pop(key, None)
        messages.success(
            request, _("This computer no longer shows your suggestion. With number and code you can come back.")
        )
        return redirect("suggestions:public")


class HandleList(AllCases):
    """Suggestions for those who handle them, the most urgent first."""

    kind = "suggestion"
    order = ("due_at", "-opened_at", "-pk")
    table_class = SuggestionTable
    filterset_class = SuggestionFilter
    template_name = "ideas/suggestions/handle.html"


def remember(request: HttpRequest, suggestion: Suggestion) -> None:
    """Let this browser follow the suggestion until it is closed or told to forget."""
    followed = request.session.get(FOLLOWED, [])
    request.session[FOLLOWED] = [*(pk for pk in followed if pk != suggestion.pk), suggestion.pk]
