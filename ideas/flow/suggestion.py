"""The way of a suggestion: received, looked at, answered."""

from django.utils.translation import gettext_lazy as _

from ideas import forms
from ideas.actions import answering, deciding
from ideas.models import Suggestion
from ideas.models.whos import HANDLING_LEAD
from ideas.rules import is_published
from ideas.states import SuggestionState as S
from portal.cases.flow import Flow, Move, Step, days, workdays
from portal.cases.forms import ReasonForm
from portal.cases.states import Direction
from portal.cases.who import OWNER, SYSTEM, VISITOR


class SuggestionFlow(Flow):
    """Every suggestion is answered, and with what became of it (B43-7). An answer given by mistake can be undone."""

    model, states, start = Suggestion, S, S.DRAFT
    ends = (S.ANSWERED,)
    trail = (
        Step(_("Write"), S.DRAFT),
        Step(_("Received"), S.RECEIVED),
        Step(_("Being looked at"), S.LOOKING),
        Step(_("Answered"), S.ANSWERED),
    )
    due = {S.RECEIVED: workdays(10), S.LOOKING: days(30)}
    awaits = {S.RECEIVED: HANDLING_LEAD, S.LOOKING: HANDLING_LEAD}

    receive = Move(
        label=_("Send"), done=_("Suggestion received"), source=(S.DRAFT,), target=S.RECEIVED, by=VISITOR,
        tell=(OWNER, HANDLING_LEAD), diary=Direction.IN,
    )  # fmt: skip
    import_in = Move(
        label=_("Import"), done=_("Suggestion received in a file"), source=(S.DRAFT,), target=S.RECEIVED, by=SYSTEM,
        diary=Direction.IN,
    )  # fmt: skip
    take_up = Move(
        label=_("Start looking at it"), done=_("Being looked at"), source=(S.RECEIVED,), target=S.LOOKING, by=HANDLING_LEAD,
        effect=deciding.take_hold, tell=(OWNER,),
    )  # fmt: skip
    answer = Move(
        label=_("Answer"), done=_("Answered"), source=(S.RECEIVED, S.LOOKING), target=S.ANSWERED, by=HANDLING_LEAD,
        form=forms.AnswerForm, effect=answering.answer, tell=(OWNER,), mandatory=True, diary=Direction.OUT, style="primary",
    )  # fmt: skip
    pass_on = Move(
        label=_("Pass on to another unit"), done=_("Passed on to another unit"), source=(S.RECEIVED, S.LOOKING),
        target=S.RECEIVED, by=HANDLING_LEAD, form=forms.PassOnForm, effect=deciding.pass_on, tell=(HANDLING_LEAD,), internal=True,
    )  # fmt: skip
    stand_aside = Move(
        label=_("I have a conflict of interest"), done=_("Conflict of interest declared"), source=(S.RECEIVED, S.LOOKING),
        target=None, by=HANDLING_LEAD, form=ReasonForm, effect=deciding.stand_aside, tell=(HANDLING_LEAD,), internal=True,
        help=_("You take no further part in the case (FL 16–17 §§). This cannot be undone."),
    )  # fmt: skip
    reopen = Move(
        label=_("Undo the answer"), done=_("Answer undone"), source=(S.ANSWERED,), target=S.LOOKING, by=HANDLING_LEAD,
        form=ReasonForm, effect=answering.reopen, tell=(OWNER,), diary=Direction.OUT,
    )  # fmt: skip
    publish = Move(
        label=_("Publish"), done=_("Published"), source=(S.ANSWERED,), target=None, by=HANDLING_LEAD,
        form=forms.PublishForm, effect=answering.publish,
        help=_("Anyone on the internet can then read the text below and the answer, but not who wrote it."),
    )  # fmt: skip
    unpublish = Move(
        label=_("Take it off the public list"), done=_("Taken off the public list"), source=(S.ANSWERED,), target=None,
        by=HANDLING_LEAD, needs=(is_published,), effect=answering.unpublish,
    )  # fmt: skip
