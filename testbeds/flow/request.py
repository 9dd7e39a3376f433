"""The way of a request: asked, reviewed by the host, agreed, booked, tested, decided, followed up (B44-1, B44-3, B4-9a)."""

from django.utils.translation import gettext_lazy as _

from portal.cases.flow import Flow, Move, Step, days, months, workdays
from portal.cases.forms import OptionalReasonForm, ReasonForm
from portal.cases.kinds import Kind, register
from portal.cases.rules import complete, considered
from portal.cases.states import Direction
from portal.cases.who import AUTHOR, OWNER
from testbeds.actions.telling import VERBS
from testbeds.models import HOST, TestRequest
from testbeds.rules.agreeing import agreed, has_time
from testbeds.states import TestState as S

ANSWERED_WITHIN = 10
"""Working days to the first answer, where the testbed promises nothing else."""


class TestFlow(Flow):
    """Nothing is tested before the agreement is in force, and no test ends without a decision (B4-9a, B44-3)."""

    __test__ = False

    model, states, start = TestRequest, S, S.DRAFT
    ends = (S.CLOSED, S.STOPPED, S.DECLINED, S.WITHDRAWN)
    good = (S.CLOSED, S.STOPPED)
    trail = (
        Step(_("Write"), S.DRAFT, S.COMPLETING),
        Step(_("First answer"), S.SUBMITTED),
        Step(_("The host’s review"), S.REVIEW, S.DECLINED, S.WITHDRAWN),
        Step(_("Agreement and time"), S.CONDITIONAL, S.BOOKED),
        Step(_("Test"), S.RUNNING, S.RESULT_DUE),
        Step(_("Result and decision"), S.WEIGHING, S.STOPPED),
        Step(_("Follow-up"), S.FOLLOWED, S.CLOSED),
    )
    due = {
        S.SUBMITTED: workdays(ANSWERED_WITHIN),
        S.COMPLETING: days(30),
        S.REVIEW: workdays(15),
        S.CONDITIONAL: days(60),
        S.BOOKED: days(180),
        S.RUNNING: days(180),
        S.RESULT_DUE: days(30),
        S.WEIGHING: workdays(20),
        S.FOLLOWED: months(6),
    }
    awaits = {
        S.SUBMITTED: HOST,
        S.COMPLETING: AUTHOR,
        S.REVIEW: HOST,
        S.CONDITIONAL: HOST,
        S.BOOKED: HOST,
        S.RUNNING: HOST,
        S.RESULT_DUE: AUTHOR,
        S.WEIGHING: HOST,
        S.FOLLOWED: HOST,
    }

    submit = Move(
        label=_("Send the request"), done=_("Request sent"), source=(S.DRAFT,), target=S.SUBMITTED, by=OWNER,
        needs=(complete, considered), tell=(AUTHOR, HOST), diary=Direction.IN, style="primary",
    )  # fmt: skip
    ask_completion = Move(
        label=_("Ask for more"), done=_("Sent back to be completed"), source=(S.SUBMITTED, S.REVIEW), target=S.COMPLETING, by=HOST,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    hand_in = Move(
        label=_("Send it again"), done=_("Sent again"), source=(S.COMPLETING,), target=S.SUBMITTED, by=AUTHOR,
        needs=(complete,), tell=(HOST,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    take_up = Move(
        label=_("Take it to review"), done=_("Taken to review"), source=(S.SUBMITTED,), target=S.REVIEW, by=HOST, tell=(AUTHOR,),
        style="primary",
    )  # fmt: skip
    say_yes = Move(
        label=_("Say yes, on conditions"), done=_("Yes, on conditions"), source=(S.REVIEW,), target=S.CONDITIONAL, by=HOST,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    decline = Move(
        label=_("Decline"), done=_("Declined"), source=(S.SUBMITTED, S.REVIEW, S.CONDITIONAL), target=S.DECLINED, by=HOST,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip
    book = Move(
        label=_("Book the times"), done=_("Booked"), source=(S.CONDITIONAL,), target=S.BOOKED, by=HOST, needs=(agreed, has_time),
        tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    begin = Move(
        label=_("Begin the test"), done=_("Test begun"), source=(S.BOOKED,), target=S.RUNNING, by=HOST, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    finish = Move(
        label=_("The test is over"), done=_("Test over"), source=(S.RUNNING,), target=S.RESULT_DUE, by=HOST, tell=(AUTHOR,),
        style="primary",
    )  # fmt: skip
    hand_in_result = Move(
        label=_("Hand in the result"), done=_("Result handed in"), source=(S.RESULT_DUE,), target=S.WEIGHING, by=AUTHOR,
        tell=(HOST,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    go_on = Move(
        label=_("Introduce or procure it"), done=_("Decided: it goes on"), source=(S.WEIGHING,), target=S.FOLLOWED, by=HOST,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    extend = Move(
        label=_("Test more"), done=_("Decided: test more"), source=(S.WEIGHING,), target=S.CONDITIONAL, by=HOST, form=ReasonForm,
        tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    stop = Move(
        label=_("Stop, with a lesson"), done=_("Stopped with a lesson"), source=(S.WEIGHING, S.RUNNING), target=S.STOPPED, by=HOST,
        form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    close = Move(
        label=_("Close the follow-up"), done=_("Followed up and closed"), source=(S.FOLLOWED,), target=S.CLOSED, by=HOST,
        form=ReasonForm, tell=(AUTHOR,), diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    withdraw = Move(
        label=_("Withdraw"), done=_("Withdrawn"),
        source=(S.SUBMITTED, S.COMPLETING, S.REVIEW, S.CONDITIONAL, S.BOOKED), target=S.WITHDRAWN, by=OWNER,
        form=OptionalReasonForm, tell=(HOST,), diary=Direction.IN, style="danger",
    )  # fmt: skip


register(
    Kind(
        key="test",
        flow=TestFlow,
        name=_("Request for a test"),
        plural=_("Requests for tests"),
        shows=("question", "baseline", "measure", "target", "maturity", "afterwards"),
        from_outside=True,
        verbs=VERBS,
    )
)
