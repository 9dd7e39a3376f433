"""Beginning and writing an idea."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ideas.models import Idea, Technology
from ideas.queries.ideas import goals_for
from portal.cases.forms import DraftForm
from portal.cases.forms.versioned import version_token
from portal.cases.states import Confidentiality, Perspective
from portal.cases.text import CleanCharField

INVENTION_HELP = _(
    "An invention is a new technical solution: a device, a substance, a method with a technical effect. If you are unsure, answer "
    "yes. A patent needs that nobody outside has heard of the invention, so the idea is then kept closed until a rights reviewer "
    "has looked at it."
)
YES_OR_NO = ((True, _("Yes, or I do not know")), (False, _("No")))


def openness_for(possible_invention: bool | None) -> Confidentiality:
    """A possible invention is closed from the first line; anything else is open once it is submitted (strategy §4.2)."""
    return Confidentiality.RESTRICTED if possible_invention else Confidentiality.OPEN


def invention_field(**options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Could this be a technical invention?"),
        help_text=INVENTION_HELP,
        choices=YES_OR_NO,
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        **options,
    )


class BeginIdeaForm(forms.Form):
    """The question about inventions comes before anything else (B43-2)."""

    possible_invention = invention_field()
    title = CleanCharField(label=_("Title"), help_text=_("A few words that a colleague understands."), max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {**cleaned, "confidentiality": openness_for(cleaned.get("possible_invention"))}


class SuggestedInput(forms.TextInput):
    """Free text, with suggestions to choose from: each is what is filled in and, if that does not say enough, what it means."""

    template_name = "ideas/widgets/suggested.html"

    def __init__(self, attrs: dict[str, Any] | None = None, suggestions: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(attrs)
        self.suggestions = list(suggestions)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        list_id = f"{widget['attrs'].get('id', name)}_list"
        if self.suggestions:
            widget["attrs"]["list"] = list_id
        return {**context, "suggestions": self.suggestions, "list_id": list_id}


@dataclass(frozen=True)
class Section:
    """Fields that belong together. ``only_for`` names the perspective without which they are not asked for."""

    title: str | Promise
    fields: tuple[str, ...]
    help: str | Promise = ""
    only_for: str = ""


SECTIONS = (
    Section(_("First of all"), ("possible_invention",)),
    Section(_("The idea"), ("title", "need", "solution", "type", "origin")),
    Section(_("For whom"), ("beneficiaries", "short_effect", "long_effect")),
    Section(_("What gets better"), ("perspectives",), _("Choose one or more. Each has a question of its own.")),
    *(
        Section(perspective.label, Idea.asks_for[perspective], only_for=perspective.value)
        for perspective in Perspective
    ),
    Section(
        _("More, if you know"),
        ("values", "technologies", "other_technology", "goal", "may_credit"),
        _("None of this is needed to send the idea in."),
    ),
)


class IdeaDraftForm(DraftForm):
    """An idea, as far as it has come. A submitted one keeps its answer about inventions: only the rights reviewer changes that."""

    possible_invention = invention_field(empty_value=None)
    technologies = forms.MultipleChoiceField(label=_("Technologies"), widget=forms.CheckboxSelectMultiple)

    class Meta(DraftForm.Meta):
        model = Idea
        fields = tuple(name for section in SECTIONS for name in section.fields)
        help_texts = {
            "need": _("What is the problem, and who has it? Do not write about a single patient."),
            "solution": _("What would you do? It does not have to be finished."),
            "short_effect": _("What do those it is for notice at once?"),
            "long_effect": _("And in some years?"),
            "everyday_benefit": _(
                "What becomes easier in everyday life, and for whom? Write so that a resident understands."
            ),
            "quality_measure": _("For example fewer falls, shorter queues, fewer cancelled departures."),
            "resource_measure": _("Roughly: minutes a day, kronor a year."),
            "insight": _("Which data are shared, handled or analysed, and what can be decided with them?"),
            "values": _("What kind of value do you expect, once it is in use?"),
            "other_technology": _("If it is not in the list."),
            "goal": _("A goal in your unit's plan, or another that you name."),
            "may_credit": _(
                "If the idea is put to use and told of as a good example, everyone can read your name there. You can change your mind at "
                "any time, on the page of the idea."
            ),
        }

    def __init__(self, data: Any = None, *, instance: Idea, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        technologies = self.fields["technologies"]
        technologies.choices = list(technology_choices(instance))  # type: ignore[attr-defined]  # a choice field
        self.fields["goal"].widget = SuggestedInput(suggestions=((goal, "") for goal in goals_for(instance.unit)))
        for perspective in instance.perspectives:
            for name in Idea.asks_for[Perspective(perspective)]:
                self.fields[name].needed = True  # type: ignore[attr-defined]  # read by the template of a field
        if instance.is_draft:
            self.fields["possible_invention"].needed = True  # type: ignore[attr-defined]
        else:
            self.drop("possible_invention")

    def drop(self, name: str) -> None:
        """Take a field out; what tells touched fields from others is counted anew."""
        del self.fields[name]
        self.fields["version"].initial = self.token = version_token(self.instance, self.texts)

    @property
    def touched(self) -> dict[str, Any]:
        """A changed answer about inventions closes or opens the draft with the same save."""
        values = super().touched
        if "possible_invention" in values:
            values["confidentiality"] = openness_for(values["possible_invention"])
        return values

    def sections(self) -> Iterator[tuple[Section, list[forms.BoundField]]]:
        for section in SECTIONS:
            if fields := [self[name] for name in section.fields if name in self.fields]:
                yield section, fields


def technology_choices(idea: Idea) -> Iterator[tuple[str, str]]:
    """Those offered, and those that the idea has already (one query)."""
    for technology in Technology.objects.all():
        if technology.offered or technology.key in idea.technologies:
            yield technology.key, str(technology)
