"""Forms of ideas and suggestions."""

from ideas.forms.answering import AnswerForm, JoinForm, PassOnForm, PublishForm
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

__all__ = [
    "AnswerForm",
    "AssessorsForm",
    "ConsentForm",
    "DecisionForm",
    "IntroduceForm",
    "JoinForm",
    "KeepClosedForm",
    "LastingForm",
    "LessonForm",
    "PassOnForm",
    "PublishForm",
    "ResultForm",
    "ScorecardForm",
    "TrialForm",
]
