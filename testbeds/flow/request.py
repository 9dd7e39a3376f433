"""The way of a request: asked, reviewed by the host, agreed, booked, tested, decided, followed up (B44-1, B44-3, B4-9a)."""

from itertools import chain

from django.utils.translation import gettext_lazy as _

from portal.cases.flow import Flow, Move, Step, days, months, workdays
from portal.cases.forms import ReasonForm
from portal.cases.kinds import Kind, Panel, register
from portal.cases.models import Case
from portal.cases.rules import complete, considered
from portal.cases.states import Direction
from portal.cases.who import AUTHOR, OWNER, REGISTRAR, SYSTEM
from testbeds import panels
from testbeds.actions import requesting as effects
from testbeds.actions.telling import VERBS
from testbeds.calendars.feeds import calendars_of
from testbeds.forms import moves as forms
from testbeds.forms.ending import FinishForm, WithdrawForm
from testbeds.forms.marking import MarkForm
from testbeds.forms.sharing import ShareForm
from testbeds.models import ASKED, HOST, HOST_AND_ASKED, INSIDE, PARTIES, REVIEWER, SIGNER, TESTER, TestRequest
from testbeds.queries.answers import shared_of
from testbeds.queries.requests import rows_inside, rows_of_request, said_by
from testbeds.rules.agreeing import agreed, has_time, host_signs, is_booked, tester_signs, unsigned
from testbeds.rules.awaiting import words_of_step
from testbeds.rules.requesting import (
    asker_told,
    benefit,
    checked,
    explained,
    half_year_on,
    not_reviewed,
    place_free,
    review_left,
    reviewed,
    takes_requests,
    unsurveyed,
    year_on,
)
from testbeds.rules.timing import has_come
from testbeds.states import OVER
from testbeds.states import TestState as S

ANSWERED_WITHIN = 10
"""Working days to the first answer, until the testbed’s own promise is set by the move."""
WRITTEN = (complete, asker_told, explained, benefit, checked, considered, takes_requests)
HANDLED = (
    S.SUBMITTED, S.COMPLETING, S.REVIEW, S.CONDITIONAL, S.BOOKED, S.RUNNING, S.RESULT_DUE, S.WEIGHING, S.FOLLOWED,
)  # fmt: skip
AGREEING = (S.CONDITIONAL, S.BOOKED)
ENDED = (S.CLOSED, S.STOPPED, S.DECLINED, S.WITHDRAWN)


