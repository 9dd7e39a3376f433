"""Beginning a request for a test, and writing it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NotANumber
from stdnum.se import orgnr

from portal.cases.forms import DraftForm
from portal.cases.forms.versioned import version_token
from portal.cases.text import CleanCharField
from testbeds.forms.marking import ground_field, why_field
from testbeds.models import CHECKS, MARK, SECRET, WHY, Testbed, TestRequest
from testbeds.states import Actor

TRL = (
    gettext_lazy("The basic principle is known"),
    gettext_lazy("What it could be used for is described"),
    gettext_lazy("The idea is shown to work, in an experiment"),
    gettext_lazy("It works in the laboratory"),
    gettext_lazy("It works in surroundings like the real ones"),
    gettext_lazy("A prototype has been shown in surroundings like the real ones"),
    gettext_lazy("A prototype has been shown in real use"),
    gettext_lazy("It is finished and approved for use"),
    gettext_lazy("It is in use"),
)
"""Technology readiness levels 1 to 9 in plain words (ISO 16290; Horizon Europe)."""
MARKED = tuple(name for name in SECRET if TestRequest._meta.get_field(name).editable)
"""What the writer of a draft can mark as a trade secret."""
FROM_OUTSIDE = ("actor", "organisation", "orgnr", "phone")


class BeginRequestForm(forms.Form):
    """Where, and what it is called."""

    testbed = forms.ModelChoiceField(
        Testbed.objects.none(), label=gettext_lazy("Testbed"), empty_label=gettext_lazy("Choose")
    )
    title = CleanCharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("What you want to test, in a few words."), max_length=200
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["testbed"]
        field.queryset = Testbed.objects.published()


@dataclass(frozen=True)
class Section:
    """Fields that belong together."""

    title: str | Promise
    fields: tuple[str, ...]
    help: str | Promise = ""


def with_marks(*names: str) -> tuple[str, ...]:
    """The fields, each that can be marked with its mark after it, and why."""
    marks = {name: (f"{MARK}{name}", f"{WHY}{name}") for name in MARKED}
    return tuple(one for name in names for one in (name, *marks.get(name, ())))


SECTIONS = (
    Section(gettext_lazy("Who asks"), FROM_OUTSIDE),
    Section(
        gettext_lazy("What is tested"),
        ("title", "summary", *with_marks("question", "baseline", "measure", "target"), "maturity", "hours", "wishes"),
    ),
    Section(
        gettext_lazy("Who benefits"),
        (
            "operational", "operational_text", "operational_by", "user", "user_text", "user_by", "beneficiaries", "perspectives",
        ),
        gettext_lazy("The Region tests what benefits both the work where it is tested and those it is for. Both must be yes."),
    ),
    Section(
        gettext_lazy("The law"),
        tuple(one for check in CHECKS for one in (check, f"{check}_text")),
        gettext_lazy(
            "Answer each with a sentence. Nothing has to be ready, but you must know what concerns you and how it is handled. If "
            "something is not solved yet, ask the testbed before you send the request."
        ),
    ),
    Section(gettext_lazy("What happens afterwards"), with_marks("afterwards")),
)  # fmt: skip


class TestRequestForm(DraftForm):
    """A request, as far as it has come. Employees are not asked for whom they ask."""

    __test__ = False

    class Meta(DraftForm.Meta):
        model = TestRequest
        fields = tuple(name for section in SECTIONS for name in section.fields if not name.startswith((MARK, WHY)))
        help_texts = {
            "orgnr": gettext_lazy("Ten digits, for example 556036-0793."),
            "phone": gettext_lazy("If you want us to be able to call you."),
            "summary": gettext_lazy(
                "What it is, in words that somebody outside your field understands. It cannot be marked as secret."
            ),
            "question": gettext_lazy("What do you not know today, that the test can tell?"),
            "baseline": gettext_lazy("How is it done today, and how well does that work?"),
            "measure": gettext_lazy("What do you count, time or ask about, before and after?"),
            "target": gettext_lazy("Which figure, or which answer, would make you go on?"),
            "afterwards": gettext_lazy("Who needs the result, and what do they do with a yes and with a no?"),
            "wishes": gettext_lazy("Weeks, days or times. You choose the very times later."),
            "operational": gettext_lazy("Does it make the work better, safer, faster or cheaper?"),
            "operational_by": gettext_lazy("Name and role of somebody who does that work."),
            "user": gettext_lazy("Patients, relatives, travellers, residents: what do they notice?"),
            "user_by": gettext_lazy("Name and role of somebody who knows: a user, a patient association, a clinician."),
            "personal_data": gettext_lazy("Are data used that can be tied to a person? Whose, and on which ground?"),
            "ethics": gettext_lazy(
                "Is it research on people, or on data about them? Then it needs an ethical approval."
            ),
            "medical_device": gettext_lazy("Is it a medical device, with or without CE marking?"),
            "neutrality": gettext_lazy(
                "Could the Region come to procure something like it? How is the test kept open to others?"
            ),
            "state_aid": gettext_lazy(
                "What is the test worth to you, and what de-minimis aid have you had in three years?"
            ),
            "secrecy": gettext_lazy("Will you meet what is secret: patients, security, others’ business?"),
        }

    def __init__(self, data: Any = None, *, instance: TestRequest, **kwargs: Any) -> None:
        initial = {f"{prefix}{name}": instance.value_of(f"{prefix}{name}") for name in MARKED for prefix in (MARK, WHY)}
        super().__init__(data, instance=instance, initial=initial, **kwargs)
        for name in MARKED:
            told = {"field": capfirst(instance.name_of(name))}
            self.fields[f"{MARK}{name}"].label = _("“%(field)s”: is it a trade secret?") % told
            self.fields[f"{WHY}{name}"].label = _("“%(field)s”: why is it a trade secret?") % told
        self._choose_maturity()
        for name in (*CHECKS, *(f"{check}_text" for check in CHECKS), *GATE_FIELDS):
            self.fields[name].needed = True  # type: ignore[attr-defined]  # read by the template of a field
        if instance.from_inside:
            self.drop(*FROM_OUTSIDE)
        else:
            self._ask_for_whom()

    def _choose_maturity(self) -> None:
        levels = [(str(number), f"{number}. {meaning}") for number, meaning in enumerate(TRL, 1)]
        before = self.fields["maturity"]
        field = forms.TypedChoiceField(
            label=before.label,
            help_text=gettext_lazy("How far has it come? A low number is no obstacle."),
            choices=[("", gettext_lazy("Choose")), *levels],
            coerce=int,
            empty_value=None,
            required=False,
        )
        field.needed = True  # type: ignore[attr-defined]
        self.fields["maturity"] = field

    def _ask_for_whom(self) -> None:
        actor: Any = self.fields["actor"]
        actor.choices = [choice for choice in actor.choices if choice[0] != Actor.EMPLOYEE]
        for name in ("actor", "organisation", "orgnr"):
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def drop(self, *names: str) -> None:
        """Take fields out; what tells touched fields from others is counted anew."""
        for name in names:
            del self.fields[name]
        self.fields["version"].initial = self.token = version_token(self.instance, self.texts)

    def clean_orgnr(self) -> str:
        number: str = self.cleaned_data["orgnr"]
        if not number:
            return ""
        try:
            return str(orgnr.format(orgnr.validate(number)))
        except InvalidChecksum:
            raise ValidationError(
                _("The last digit of the organisation number is not right. Check all ten digits.")
            ) from None
        except NotANumber:
            raise ValidationError(_("An organisation number has ten digits, for example 556036-0793.")) from None

    def sections(self) -> Iterator[tuple[Section, list[forms.BoundField]]]:
        for section in SECTIONS:
            if fields := [self[name] for name in section.fields if name in self.fields]:
                yield section, fields


GATE_FIELDS = ("operational", "operational_text", "operational_by", "user", "user_text", "user_by")

for _name in MARKED:
    TestRequestForm.base_fields[f"{MARK}{_name}"] = ground_field("")
    TestRequestForm.base_fields[f"{WHY}{_name}"] = why_field("")
