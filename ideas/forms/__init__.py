"""Forms of ideas and suggestions."""

from ideas.forms.answering import AnswerForm, JoinForm, PassOnForm, PublishForm
from ideas.forms.assessing import AssessorsForm, ScorecardForm
from ideas.forms.challenging import AnnounceForm, ExtendForm, SettleForm
from ideas.forms.moves import (
    CloseForm,
    ConsentForm,
    DecisionForm,
    IntroduceForm,
    KeepClosedForm,
    LastingForm,
    LessonForm,
    ResultForm,
    SubmitForm,
    TrialForm,
)
from ideas.forms.placing import AskHostForm, HostAnswerForm

__all__ = [
    "AnnounceForm",
    "AnswerForm",
    "AskHostForm",
    "AssessorsForm",
    "CloseForm",
    "ConsentForm",
    "DecisionForm",
    "ExtendForm",
    "HostAnswerForm",
    "IntroduceForm",
    "JoinForm",
    "KeepClosedForm",
    "LastingForm",
    "LessonForm",
    "PassOnForm",
    "PublishForm",
    "ResultForm",
    "ScorecardForm",
    "SettleForm",
    "SubmitForm",
    "TrialForm",
]
