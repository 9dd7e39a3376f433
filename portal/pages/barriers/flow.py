"""How a report moves."""

from django.utils.translation import gettext_lazy as _

from portal.cases.flow import Flow, Move, Step, workdays
from portal.cases.forms import ReasonForm
from portal.cases.kinds import Kind, register
from portal.cases.rules import complete
from portal.cases.states import Direction
from portal.cases.who import OWNER, VISITOR
from portal.pages.barriers.actions import note_route
from portal.pages.barriers.forms import PassOnForm, RefuseForm
from portal.pages.barriers.models import COORDINATOR, Barrier
from portal.pages.barriers.rules import is_request
from portal.pages.barriers.states import BarrierState as S


class BarrierFlow(Flow):
    """A report is answered as soon as possible (13 §)."""

    model, states, start = Barrier, S, S.DRAFT
    ends = (S.ANSWERED, S.REFUSED, S.PASSED_ON)
    trail = (Step(_("Write"), S.DRAFT), Step(_("Received"), S.RECEIVED), Step(_("Answered"), *ends))
    due = {S.RECEIVED: workdays(10)}
    awaits = {S.RECEIVED: COORDINATOR}

    receive = Move(
        label=_("Send"), done=_("Report of a barrier received"), source=(S.DRAFT,), target=S.RECEIVED, by=VISITOR,
        needs=(complete,), tell=(OWNER, COORDINATOR), diary=Direction.IN, style="primary",
    )  # fmt: skip
    answer = Move(
        label=_("Answer"), done=_("Answered"), source=(S.RECEIVED,), target=S.ANSWERED, by=COORDINATOR,
        form=ReasonForm, tell=(OWNER,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    pass_on = Move(
        label=_("Belongs to someone else"), done=_("Passed on to someone else"), source=(S.RECEIVED,), target=S.PASSED_ON,
        by=COORDINATOR, form=PassOnForm, effect=note_route, tell=(OWNER,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    refuse = Move(
        label=_("Refuse the request"), done=_("Request refused"), source=(S.RECEIVED,), target=S.REFUSED, by=COORDINATOR,
        needs=(is_request,), form=RefuseForm, tell=(OWNER,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip


register(
    Kind(
        key="barrier",
        flow=BarrierFlow,
        name=_("Barrier report"),
        plural=_("Barrier reports"),
        follow_url="pages:barrier_follow",
        shows=("place", "description", "aid", "is_request"),
    )
)
