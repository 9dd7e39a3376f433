"""How ideas and suggestions move."""

from django.utils.translation import gettext_lazy as _

from ideas.models import AUTHOR, LEAD, Idea
from ideas.rules import complete, invention_answered
from ideas.states import IdeaState as S
from portal.cases.flow import Flow, Move, Step, days, months
from portal.cases.forms import ReasonForm
from portal.cases.kinds import Kind, register
from portal.cases.rules import considered
from portal.cases.states import Direction
from portal.cases.who import OWNER


class IdeaFlow(Flow):
    model, states, start = Idea, S, S.DRAFT
    ends = (S.DECLINED, S.LASTING, S.ENDED, S.CLOSED, S.WITHDRAWN)
    trail = (
        Step(_("Write"), S.DRAFT),
        Step(_("Assess"), S.SUBMITTED, S.ASSESSING, S.RETURNED, S.DECLINED, S.WITHDRAWN),
        Step(_("Decide"), S.ACCEPTED),
        Step(_("Try"), S.TRYING, S.EVALUATED, S.CLOSED),
        Step(_("Introduce"), S.INTRODUCED),
        Step(_("Lasting use"), S.LASTING, S.ENDED),
    )
    due = {
        S.SUBMITTED: days(14),
        S.ASSESSING: days(30),
        S.RETURNED: days(30),
        S.ACCEPTED: days(90),
        S.TRYING: days(180),
        S.EVALUATED: days(60),
        S.INTRODUCED: months(12),
    }
    awaits = {
        S.SUBMITTED: LEAD,
        S.ASSESSING: LEAD,
        S.RETURNED: AUTHOR,
        S.ACCEPTED: LEAD,
        S.TRYING: LEAD,
        S.EVALUATED: LEAD,
        S.INTRODUCED: LEAD,
    }

    submit = Move(
        label=_("Submit"), done=_("Submitted"), source=(S.DRAFT,), target=S.SUBMITTED, by=OWNER, style="primary",
        needs=(invention_answered, complete), tell=(OWNER, LEAD), diary=Direction.IN,
    )  # fmt: skip
    take_up = Move(
        label=_("Start assessing"), done=_("Assessment begun"), source=(S.SUBMITTED,), target=S.ASSESSING,
        by=LEAD & ~OWNER, tell=(OWNER,), style="primary",
    )  # fmt: skip
    send_back = Move(
        label=_("Ask the author to complete it"), done=_("Sent back to the author"), source=(S.ASSESSING,), target=S.RETURNED,
        by=LEAD & ~OWNER, form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    hand_in = Move(
        label=_("Hand in again"), done=_("Handed in again"), source=(S.RETURNED,), target=S.ASSESSING,
        by=OWNER, needs=(complete,), tell=(LEAD,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    accept = Move(
        label=_("Accept"), done=_("Accepted"), source=(S.ASSESSING,), target=S.ACCEPTED, by=LEAD & ~OWNER,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    decline = Move(
        label=_("Do not take further"), done=_("Not taken further"), source=(S.ASSESSING,), target=S.DECLINED,
        by=LEAD & ~OWNER, form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip
    try_out = Move(
        label=_("Start trying"), done=_("Trial begun"), source=(S.ACCEPTED,), target=S.TRYING, by=LEAD,
        needs=(considered,), tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    evaluate = Move(
        label=_("Report the result"), done=_("Evaluated"), source=(S.TRYING,), target=S.EVALUATED, by=LEAD,
        form=ReasonForm, tell=(AUTHOR,), diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    introduce = Move(
        label=_("Introduce"), done=_("Introduced"), source=(S.EVALUATED,), target=S.INTRODUCED, by=LEAD,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    confirm_lasting = Move(
        label=_("Still in use"), done=_("In lasting use"), source=(S.INTRODUCED,), target=S.LASTING, by=LEAD,
        form=ReasonForm, tell=(AUTHOR,), diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    end_use = Move(
        label=_("No longer in use"), done=_("No longer used"), source=(S.INTRODUCED,), target=S.ENDED, by=LEAD,
        form=ReasonForm, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
    )  # fmt: skip
    close = Move(
        label=_("Close with a lesson"), done=_("Closed with a lesson"), source=(S.ACCEPTED, S.TRYING, S.EVALUATED),
        target=S.CLOSED, by=LEAD, form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    withdraw = Move(
        label=_("Withdraw"), done=_("Withdrawn"), source=(S.SUBMITTED, S.ASSESSING, S.RETURNED), target=S.WITHDRAWN,
        by=OWNER, tell=(LEAD,), diary=Direction.IN, style="danger",
    )  # fmt: skip


register(
    Kind(key="idea", flow=IdeaFlow, name=_("Idea"), plural=_("Ideas"), shows=("need", "solution", "type", "origin"))
)
