"""Challenges: what everyone reads at ``/utmaningar/``, and how one is begun and written."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, ListView

from ideas.actions.challenging import begin_challenge
from ideas.forms.challenging import ChallengeDraftForm
from ideas.models import Challenge, Need
from ideas.panels import became_label, counted
from ideas.queries.challenging import answers_for, published_answers
from ideas.rules import gathers, takes_answers
from ideas.states import ChallengeState
from portal.accounts.models import User
from portal.cases.lines import CaseList
from portal.cases.models import Case
from portal.cases.queries.listing import CappedPaginator
from portal.cases.verdicts import Verdict
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit

CRUMBS = [{"label": gettext_lazy("Challenges"), "url": "/utmaningar/"}]
PAGE = 20


class ChallengeList(ListView[Challenge]):
    """Those that are open first, then those to come and those that have been."""

    template_name = "ideas/challenges/list.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        told = Challenge.objects.told_openly().exclude(state=ChallengeState.CANCELLED)
        return told.select_related("unit").open_first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(gathers=may_gather(self.request), **kwargs)


class ChallengePage(DetailView[Challenge]):
    """One challenge: the question, how to answer it, the answers that the reader may see, and what became of them."""

    template_name = "ideas/challenges/page.html"
    context_object_name = "challenge"

    def get_queryset(self) -> Any:
        return Challenge.objects.told_openly().select_related("unit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        challenge, person = self.object, cast(User, self.request.user)
        seen = answers_for(challenge, person)
        told = [one for one in published_answers(challenge) if one.pk not in {answer.pk for answer in seen}]
        return super().get_context_data(
            crumbs=CRUMBS,
            open=bool(takes_answers(challenge)),
            answers=CaseList(seen),
            told=[(one, became_label(one.became)) for one in told],
            counted=counted([*seen, *told]),
            **kwargs,
        )


class BeginChallenge(BeginView):
    """For innovation leads and coordinators. ``?behov=<id>`` begins from a need."""

    model = Challenge

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not gathers(self.person):
            raise PermissionDenied(_("Challenges are written by innovation leads and coordinators."))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def need(self) -> Need | None:
        asked = self.request.GET.get("behov", "")
        return get_object_or_404(Need, pk=int(asked)) if asked.isdecimal() else None

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.need.sentence[:200]} if self.need else {}

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Challenge:
        return begin_challenge(owner=self.person, unit=unit, need=self.need, title=values["title"])


class WriteChallenge(WriteView):
    form_class = ChallengeDraftForm
    template_name = "ideas/challenges/write.html"


def may_gather(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and gathers(request.user)


def warn(request: HttpRequest, verdict: Verdict) -> None:
    """Say on the next page why the challenge takes no answers now."""
    for reason in verdict.reasons:
        messages.warning(request, str(reason))
