"""The way of a challenge: written, announced, answered. Whether it is open is a matter of time, and no step."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from ideas import forms
from ideas.actions import challenging
from ideas.models import Challenge
from ideas.rules import has_closed
from ideas.states import ChallengeState as S
from portal.cases.flow import Flow, Move, Step, days
from portal.cases.forms import ReasonForm
from portal.cases.rules import complete
from portal.cases.states import Direction
from portal.cases.who import OWNER

CHALLENGER = replace(OWNER, key="challenger", label=_("the owner of the challenge"))
RUNS = replace(OWNER | Challenge.handled_by, label=_("the owner of the challenge"))
"""Its owner, and where that is nobody any more the innovation leads of its unit and the coordinators."""


class ChallengeFlow(Flow):
    """What is announced does not change but for a later closing, so that all who answer have answered the same question (B43-6)."""

    model, states, start = Challenge, S, S.DRAFT
    ends = (S.ANSWERED, S.CANCELLED)
    good = (S.ANSWERED,)
    trail = (
        Step(_("Write"), S.DRAFT),
        Step(_("Take answers"), S.ANNOUNCED),
        Step(_("Say what became of them"), S.ANSWERED, S.CANCELLED),
    )
    due = {S.ANNOUNCED: days(challenging.SETTLED_WITHIN)}
    awaits = {S.ANNOUNCED: CHALLENGER}

    announce = Move(
        label=_("Announce"), done=_("Announced"), source=(S.DRAFT,), target=S.ANNOUNCED, by=OWNER, needs=(complete,),
        form=forms.AnnounceForm, effect=challenging.announce, diary=Direction.DRAWN_UP, style="primary",
        help=_("Everyone on the internet can then read it, and answer it while it is open. The question cannot be changed afterwards."),
    )  # fmt: skip
    extend = Move(
        label=_("Close it later"), done=_("Closes later"), source=(S.ANNOUNCED,), target=None, by=RUNS, form=forms.ExtendForm,
        effect=challenging.extend, tell=(OWNER,), diary=Direction.DRAWN_UP,
    )  # fmt: skip
    settle = Move(
        label=_("Say what became of the answers"), done=_("Settled"), source=(S.ANNOUNCED,), target=S.ANSWERED, by=RUNS,
        needs=(has_closed,), form=forms.SettleForm, effect=challenging.settle, tell=(OWNER,), diary=Direction.OUT,
        style="primary",
        help=_("All who answered are told, once. Each answer also goes its own way, as an idea or a suggestion."),
    )  # fmt: skip
    cancel = Move(
        label=_("Call off"), done=_("Called off"), source=(S.ANNOUNCED,), target=S.CANCELLED, by=RUNS, form=ReasonForm,
        effect=challenging.cancel, tell=(OWNER,), diary=Direction.OUT, style="danger",
        help=_("All who answered are told why. Their ideas and suggestions go on as others do."),
    )  # fmt: skip