class TestFlow(Flow):
    """Nothing is tested before the agreement is in force, and no test ends without a decision (B4-9a, B44-3)."""

    __test__ = False

    model, states, start = TestRequest, S, S.DRAFT
    ends = ENDED
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
        S.RESULT_DUE: TESTER,
        S.WEIGHING: HOST,
        S.FOLLOWED: HOST,
    }

    awaits_too = (ASKED, HOST_AND_ASKED, SIGNER)

    @classmethod
    def step(cls, case: Case) -> str:
        return words_of_step(case)

    # ── Asking ──
    submit = Move(
        label=_("Send the request"), done=_("Request sent"), source=(S.DRAFT,), target=S.SUBMITTED, by=OWNER, needs=WRITTEN,
        form=forms.SendForm, effect=effects.promise_answer, tell=(AUTHOR, HOST), diary=Direction.IN, style="primary",
    )  # fmt: skip
    ask_completion = Move(
        label=_("Ask for more"), done=_("Sent back to be completed"), source=(S.SUBMITTED, S.REVIEW), target=S.COMPLETING, by=HOST,
        needs=(not_reviewed,), form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    hand_in = Move(
        label=_("Send it again"), done=_("Sent again"), source=(S.COMPLETING,), target=S.SUBMITTED, by=OWNER, needs=WRITTEN,
        form=forms.SendForm, effect=effects.promise_answer, tell=(AUTHOR, HOST), diary=Direction.IN, style="primary",
    )  # fmt: skip
    withdraw = Move(
        label=_("Withdraw"), done=_("Withdrawn"),
        source=(S.SUBMITTED, S.COMPLETING, S.REVIEW, S.CONDITIONAL, S.BOOKED), target=S.WITHDRAWN, by=OWNER,
        form=WithdrawForm, effect=effects.end_with_reason, tell=(HOST,), diary=Direction.IN, style="danger",
        help=_("The times that you have are let go."),
    )  # fmt: skip
    mark_secret = Move(
        label=_("Mark a trade secret"), done=_("Mark of a trade secret changed"), source=(*HANDLED, *ENDED), target=None,
        by=TESTER, form=MarkForm, effect=effects.mark_secret, tell=(HOST,),
        help=_("What you mark is masked for everyone but you, the host and the reviewers."),
    )  # fmt: skip

    # ── The host’s answer ──
    stand_aside = Move(
        label=_("I have a conflict of interest"), done=_("Conflict of interest declared"), source=HANDLED, target=None, by=HOST,
        form=forms.StandAsideForm, effect=effects.stand_aside, tell=(HOST,), internal=True,
        help=_("You take no further part in the case (FL 16–17 §§). This cannot be undone."),
    )  # fmt: skip
    take_up = Move(
        label=_("Take it to review"), done=_("Taken to review"), source=(S.SUBMITTED,), target=S.REVIEW, by=HOST,
        effect=effects.begin_review, tell=(AUTHOR,), style="primary", help=_("Then you name two reviewers."),
    )  # fmt: skip
    name_reviewer = Move(
        label=_("Name a reviewer"), done=_("Reviewer named"), source=(S.REVIEW,), target=None, by=HOST, needs=(place_free,),
        form=forms.NameReviewerForm, effect=effects.name_reviewer, tell=(ASKED,), internal=True, style="primary",
        help=_("Two employees review each request. Neither reads the other’s review before both are handed in."),
    )  # fmt: skip
    take_back_reviewer = Move(
        label=_("Take back a reviewer"), done=_("Reviewer taken back"), source=(S.REVIEW,), target=None, by=HOST, needs=(review_left,),
        form=forms.TakeBackForm, effect=effects.take_back_reviewer, internal=True,
        help=_("For who was asked by mistake, or cannot review it in time. Then you name somebody else."),
    )  # fmt: skip
    review = Move(
        label=_("Hand in your review"), done=_("Review handed in"), source=(S.REVIEW,), target=None, by=ASKED, form=forms.ReviewForm,
        effect=effects.hand_in_review, tell=(HOST,), internal=True, style="primary",
        help=_("It cannot be changed afterwards. When both reviews are handed in, the host and both reviewers read them."),
    )  # fmt: skip
    declare_conflict = Move(
        label=_("I cannot review it: I have a conflict of interest"), done=_("Conflict of interest declared"), source=(S.REVIEW,),
        target=None, by=ASKED, form=forms.ConflictForm, effect=effects.declare_conflict, tell=(HOST,), internal=True,
        help=_("The request is closed to you, and somebody else reviews it (FL 16–17 §§). This cannot be undone."),
    )  # fmt: skip
    say_yes = Move(
        label=_("Say yes, on conditions"), done=_("Yes, on conditions"), source=(S.REVIEW,), target=S.CONDITIONAL, by=HOST,
        needs=(reviewed,), form=forms.YesForm, effect=effects.say_yes, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    decline = Move(
        label=_("Decline"), done=_("Declined"), source=(S.SUBMITTED, S.REVIEW, S.CONDITIONAL), target=S.DECLINED, by=HOST,
        needs=(reviewed,), form=ReasonForm, effect=effects.end, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip

    # ── Agreement and time ──
    write_terms = Move(
        label=_("Write the agreement"), done=_("New version of the agreement"), source=AGREEING, target=None, by=HOST,
        form=forms.TermsForm, effect=effects.write_terms, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
        help=_("A new version takes the place of the one before, and both sign it anew."),
    )  # fmt: skip
    waive_agreement = Move(
        label=_("Decide that no agreement is needed"), done=_("Decided that no agreement is needed"), source=(S.CONDITIONAL,),
        target=None, by=HOST, needs=(unsigned,), form=forms.WaiveForm, effect=effects.waive_agreement, tell=(AUTHOR,),
        diary=Direction.DRAWN_UP,
    )  # fmt: skip
    sign_for_host = Move(
        label=_("Sign the agreement"), done=_("Agreement signed for the host"), source=AGREEING, target=None, by=HOST,
        needs=(host_signs,), form=forms.SignForm, effect=effects.sign_for_host, tell=(AUTHOR,), diary=Direction.OUT,
    )  # fmt: skip
    sign = Move(
        label=_("Sign the agreement"), done=_("Agreement signed by who tests"), source=AGREEING, target=None, by=SIGNER,
        needs=(tester_signs,), form=forms.SignForm, effect=effects.sign_for_tester, tell=(HOST,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    book = Move(
        label=_("Book the times"), done=_("Booked"), source=(S.CONDITIONAL,), target=S.BOOKED, by=HOST, needs=(agreed, has_time),
        effect=effects.book, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    book_more = Move(
        label=_("Book the held times"), done=_("More times booked"), source=(S.BOOKED, S.RUNNING), target=None, by=HOST,
        needs=(agreed, has_time), effect=effects.book_more, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("Times that have been moved or added since the booking are held until you book them."),
    )  # fmt: skip
    lose_time = Move(
        label=_("No booked time is left"), done=_("No booked time is left: new times are to be chosen"), source=(S.BOOKED,),
        target=S.CONDITIONAL, by=SYSTEM, effect=effects.choose_anew,
    )  # fmt: skip
    begin = Move(
        label=_("Begin the test"), done=_("Test begun"), source=(S.BOOKED,), target=S.RUNNING, by=HOST, needs=(agreed, is_booked, has_come),
        effect=effects.begin, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    finish = Move(
        label=_("The test is over"), done=_("Test over"), source=(S.RUNNING,), target=S.RESULT_DUE, by=HOST, form=FinishForm,
        effect=effects.end_with_reason,
        tell=(AUTHOR,), style="primary", help=_("Times that are left are let go. Who tested then hands in the result."),
    )  # fmt: skip

    # ── Result, decision, follow-up ──
    hand_in_result = Move(
        label=_("Hand in the result"), done=_("Result handed in"), source=(S.RESULT_DUE,), target=S.WEIGHING, by=TESTER,
        form=forms.ResultForm, effect=effects.hand_in_result, tell=(HOST,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    answer_survey = Move(
        label=_("Tell us how it was"), done=_("Survey answered"), source=(S.WEIGHING, S.FOLLOWED, S.CLOSED, S.STOPPED), target=None,
        by=TESTER, needs=(unsurveyed,), form=forms.SurveyForm, effect=effects.answer_survey,
    )  # fmt: skip
    go_on = Move(
        label=_("Introduce or procure it"), done=_("Decided: it goes on"), source=(S.WEIGHING,), target=S.FOLLOWED, by=HOST,
        form=forms.GoOnForm, effect=effects.go_on, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    extend = Move(
        label=_("Test more"), done=_("Decided: test more"), source=(S.WEIGHING,), target=S.CONDITIONAL, by=HOST,
        form=forms.ExtendForm, effect=effects.extend, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("The agreement stands unless you write a new one, and new times are chosen."),
    )  # fmt: skip
    stop = Move(
        label=_("Stop, with a lesson"), done=_("Stopped with a lesson"), source=(S.WEIGHING, S.RESULT_DUE, S.RUNNING), target=S.STOPPED,
        by=HOST, form=forms.StopForm, effect=effects.stop, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    share = Move(
        label=_("Change whether the result is shared"), done=_("Sharing of the result changed"), source=OVER, target=None, by=HOST,
        form=ShareForm, effect=effects.share, tell=(AUTHOR,),
        help=_("What is shared stands on the page of the testbed. The case is as open as before."),
    )  # fmt: skip
    follow_up = Move(
        label=_("Follow up after six months"), done=_("Followed up after six months"), source=(S.FOLLOWED,), target=None, by=HOST,
        needs=(half_year_on,), form=forms.BecameForm, effect=effects.follow_up, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
        style="primary",
    )  # fmt: skip
    close = Move(
        label=_("Follow up after a year, and close"), done=_("Followed up and closed"), source=(S.FOLLOWED,), target=S.CLOSED, by=HOST,
        needs=(year_on,), form=forms.BecameForm, effect=effects.close, tell=(AUTHOR,), diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    flag_model = Move(
        label=_("Say that the reimbursement model needs work"), done=_("The reimbursement model needs work"),
        source=(*HANDLED, S.CLOSED, S.STOPPED, S.DECLINED), target=None, by=HOST, form=forms.FlagForm, effect=effects.flag_model,
        internal=True, help=_("The coordinators read it, with the name of the testbed and not of the request (strategy §4.4)."),
    )  # fmt: skip


register(
    Kind(
        key="test",
        flow=TestFlow,
        name=_("Request for a test"),
        plural=_("Requests for tests"),
        url_name="testbeds:requests",
        start_url="testbeds:begin",
        write_url="testbeds:write",
        start_from=_("Test it in a testbed"),
        from_outside=True,
        tells={"say_yes": "conditions"},
        verbs=VERBS,
        shows=("question", "baseline", "measure", "target", "afterwards"),
        technical=("secrets", "secret_whys"),
        shared=shared_of,
        panels=(
            Panel("testbeds/panels/secrets.html", INSIDE, panels.secrets_panel),
            Panel("testbeds/panels/asked.html", TestRequest.seen_by, panels.asked_panel),
            Panel("testbeds/panels/reviews.html", HOST | REVIEWER, panels.review_panel),
            Panel("testbeds/panels/agreement.html", PARTIES, panels.agreement_panel),
            Panel("testbeds/panels/times.html", TestRequest.seen_by, panels.times_panel),
            Panel("testbeds/panels/result.html", INSIDE, panels.result_panel),
            Panel("testbeds/panels/result.html", REGISTRAR & ~INSIDE, panels.open_result_panel),
            Panel("testbeds/panels/model.html", HOST, panels.model_panel),
        ),
        keeps_rows=rows_of_request,
        keeps_inside=rows_inside,
        said_by=lambda person: chain(said_by(person), calendars_of(person)),
    )
)
