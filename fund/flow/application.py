"""The way of an application: written, handed in, signed, screened, reviewed, decided; and of the project that comes of it."""

from typing import cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fund import panels
from fund.actions import applying, calling, deciding, granting, screening
from fund.attached import handed_in_documents
from fund.forms import granting as grant_forms
from fund.forms import moves as forms
from fund.models import FUND_OFFICER, MANAGER, PROJECT, PROJECT_OWNER, Application
from fund.queries import rows_of_application, waited_for
from fund.results import results_of
from fund.reviewing.reading import said_by
from fund.rules.applying import (
    answered,
    call_shut,
    call_takes,
    has_manager,
    kind_taken,
    pages_counted,
    receivable,
    signed,
    time_to_sign,
    unsigned,
    within_pages,
    works_here,
)
from fund.rules.granting import (
    EFFECT_AFTER,
    a_year_on,
    all_paid,
    all_settled,
    approved_to_pay,
    change_free,
    change_waits,
    enough_free,
    final_approved,
    in_its_year,
    report_approved,
    report_waits,
    report_wanted,
    room_to_plan,
    ruled,
    something_paid,
    something_to_drop,
)
from fund.rules.screening import undecided_call
from fund.states import ApplicationState as S
from fund.states import Outcome
from portal.cases.flow import Flow, Move, Step, days, months, workdays
from portal.cases.forms import OptionalReasonForm, ReasonForm
from portal.cases.kinds import Kind, Panel, register
from portal.cases.models import Case
from portal.cases.rules import complete, considered
from portal.cases.states import Direction
from portal.cases.who import AUTHOR, OWNER, SYSTEM

WRITTEN = (complete, kind_taken, answered, considered, call_takes, works_here, within_pages, has_manager)


