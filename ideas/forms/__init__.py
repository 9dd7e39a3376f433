"""Forms of ideas and suggestions."""

from ideas.forms.answering import AnswerForm, PassOnForm, PublishForm
from ideas.forms.assessing import AssessorsForm, ScorecardForm
from ideas.forms.moves import (
    ConsentForm,
    DecisionForm,
    IntroduceForm,
    KeepClosedForm,
    LastingForm,
    LessonForm,
    ResultForm,
    TrialForm,
)
from ideas.forms.placing import AskHostForm, HostAnswerForm

__all__ = [
    "AnswerForm",
    "AskHostForm",
    "AssessorsForm",
    "ConsentForm",
    "DecisionForm",
    "HostAnswerForm",
    "IntroduceForm",
    "KeepClosedForm",
    "LastingForm",
    "LessonForm",
    "PassOnForm",
    "PublishForm",
    "ResultForm",
    "ScorecardForm",
    "TrialForm",
]
