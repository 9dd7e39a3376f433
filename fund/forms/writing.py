"""Writing a call, and writing an application: the questions of its call are the fields of its form."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.attached import attached
from fund.editions import left_over
from fund.forms.files import FileField
from fund.forms.tables import COLUMNS, MOST_SEK, TableField
from fund.models import PHASES, Application, Call, Question
from fund.models.application import HANDED_IN, Answers
from fund.rules.counting import words_in
from fund.states import QuestionKind
from portal.cases.forms import DraftForm
from portal.cases.forms.versioned import VersionedForm, blame
from portal.cases.rules import has_room
from portal.cases.text import CleanCharField, CleanTextField
from portal.cases.verdicts import Verdict

LONGEST_CALL = timedelta(days=366)


class MomentInput(forms.DateTimeInput):
    """Date and time in Swedish local time, to the second: a call closes at a second."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": 1})


class DayInput(forms.DateInput):
    """A day, without a time."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


TIMES: dict[str, Any] = {"opens_at": MomentInput(), "closes_at": MomentInput(), **{name: DayInput() for name in PHASES}}
"""How the times of a call are written."""


class SensibleCall(forms.BaseForm):
    """Times and money that make sense beside each other. Stands before the form in the list of bases."""

    instance: Call

    def clean(self) -> dict[str, Any]:
        super().clean()
        opens, closes = self._stands("opens_at"), self._stands("closes_at")
        if opens and closes and closes <= opens:
            blame(self, ("opens_at", "closes_at"), _("A call closes after it has opened."))
        elif opens and closes and closes > opens + LONGEST_CALL:
            blame(self, ("opens_at", "closes_at"), _("A call is open for at most a year."))
        budget, largest = self._stands("budget"), self._stands("largest_grant")
        if budget and largest and largest > budget:
            blame(self, ("budget", "largest_grant"), _("No grant is larger than the whole budget."))
        return self.cleaned_data

    def _stands(self, name: str) -> Any:
        """What would stand in the field when what was sent is saved: where it cannot be read, or was left alone, what stands already."""
        sent = self.touched if isinstance(self, VersionedForm) else self.cleaned_data
        return sent.get(name, getattr(self.instance, name))


class CallDraftForm(SensibleCall, DraftForm):
    """What a call says of itself. Its questions and criteria are written on pages of their own."""

    class Meta(DraftForm.Meta):
        model = Call
        fields = (
            "title", "purpose", "terms", "takes", "opens_at", "closes_at", *PHASES, "year", "budget", "largest_grant", "most_pages",
            "approve_days", "reviews_each", "anonymous", "plan",
        )  # fmt: skip
        widgets = TIMES


class BeginApplicationForm(forms.Form):
    """Which call, and a name for the project."""

    call = forms.ModelChoiceField(label=gettext_lazy("Call"), queryset=Call.objects.none(), empty_label=None)
    title = CleanCharField(label=gettext_lazy("What is the project called?"), max_length=200)


class ApplicationDraftForm(DraftForm):
    """What every application says; ``application_form`` adds what its call asks."""

    class Meta(DraftForm.Meta):
        model = Application
        fields = HANDED_IN

    questions: tuple[Question, ...] = ()

    def __init__(self, *args: Any, instance: Application, **kwargs: Any) -> None:
        super().__init__(
            *args, instance=instance, initial={name: instance.value_of(name) for name in HANDED_IN}, **kwargs
        )
        cast(forms.ChoiceField, self.fields["project"]).choices = instance.call.kinds
        for question in self.questions:
            field: Any = self.fields[question.field]
            field.needed, field.most_words = question.needed, question.most_words  # read by templates
            field.words = words_in(str(self[question.field].value() or "")) if question.most_words else None

    @property
    def left_over(self) -> list[tuple[str, str]]:
        """Answers to questions that the call no longer asks."""
        return left_over(self.instance)

    @property
    def sections(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, in order."""
        yield _("The application in brief"), [self[name] for name in self._meta.fields or ()]
        found: dict[str, list[forms.BoundField]] = {}
        for question in self.questions:
            found.setdefault(question.section, []).append(self[question.field])
        yield from found.items()


def application_form(application: Application) -> type[ApplicationDraftForm]:
    """The form of the application’s call (one query; two where it asks for files)."""
    questions = tuple(application.questions)
    files = attached(application) if any(question.kind == QuestionKind.FILE for question in questions) else []
    fields: dict[str, Any] = {one.field: field_of(one, files, partial(has_room, application)) for one in questions}
    for question in questions:
        fields[question.field].initial = application.value_of(question.field)
    form: type[ApplicationDraftForm] = type(
        "ApplicationForm",
        (ApplicationDraftForm,),
        {**fields, "questions": questions, "Meta": ApplicationDraftForm.Meta},
    )
    return form


def field_of(question: Question, files: Sequence[Answers], room: Callable[[], Verdict]) -> forms.Field:
    """How a question is answered; ``files`` are those that are attached already, ``room`` whether one more can be."""
    told: dict[str, Any] = {"label": question.label, "help_text": _help(question), "required": False}
    match question.kind:
        case kind if kind in COLUMNS:
            return TableField(kind=kind, **told)
        case QuestionKind.FILE:
            return FileField(files=list(files), room=room, **told)
        case QuestionKind.TEXT:
            return CleanTextField(**told)
        case QuestionKind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=MOST_SEK, **told)
        case QuestionKind.SEK:
            return forms.IntegerField(min_value=0, max_value=MOST_SEK, **told)
        case QuestionKind.CHOICE:
            choices = [(one, one) for one in question.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **told)
        case QuestionKind.YES:
            return forms.TypedChoiceField(
                choices=[(True, gettext_lazy("Yes")), (False, gettext_lazy("No"))],
                coerce=lambda value: value == "True",
                empty_value=None,
                widget=forms.RadioSelect,
                **told,
            )
    return CleanCharField(**told)


def _help(question: Question) -> str:
    limit = _("At most %(words)s words.") % {"words": question.most_words} if question.most_words else ""
    return " ".join(filter(None, (question.help, limit)))