class ApplicationFlow(Flow):
    """What is handed in can be changed until the call closes; then what was handed in last stands (B43-5, domain §8)."""

    model, states, start = Application, S, S.DRAFT
    ends = (S.CLOSED, S.STOPPED, S.DECLINED, S.DISMISSED, S.WITHDRAWN, S.CALLED_OFF)
    good = (S.CLOSED,)
    unopened = (S.SUBMITTED, S.REVISING, S.APPROVED, S.SCREENING, S.REVIEW)
    trail = (
        Step(_("Write"), S.DRAFT, S.REVISING),
        Step(_("Manager’s approval"), S.SUBMITTED),
        Step(_("Screening"), S.APPROVED, S.SCREENING, S.DISMISSED),
        Step(_("Expert review"), S.REVIEW),
        Step(_("Decision"), S.RESERVE, S.GRANTED, S.DECLINED, S.WITHDRAWN, S.CALLED_OFF),
        Step(_("Project"), S.RUNNING, S.STOPPED),
        Step(_("Effect"), S.FOLLOWED, S.CLOSED),
    )
    due = {
        S.SUBMITTED: days(7),
        S.REVISING: days(7),
        S.APPROVED: workdays(applying.SCREENED_WITHIN),
        S.SCREENING: workdays(applying.SCREENED_WITHIN),
        S.REVIEW: days(calling.DECIDED_WITHIN),
        S.RESERVE: days(180),
        S.GRANTED: days(30),
        S.RUNNING: days(365),
        S.FOLLOWED: months(EFFECT_AFTER + 1),
    }
    awaits = {
        S.SUBMITTED: MANAGER,
        S.REVISING: AUTHOR,
        S.APPROVED: FUND_OFFICER,
        S.SCREENING: FUND_OFFICER,
        S.REVIEW: FUND_OFFICER,
        S.RESERVE: FUND_OFFICER,
        S.GRANTED: PROJECT_OWNER,
        S.RUNNING: PROJECT,
        S.FOLLOWED: PROJECT,
    }

    @classmethod
    def step(cls, case: Case) -> Move | None:
        return cls.moves[waited_for(cast(Application, case.as_kind()))] if case.state == S.RUNNING else None

    # ── Handing in ──
    submit = Move(
        label=_("Hand in"), done=_("Handed in"), source=(S.DRAFT,), target=S.SUBMITTED, by=OWNER, needs=WRITTEN,
        effect=applying.hand_in, tell=(AUTHOR, MANAGER), diary=Direction.IN, style="primary", leads_to="fund:receipt",
        help=_("Your manager is asked to approve it. You can change it until the call closes."),
    )  # fmt: skip
    revise = Move(
        label=_("Change it"), done=_("Taken back to be changed"), source=(S.SUBMITTED, S.APPROVED), target=S.REVISING, by=AUTHOR,
        needs=(call_takes,), effect=applying.take_back,
        help=_("If you do not hand it in again before the call closes, what you handed in last stands."),
    )  # fmt: skip
    resubmit = Move(
        label=_("Hand in again"), done=_("Handed in again"), source=(S.REVISING,), target=S.SUBMITTED, by=OWNER, needs=WRITTEN,
        effect=applying.hand_in, tell=(AUTHOR, MANAGER), diary=Direction.IN, style="primary", leads_to="fund:receipt",
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
        target=S.WITHDRAWN, by=OWNER, form=OptionalReasonForm, effect=applying.forget_changes, tell=(FUND_OFFICER,),
        diary=Direction.IN, style="danger",
    )  # fmt: skip

    call_off = Move(
        label=_("End it: the call was called off"), done=_("The call was called off"),
        source=(S.SUBMITTED, S.APPROVED, S.REVISING, S.SCREENING), target=S.CALLED_OFF, by=SYSTEM, form=ReasonForm,
        effect=applying.forget_changes, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip

    # ── Weighing ──
    stand_aside = Move(
        label=_("I have a conflict of interest"), done=_("Conflict of interest declared"),
        source=(S.SUBMITTED, S.APPROVED, S.REVISING, S.SCREENING, S.REVIEW, S.RESERVE, S.GRANTED, S.RUNNING, S.FOLLOWED), target=None,
        by=FUND_OFFICER, form=ReasonForm, effect=deciding.stand_aside, tell=(FUND_OFFICER,), internal=True,
        help=_("You take no further part in the case (FL 16–17 §§). This cannot be undone."),
    )  # fmt: skip
    pass_on = Move(
        label=_("Pass on to review"), done=_("Passed on to review"), source=(S.SCREENING,), target=S.REVIEW, by=FUND_OFFICER,
        needs=(signed, pages_counted, within_pages), form=forms.PassOnForm, effect=screening.pass_on, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    dismiss = Move(
        label=_("Dismiss"), done=_("Dismissed"), source=(S.SCREENING,), target=S.DISMISSED, by=FUND_OFFICER, form=forms.DismissForm,
        tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
        help=_("For an application that does not meet the terms of the call. The author reads what you say of each part."),
    )  # fmt: skip
    take_up = Move(
        label=_("Undo the dismissal"), done=_("Dismissal undone"), source=(S.DISMISSED,), target=S.SCREENING, by=FUND_OFFICER,
        needs=(undecided_call,), form=forms.DecideOneForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("Until the call is decided. The application is looked through anew, and the author reads why."),
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
        label=_("Decline"), done=pgettext_lazy("an application", "Declined"), source=(S.REVIEW,), target=S.DECLINED, by=FUND_OFFICER,
        needs=(ruled((Outcome.DECLINE,)),), tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    move_up = Move(
        label=_("Grant from the reserve list"), done=_("Granted from the reserve list"), source=(S.RESERVE,), target=S.GRANTED,
        by=FUND_OFFICER, needs=(enough_free,), form=forms.DelegatedForm, effect=deciding.grant, tell=(AUTHOR, MANAGER),
        mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    let_go = Move(
        label=_("Decline: the money did not suffice"), done=_("Declined: the money did not suffice"), source=(S.RESERVE,),
        target=S.DECLINED, by=FUND_OFFICER, form=forms.DecideOneForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip

    # ── The project ──
    agree = Move(
        label=_("Accept the grant"), done=_("Grant accepted"), source=(S.GRANTED,), target=S.RUNNING, by=OWNER,
        form=grant_forms.AgreeForm, effect=granting.agree, tell=(FUND_OFFICER,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    refuse_grant = Move(
        label=_("Do not accept the grant"), done=_("Grant not accepted"), source=(S.GRANTED,), target=S.WITHDRAWN, by=OWNER,
        form=OptionalReasonForm, effect=deciding.revoke, tell=(FUND_OFFICER,), diary=Direction.IN, style="danger",
        help=_("The money goes to the next on the reserve list."),
    )  # fmt: skip
    plan_instalment = Move(
        label=_("Plan an instalment"), done=_("Instalment planned"), source=(S.GRANTED, S.RUNNING), target=None, by=FUND_OFFICER,
        needs=(room_to_plan,), form=grant_forms.InstalmentForm, effect=granting.plan_instalment, tell=(PROJECT,),
        help=_("Each instalment is paid when the report on its milestone has been approved."),
    )  # fmt: skip
    drop_instalment = Move(
        label=_("Take away an instalment"), done=_("Instalment taken away"), source=(S.GRANTED, S.RUNNING), target=None,
        by=FUND_OFFICER, needs=(something_to_drop,), form=grant_forms.DropForm, effect=granting.drop_instalment, tell=(PROJECT,),
    )  # fmt: skip
    report = Move(
        label=_("Hand in a report"), done=_("Report handed in"), source=(S.RUNNING,), target=None, by=PROJECT, needs=(report_wanted,),
        form=grant_forms.ReportForm, effect=granting.hand_in_report, tell=(FUND_OFFICER,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    approve_report = Move(
        label=_("Approve the report"), done=_("Report approved"), source=(S.RUNNING,), target=None, by=FUND_OFFICER,
        needs=(report_waits,), form=grant_forms.ApproveReportForm, effect=granting.approve_report, tell=(PROJECT,), diary=Direction.OUT,
        style="primary",
    )  # fmt: skip
    send_back = Move(
        label=_("Send the report back"), done=_("Report sent back"), source=(S.RUNNING,), target=None, by=FUND_OFFICER,
        needs=(report_waits,), form=grant_forms.SendBackForm, effect=granting.send_back, tell=(PROJECT,), diary=Direction.OUT,
    )  # fmt: skip
    approve_payment = Move(
        label=_("Approve a payment"), done=_("Payment approved"), source=(S.RUNNING,), target=None, by=FUND_OFFICER,
        needs=(report_approved, in_its_year), form=grant_forms.ApprovePaymentForm, effect=granting.approve_payment,
        diary=Direction.DRAWN_UP, help=_("Somebody else must then pay it."),
    )  # fmt: skip
    recall_payment = Move(
        label=_("Take back the approval of a payment"), done=_("Approval of a payment taken back"), source=(S.RUNNING,), target=None,
        by=FUND_OFFICER, needs=(approved_to_pay,), form=grant_forms.RecallPaymentForm, effect=granting.recall_payment,
        diary=Direction.DRAWN_UP, help=_("Until it is paid. It can then be approved anew, or be taken away."),
    )  # fmt: skip
    pay = Move(
        label=_("Pay"), done=_("Paid"), source=(S.RUNNING,), target=None, by=FUND_OFFICER, needs=(approved_to_pay, in_its_year),
        form=grant_forms.PayForm, effect=granting.pay, tell=(PROJECT,), diary=Direction.DRAWN_UP,
        help=_("For somebody else than approved the payment. The line in the ledger stays."),
    )  # fmt: skip
    ask_change = Move(
        label=_("Ask for a change"), done=_("Change asked for"), source=(S.RUNNING,), target=None, by=PROJECT, needs=(change_free,),
        form=grant_forms.ChangeForm, effect=granting.ask_change, tell=(FUND_OFFICER,), diary=Direction.IN,
        help=_("If you cannot do the project as you applied for it. Ask before you change it."),
    )  # fmt: skip
    answer_change = Move(
        label=_("Answer the request for change"), done=_("Request for change answered"), source=(S.RUNNING,), target=None,
        by=FUND_OFFICER, needs=(change_waits,), form=grant_forms.AnswerChangeForm, effect=granting.answer_change, tell=(PROJECT,),
        mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    repay = Move(
        label=_("Note money paid back"), done=_("Money paid back"), source=(S.RUNNING, S.FOLLOWED, S.CLOSED, S.STOPPED),
        target=None, by=FUND_OFFICER, needs=(something_paid,), form=grant_forms.RepayForm, effect=granting.repay, tell=(PROJECT,),
        diary=Direction.DRAWN_UP,
    )  # fmt: skip
    finish = Move(
        label=_("Finish the project"), done=_("Project finished"), source=(S.RUNNING,), target=S.FOLLOWED, by=FUND_OFFICER,
        needs=(final_approved, all_paid), form=OptionalReasonForm, effect=deciding.finish, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
        style="primary",
        help=_("What is reserved and not paid is returned to the fund. The effect is asked about after twelve months."),
    )  # fmt: skip
    stop = Move(
        label=_("Stop the project"), done=_("Project stopped"), source=(S.RUNNING,), target=S.STOPPED, by=FUND_OFFICER,
        form=forms.LessonForm, effect=deciding.give_back, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip
    follow_up = Move(
        label=_("Tell of the effect"), done=_("Effect told of"), source=(S.FOLLOWED,), target=S.CLOSED, by=PROJECT,
        needs=(all_settled, a_year_on), form=grant_forms.EffectForm, effect=granting.follow_up, tell=(FUND_OFFICER,),
        diary=Direction.IN, style="primary",
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
        grows=True,
        shows=("call", "project", "amount"),
        panels=(
            Panel("fund/panels/grant.html", Application.seen_by, panels.grant_panel),
            Panel("fund/outcome/result.html", Application.seen_by, panels.result_panel),
            Panel("fund/panels/application.html", Application.seen_by, panels.application_panel),
            Panel("fund/panels/screened.html", FUND_OFFICER, panels.screened_panel),
            Panel("fund/panels/reviewed.html", FUND_OFFICER),
        ),
        verbs={
            "experts_asked": _("Experts asked to review"),
            "review_taken_off": _("Expert taken off"),
            "no_conflict_declared": _("Expert has no conflict of interest"),
            "conflict_declared": _("Expert has a conflict of interest"),
            "review_submitted": _("Review submitted"),
            "review_opened_again": _("Review opened again"),
            "panel_agreed": _("The panel has met"),
            deciding.PREPARED: _("Decision prepared"),
        },
        said_by=said_by,
        came_of=results_of,
        keeps_rows=rows_of_application,
        technical=("answers", "revision", "pages_version", "receipt", "paper"),
        keeps=("receipt", "paper"),
        keeps_also=handed_in_documents,
    )
)
