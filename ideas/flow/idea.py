"""The way of an idea: from a draft to lasting use, or to a lesson."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ideas import forms
from ideas.actions import assessing, challenging, deciding, joining, placing
from ideas.models import Idea
from ideas.models.whos import (
    ASKED_TO_HOST,
    ASSESSOR,
    COORDINATOR,
    DECIDER,
    FOLLOWER,
    HANDLING_LEAD,
    LEFT_TO_PLACE,
    LINE,
    PENDING_ASSESSOR,
    PLACER,
    PLACING,
    REVIEWER,
    SEEKER,
    SPECIALIST,
    TAKES_PART,
)
from ideas.rules import (
    answer_is_late,
    assessed,
    hosts_compared,
    leads_none,
    not_an_invention,
    twelve_months_on,
    written_out,
)
from ideas.states import IdeaState as S
from portal.cases.flow import Flow, Move, Step, days, months, workdays
from portal.cases.forms import OptionalReasonForm, ReasonForm
from portal.cases.rules import considered, freed, has_reviewer, not_freed, not_held
from portal.cases.states import Direction
from portal.cases.who import AUTHOR, IMPARTIAL, OWNER, RESTRICTED, SYSTEM, UNRESTRICTED, Who
from portal.cases.workdays import due_at

OPENNESS = _(
    "What you send in becomes an official document (allmän handling) that anyone may ask to read. Leave out personal identity "
    "numbers and anything about a person's health."
)
ASSESS = Who(
    "assess",
    _("the innovation lead and those named to assess"),
    (HANDLING_LEAD | PENDING_ASSESSOR).cases,
    HANDLING_LEAD.told,
)
ANYONE_ON_IT = ((AUTHOR | LINE | ASSESSOR) & UNRESTRICTED) | (REVIEWER & RESTRICTED)


class IdeaFlow(Flow):
    """Before a decision the author may withdraw. Whoever decides is in the line and impartial; every decision has its reasons.

    A possible invention goes to the rights reviewer before anyone else sees it, and may be sent there whenever someone suspects one.
    To stop with a lesson is a good outcome. Two ideas that are the same are joined: the one that is joined has ended for its own part, and
    its page tells how the other gets on, whose step and whose date it is.
    """

    model, states, start = Idea, S, S.DRAFT
    ends = (S.CONCLUDED, S.JOINED, S.DECLINED, S.LASTING, S.ENDED, S.CLOSED, S.WITHDRAWN)
    good = (S.LASTING, S.ENDED, S.CLOSED)
    closed = (S.RIGHTS, S.PROTECTED, S.CONCLUDED)
    followers = FOLLOWER
    trail = (
        Step(_("Write"), S.DRAFT),
        Step(
            _("Assess"),
            S.RIGHTS,
            S.PROTECTED,
            S.CONCLUDED,
            S.SUBMITTED,
            S.ASSESSING,
            S.RETURNED,
            S.JOINED,
            S.DECLINED,
            S.WITHDRAWN,
        ),
        Step(_("Decide"), S.ACCEPTED, S.PLACING),
        Step(_("Try"), S.TRYING, S.EVALUATED, S.CLOSED),
        Step(_("Introduce"), S.INTRODUCED),
        Step(_("Lasting use"), S.LASTING, S.ENDED),
    )
    due = {
        S.RIGHTS: workdays(10),
        S.PROTECTED: months(6),
        S.SUBMITTED: workdays(10),
        S.ASSESSING: days(30),
        S.RETURNED: days(30),
        S.ACCEPTED: days(90),
        S.PLACING: lambda start: due_at(start, workdays=settings.HOST_ANSWER_WORKDAYS),
        S.TRYING: days(180),
        S.EVALUATED: days(60),
        S.INTRODUCED: months(12),
    }
    awaits = {
        S.RIGHTS: REVIEWER,
        S.PROTECTED: REVIEWER,
        S.SUBMITTED: HANDLING_LEAD,
        S.ASSESSING: ASSESS,
        S.RETURNED: AUTHOR,
        S.ACCEPTED: DECIDER,
        S.PLACING: PLACING,
        S.TRYING: DECIDER,
        S.EVALUATED: DECIDER,
        S.INTRODUCED: DECIDER,
    }

    # ── Sending in ──
    submit = Move(
        label=_("Submit"), done=_("Submitted"), source=(S.DRAFT,), target=S.SUBMITTED, by=OWNER & UNRESTRICTED,
        needs=(not_an_invention, written_out), help=OPENNESS, form=forms.SubmitForm, effect=challenging.submit,
        tell=(AUTHOR, HANDLING_LEAD, SPECIALIST), diary=Direction.IN, style="primary",
    )  # fmt: skip
    submit_closed = Move(
        label=_("Submit to the rights reviewer"), done=_("Submitted, closed"), source=(S.DRAFT,), target=S.RIGHTS,
        by=OWNER & RESTRICTED, needs=(written_out, has_reviewer),
        help=_(
            "Only you, your co-authors and the rights reviewer will see the idea. What has become known can no longer be "
            "patented, so do not tell others of it until you have the reviewer's answer."
        ),
        form=forms.SubmitForm, effect=deciding.submit_closed, tell=(AUTHOR, REVIEWER), mandatory=True, diary=Direction.IN,
        style="primary",
    )  # fmt: skip
    raise_from_suggestion = Move(
        label=_("Raise from a suggestion"), done=_("Raised from a suggestion"), source=(S.DRAFT,), target=S.RETURNED,
        by=SYSTEM, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
    )  # fmt: skip
    take_back = Move(
        label=_("Take back"), done=_("Taken back with the answer to the suggestion"), source=(S.RETURNED,), target=S.WITHDRAWN,
        by=SYSTEM, effect=joining.tell_those_joined, tell=(AUTHOR,),
    )  # fmt: skip

    # ── Rights ──
    send_to_rights = Move(
        label=_("This may be an invention"), done=_("Closed and sent to the rights reviewer"),
        source=(S.SUBMITTED, S.ASSESSING, S.RETURNED, S.JOINED, S.ACCEPTED, S.PLACING), target=S.RIGHTS, by=ANYONE_ON_IT,
        needs=(has_reviewer,), form=ReasonForm, effect=deciding.close_to_all, tell=(AUTHOR, REVIEWER), mandatory=True,
        diary=Direction.DRAWN_UP,
        help=_("Closes the idea at once to all but its authors and the rights reviewer, who then decides whether it can be opened."),
    )  # fmt: skip
    open_up = Move(
        label=_("Not an invention: open it"), done=_("Opened"), source=(S.RIGHTS, S.PROTECTED), target=S.SUBMITTED, by=REVIEWER,
        needs=(not_held, not_freed), form=forms.DecisionForm, effect=deciding.open_up, tell=(AUTHOR, HANDLING_LEAD), mandatory=True,
        diary=Direction.OUT,
        help=_("All employees can then read the idea, and the innovation lead assesses it."),
    )  # fmt: skip
    open_freed = Move(
        label=_("Open it: the rights decision allows it"), done=_("Opened after the rights decision"),
        source=(S.RIGHTS, S.PROTECTED), target=S.SUBMITTED, by=REVIEWER, needs=(not_held, freed), form=forms.DecisionForm,
        effect=deciding.open_up, tell=(AUTHOR, HANDLING_LEAD), mandatory=True, diary=Direction.OUT,
        help=_(
            "For example when a patent has been applied for. All employees can then read the idea, and the innovation lead assesses it."
        ),
    )  # fmt: skip
    keep_closed = Move(
        label=_("Keep it closed"), done=_("Kept closed"), source=(S.RIGHTS, S.PROTECTED), target=S.PROTECTED, by=REVIEWER,
        form=forms.KeepClosedForm, effect=deciding.keep_closed, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("The case comes back to you in six months, to be tested again."),
    )  # fmt: skip
    conclude = Move(
        label=_("Close the case"), done=_("Closed"), source=(S.PROTECTED,), target=S.CONCLUDED, by=REVIEWER,
        form=forms.DecisionForm, effect=deciding.decline, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip

    # ── Assessing ──
    take_up = Move(
        label=_("Start assessing"), done=_("Assessment begun"), source=(S.SUBMITTED,), target=S.ASSESSING, by=HANDLING_LEAD,
        effect=deciding.take_hold, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    ask_assessors = Move(
        label=_("Ask for scorecards"), done=_("Assessors named"), source=(S.ASSESSING,), target=None, by=HANDLING_LEAD,
        form=forms.AssessorsForm, effect=assessing.ask_assessors, internal=True,
        help=_("Each assessor scores without seeing what the others have written."),
    )  # fmt: skip
    stand_aside = Move(
        label=_("I have a conflict of interest"), done=_("Conflict of interest declared"), source=(S.SUBMITTED, S.ASSESSING),
        target=None, by=(LINE | ASSESSOR) & IMPARTIAL & UNRESTRICTED, form=ReasonForm, effect=deciding.stand_aside,
        tell=(HANDLING_LEAD,), internal=True,
        help=_("You take no further part in the case (FL 16–17 §§). This cannot be undone."),
    )  # fmt: skip
    pass_on = Move(
        label=_("Pass on to another unit"), done=_("Passed on to another unit"), source=(S.SUBMITTED,), target=S.SUBMITTED,
        by=HANDLING_LEAD, form=forms.PassOnForm, effect=deciding.pass_on, tell=(AUTHOR, HANDLING_LEAD),
    )  # fmt: skip
    send_back = Move(
        label=_("Ask the author to complete it"), done=_("Sent back to the author"), source=(S.ASSESSING,), target=S.RETURNED,
        by=HANDLING_LEAD, form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    hand_in = Move(
        label=_("Hand in again"), done=_("Handed in again"), source=(S.RETURNED,), target=S.ASSESSING, by=AUTHOR,
        needs=(not_an_invention, written_out), help=OPENNESS, tell=(HANDLING_LEAD,), diary=Direction.IN,
        style="primary",
    )  # fmt: skip
    go_on = Move(
        label=_("Go on without waiting"), done=_("Assessment taken up again"), source=(S.RETURNED,), target=S.ASSESSING,
        by=HANDLING_LEAD, effect=deciding.take_hold, tell=(AUTHOR,),
    )  # fmt: skip
    accept = Move(
        label=_("Accept"), done=_("Accepted"), source=(S.ASSESSING,), target=S.ACCEPTED, by=DECIDER,
        needs=(assessed,), form=forms.DecisionForm, effect=deciding.accept, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    decline = Move(
        label=_("Do not take further"), done=_("Not taken further"), source=(S.ASSESSING,), target=S.DECLINED, by=DECIDER,
        form=forms.DecisionForm, effect=deciding.decline, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip
    join = Move(
        label=_("Join to another idea"), done=_("Joined to another idea"), source=(S.SUBMITTED, S.ASSESSING, S.RETURNED),
        target=S.JOINED, by=HANDLING_LEAD, needs=(leads_none,), form=forms.JoinForm, effect=joining.join, tell=(AUTHOR,),
        mandatory=True, diary=Direction.OUT,
        help=_(
            "Two ideas that are much the same go on as one. The author keeps this page and follows the other idea from here. "
            "Supporters are counted once. It can be undone."
        ),
    )  # fmt: skip
    part = Move(
        label=_("Undo the joining"), done=_("Goes on by itself again"), source=(S.JOINED,), target=None, undoes="join",
        by=HANDLING_LEAD, form=ReasonForm, effect=joining.part, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("The idea goes back to where it stood before it was joined, with the date it had."),
    )  # fmt: skip
    withdraw = Move(
        label=_("Withdraw"), done=_("Withdrawn"), source=(S.RIGHTS, S.SUBMITTED, S.ASSESSING, S.RETURNED), target=S.WITHDRAWN,
        by=OWNER, form=OptionalReasonForm, effect=joining.tell_those_joined, tell=(HANDLING_LEAD,), diary=Direction.IN,
        style="danger",
    )  # fmt: skip

    # ── Finding a host ──
    ask_host = Move(
        label=_("Ask a unit to host it"), done=_("A unit was asked to host it"), source=(S.ACCEPTED, S.PLACING), target=S.PLACING,
        by=PLACER, needs=(hosts_compared,), form=forms.AskHostForm, effect=placing.ask_host,
        tell=(AUTHOR, ASKED_TO_HOST, TAKES_PART), diary=Direction.DRAWN_UP,
        help=_("The unit with the most points is asked first. If it says no, or does not answer in time, the next one is asked."),
    )  # fmt: skip
    accept_hosting = Move(
        label=_("Take it on"), done=_("Taken on by the unit that was asked"), source=(S.PLACING,), target=S.ACCEPTED,
        by=ASKED_TO_HOST, form=forms.HostAnswerForm, effect=placing.accept_hosting,
        tell=(AUTHOR, HANDLING_LEAD, SEEKER, TAKES_PART), diary=Direction.DRAWN_UP, style="primary",
        help=_("The idea is your unit's from then on, and you handle it. Its number stays."),
    )  # fmt: skip
    decline_hosting = Move(
        label=_("Do not host it"), done=_("Declined by the unit that was asked"), source=(S.PLACING,), target=S.PLACING,
        by=ASKED_TO_HOST, form=forms.HostAnswerForm, effect=placing.decline_hosting, tell=(SEEKER, LEFT_TO_PLACE),
        diary=Direction.DRAWN_UP,
    )  # fmt: skip
    pass_over = Move(
        label=_("Ask the next unit"), done=_("Not answered in time"), source=(S.PLACING,), target=S.PLACING, by=SYSTEM,
        needs=(answer_is_late,), effect=placing.pass_over, tell=(SEEKER, LEFT_TO_PLACE),
    )  # fmt: skip
    keep_here = Move(
        label=_("Let it stay where it is"), done=_("Stays where it is"), source=(S.PLACING,), target=S.ACCEPTED, by=PLACER,
        form=ReasonForm, effect=placing.keep_here, tell=(AUTHOR, HANDLING_LEAD, SEEKER, TAKES_PART),
        diary=Direction.DRAWN_UP,
    )  # fmt: skip

    # ── Trying and using ──
    consent = Move(
        label=_("Consent to a larger trial"), done=_("Larger trial consented to"), source=(S.ACCEPTED, S.EVALUATED), target=None,
        by=COORDINATOR & IMPARTIAL & UNRESTRICTED, form=forms.ConsentForm, effect=deciding.consent_to_trial,
        tell=(AUTHOR, HANDLING_LEAD), diary=Direction.DRAWN_UP,
    )  # fmt: skip
    try_out = Move(
        label=_("Start trying"), done=_("Trial begun"), source=(S.ACCEPTED,), target=S.TRYING, by=DECIDER,
        needs=(considered,), form=forms.TrialForm, effect=deciding.begin_trial, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
        style="primary",
    )  # fmt: skip
    evaluate = Move(
        label=_("Report the result"), done=_("Evaluated"), source=(S.TRYING,), target=S.EVALUATED, by=DECIDER,
        form=forms.ResultForm, effect=deciding.end_trial, tell=(AUTHOR,), diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    introduce = Move(
        label=_("Introduce"), done=_("Introduced"), source=(S.EVALUATED,), target=S.INTRODUCED, by=DECIDER,
        form=forms.IntroduceForm, effect=deciding.introduce, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        style="primary",
    )  # fmt: skip
    develop = Move(
        label=_("Develop further"), done=_("To be developed further"), source=(S.EVALUATED,), target=S.ACCEPTED, by=DECIDER,
        form=forms.DecisionForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("The idea is changed before it is tried again, perhaps at another unit."),
    )  # fmt: skip
    try_again = Move(
        label=_("Try once more"), done=_("New trial begun"), source=(S.EVALUATED,), target=S.TRYING, by=DECIDER,
        needs=(considered,), form=forms.TrialForm, effect=deciding.begin_trial, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
    )  # fmt: skip
    close = Move(
        label=_("Close with a lesson"), done=_("Closed with a lesson"), source=(S.ACCEPTED, S.TRYING, S.EVALUATED),
        target=S.CLOSED, by=DECIDER, form=forms.CloseForm, effect=deciding.keep_lesson, tell=(AUTHOR,), mandatory=True,
        diary=Direction.OUT,
    )  # fmt: skip
    confirm_lasting = Move(
        label=_("Still in use"), done=_("In lasting use"), source=(S.INTRODUCED,), target=S.LASTING, by=DECIDER,
        needs=(twelve_months_on,), form=forms.LastingForm, effect=deciding.confirm_use, tell=(AUTHOR,),
        diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    end_use = Move(
        label=_("No longer in use"), done=_("No longer used"), source=(S.INTRODUCED,), target=S.ENDED, by=DECIDER,
        form=forms.LessonForm, effect=deciding.keep_lesson, tell=(AUTHOR,), diary=Direction.DRAWN_UP,
    )  # fmt: skip
