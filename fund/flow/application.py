"""The way of an application: written, handed in, signed, screened, reviewed, decided; and of the project that comes of it."""

from django.utils.translation import gettext_lazy as _

from fund import panels
from fund.actions import applying, deciding
from fund.forms import moves as forms
from fund.models import FUND_OFFICER, MANAGER, Application
from fund.rules import (
    all_settled,
    answered,
    call_shut,
    call_takes,
    enough_free,
    has_manager,
    receivable,
    ruled,
    signed,
    time_to_sign,
    unsigned,
    within_pages,
)
from fund.states import ApplicationState as S
from fund.states import Outcome
from fund.taking_out import rows_of
from portal.cases.flow import Flow, Move, Step, days, months, workdays
from portal.cases.forms import OptionalReasonForm, ReasonForm
from portal.cases.kinds import Kind, Panel, register
from portal.cases.rules import complete, considered
from portal.cases.states import Direction
from portal.cases.who import AUTHOR, OWNER, SYSTEM

WRITTEN = (complete, answered, considered, call_takes, within_pages, has_manager)


class ApplicationFlow(Flow):
    """What is handed in can be changed until the call closes; then what was handed in last stands (B43-5, domain §8)."""

    model, states, start = Application, S, S.DRAFT
    ends = (S.CLOSED, S.STOPPED, S.DECLINED, S.DISMISSED, S.WITHDRAWN)
    good = (S.CLOSED,)
    trail = (
        Step(_("Write"), S.DRAFT, S.REVISING),
        Step(_("Manager’s approval"), S.SUBMITTED),
        Step(_("Formal requirements"), S.APPROVED, S.SCREENING, S.DISMISSED),
        Step(_("Expert review"), S.REVIEW),
        Step(_("Decision"), S.RESERVE, S.GRANTED, S.DECLINED, S.WITHDRAWN),
        Step(_("Project"), S.RUNNING, S.STOPPED),
        Step(_("Effect"), S.FOLLOWED, S.CLOSED),
    )
    due = {
        S.SUBMITTED: days(7),
        S.REVISING: days(7),
        S.APPROVED: workdays(applying.SCREENED_WITHIN),
        S.SCREENING: workdays(applying.SCREENED_WITHIN),
        S.REVIEW: days(90),
        S.RESERVE: days(180),
        S.GRANTED: days(30),
        S.RUNNING: days(365),
        S.FOLLOWED: months(12),
    }
    awaits = {
        S.SUBMITTED: MANAGER,
        S.REVISING: AUTHOR,
        S.APPROVED: FUND_OFFICER,
        S.SCREENING: FUND_OFFICER,
        S.REVIEW: FUND_OFFICER,
        S.RESERVE: FUND_OFFICER,
        S.GRANTED: OWNER,
        S.RUNNING: AUTHOR,
        S.FOLLOWED: AUTHOR,
    }

    # ── Handing in ──
    submit = Move(
        label=_("Hand in"), done=_("Handed in"), source=(S.DRAFT,), target=S.SUBMITTED, by=OWNER, needs=WRITTEN,
        effect=applying.hand_in, tell=(AUTHOR, MANAGER), diary=Direction.IN, style="primary",
        help=_("Your manager is asked to approve it. You can change it until the call closes."),
    )  # fmt: skip
    revise = Move(
        label=_("Change it"), done=_("Taken back to be changed"), source=(S.SUBMITTED, S.APPROVED), target=S.REVISING, by=AUTHOR,
        needs=(call_takes,), effect=applying.take_back,
        help=_("If you do not hand it in again before the call closes, what you handed in last stands."),
    )  # fmt: skip
    resubmit = Move(
        label=_("Hand in again"), done=_("Handed in again"), source=(S.REVISING,), target=S.SUBMITTED, by=OWNER, needs=WRITTEN,
        effect=applying.hand_in, tell=(AUTHOR, MANAGER), diary=Direction.IN, style="primary",
        help=_("Your manager is asked to approve the new text."),
    )  # fmt: skip
    keep = Move(
        label=_("Let what was handed in stand"), done=_("The call closed: what was handed in last stands"), source=(S.REVISING,),
        target=S.SUBMITTED, by=SYSTEM, needs=(call_shut,), effect=applying.keep, tell=(AUTHOR,),
    )  # fmt: skip
    sign = Move(
        label=_("Approve"), done=_("Approved by the manager"), source=(S.SUBMITTED,), target=S.APPROVED, by=MANAGER,
        needs=(unsigned, time_to_sign), form=forms.SignForm, effect=applying.sign, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    refuse_to_sign = Move(
        label=_("Do not approve"), done=_("Not approved by the manager"), source=(S.SUBMITTED,), target=None, by=MANAGER,
        needs=(unsigned, time_to_sign), form=ReasonForm, effect=applying.refuse_to_sign, tell=(AUTHOR,),
        help=_("The author can change the application and hand it in again, as long as the call is open."),
    )  # fmt: skip
    receive = Move(
        label=_("Take it to be screened"), done=_("Received: the call has closed"), source=(S.SUBMITTED, S.APPROVED),
        target=S.SCREENING, by=SYSTEM, needs=(receivable,), tell=(AUTHOR,),
    )  # fmt: skip
    withdraw = Move(
        label=_("Withdraw"), done=_("Withdrawn"), source=(S.SUBMITTED, S.APPROVED, S.REVISING, S.SCREENING, S.REVIEW, S.RESERVE),
        target=S.WITHDRAWN, by=OWNER, form=OptionalReasonForm, tell=(FUND_OFFICER,), diary=Direction.IN, style="danger",
    )  # fmt: skip

    # ── Weighing ──
    pass_on = Move(
        label=_("Pass on to review"), done=_("Passed on to review"), source=(S.SCREENING,), target=S.REVIEW, by=FUND_OFFICER,
        needs=(signed,), form=forms.ScreenForm, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    dismiss = Move(
        label=_("Dismiss"), done=_("Dismissed"), source=(S.SCREENING,), target=S.DISMISSED, by=FUND_OFFICER, form=ReasonForm,
        tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
        help=_("For an application that does not meet the terms of the call. The author reads your reason."),
    )  # fmt: skip
    grant = Move(
        label=_("Grant"), done=_("Granted"), source=(S.REVIEW,), target=S.GRANTED, by=FUND_OFFICER,
        needs=(ruled((Outcome.GRANT, Outcome.PART)),), effect=deciding.grant, tell=(AUTHOR, MANAGER), mandatory=True,
        diary=Direction.OUT,
    )  # fmt: skip
    put_in_reserve = Move(
        label=_("Put on the reserve list"), done=_("Put on the reserve list"), source=(S.REVIEW,), target=S.RESERVE, by=FUND_OFFICER,
        needs=(ruled((Outcome.RESERVE,)),), tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    decline = Move(
        label=_("Decline"), done=_("Declined"), source=(S.REVIEW,), target=S.DECLINED, by=FUND_OFFICER,
        needs=(ruled((Outcome.DECLINE,)),), tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    move_up = Move(
        label=_("Grant from the reserve list"), done=_("Granted from the reserve list"), source=(S.RESERVE,), target=S.GRANTED,
        by=FUND_OFFICER, needs=(enough_free,), form=forms.DecideForm, effect=deciding.grant, tell=(AUTHOR, MANAGER),
        mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    let_go = Move(
        label=_("Decline: the money did not suffice"), done=_("Declined: the money did not suffice"), source=(S.RESERVE,),
        target=S.DECLINED, by=FUND_OFFICER, form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip

    # ── The project ──
    agree = Move(
        label=_("Accept the grant"), done=_("Grant accepted"), source=(S.GRANTED,), target=S.RUNNING, by=OWNER, form=forms.AgreeForm,
        tell=(FUND_OFFICER,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    refuse_grant = Move(
        label=_("Do not accept the grant"), done=_("Grant not accepted"), source=(S.GRANTED,), target=S.WITHDRAWN, by=OWNER,
        form=OptionalReasonForm, effect=deciding.revoke, tell=(FUND_OFFICER,), diary=Direction.IN, style="danger",
        help=_("The money goes to the next on the reserve list."),
    )  # fmt: skip
    finish = Move(
        label=_("Finish the project"), done=_("Project finished"), source=(S.RUNNING,), target=S.FOLLOWED, by=FUND_OFFICER,
        form=OptionalReasonForm, effect=deciding.give_back, tell=(AUTHOR,), diary=Direction.DRAWN_UP, style="primary",
        help=_("What is reserved and not paid is returned to the fund. The effect is asked about after twelve months."),
    )  # fmt: skip
    stop = Move(
        label=_("Stop the project"), done=_("Project stopped"), source=(S.RUNNING,), target=S.STOPPED, by=FUND_OFFICER,
        form=forms.LessonForm, effect=deciding.give_back, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip
    follow_up = Move(
        label=_("Tell of the effect"), done=_("Effect told of"), source=(S.FOLLOWED,), target=S.CLOSED, by=AUTHOR, needs=(all_settled,),
        form=forms.EffectForm, tell=(FUND_OFFICER,), diary=Direction.IN, style="primary",
    )  # fmt: skip


register(
    Kind(
        key="application",
        flow=ApplicationFlow,
        name=_("Application to the Innovation Fund"),
        plural=_("Applications to the Innovation Fund"),
        url_name="fund:applications",
        write_url="fund:write",
        start_url="fund:begin",
        start_from=_("Apply to the Innovation Fund"),
        shows=("call", "project", "amount"),
        panels=(
            Panel("fund/panels/application.html", Application.seen_by, panels.application_panel),
            Panel("fund/outcome/result.html", Application.seen_by, panels.result_panel),
        ),
        technical=("answers", "pages_version"),
        keeps_rows=rows_of,
    )
)
