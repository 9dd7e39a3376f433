"""Forms of what is done inside a case without moving it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases import uploads
from portal.cases.errors import NotVisible
from portal.cases.forms.versioned import VersionedForm, draft_formfield
from portal.cases.models import Case, Considerations
from portal.cases.queries.finding import find_case
from portal.cases.states import Audience, Confidentiality, Provision, Relation
from portal.cases.text import CleanCharField, CleanTextField


class MessageForm(forms.Form):
    """A note among those who handle the case, unless the author is chosen. The author's own messages choose nothing."""

    audience = forms.ChoiceField(label=_("Who will read it?"), choices=Audience.choices[:2], required=False)
    text = CleanTextField(label=_("Text"), max_length=10_000)

    def clean_audience(self) -> Audience:
        return Audience(self.cleaned_data["audience"] or Audience.INTERNAL)


class DocumentForm(forms.Form):
    """A file for the case; what it is, its content decides."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, pictures, Word, Excel, PowerPoint, OpenDocument, MP4 film or plain text."),
        max_length=1000,
        allow_empty_file=True,
    )
    title = CleanCharField(label=_("What it is"), help_text=_("Left empty, the file's name is used."), required=False)
    audience = forms.ChoiceField(label=_("Who reads it?"), widget=forms.RadioSelect)

    accepted: uploads.Accepted

    def __init__(self, *args: Any, inside: bool, **kwargs: Any) -> None:
        """``inside`` is whether the person handles the case; the others cannot leave internal documents."""
        super().__init__(*args, **kwargs)
        audience: Any = self.fields["audience"]
        open_to = [Audience.AUTHOR, Audience.EVERYONE]
        audience.choices = [
            (choice.value, choice.label) for choice in ([Audience.INTERNAL, *open_to] if inside else open_to)
        ]
        audience.initial = Audience.INTERNAL if inside else Audience.AUTHOR

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        self.accepted = uploads.inspect(file, file.name or "")
        return file


class WithdrawForm(forms.Form):
    reason = CleanCharField(label=_("Why is it withdrawn?"), required=False)


def person_called(word: str) -> User:
    """Who has the user name or the e-mail address. Raises ValidationError."""
    found = User.objects.filter(Q(username__iexact=word) | Q(email__iexact=word), is_active=True).first()
    if found is None:
        raise ValidationError(_("Nobody with that user name or e-mail address has an account here."), code="unknown")
    return found


class CoauthorForm(forms.Form):
    """One person, by user name or e-mail address."""

    who = CleanCharField(label=_("User name or e-mail address"), max_length=254)

    def clean_who(self) -> User:
        return person_called(self.cleaned_data["who"])


class HolderForm(forms.Form):
    """Who handles the case."""

    holder = forms.ModelChoiceField(label=_("Handled by"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder: Any = self.fields["holder"]
        holder.queryset = people
        holder.empty_label = str(_("Nobody: the office together"))


class OpennessForm(forms.Form):
    """How far the case is open; where it is not, the provision and the reason are asked for (OSL 5:5)."""

    confidentiality = forms.ChoiceField(label=_("Openness"), choices=Confidentiality.choices, widget=forms.RadioSelect)
    provision = forms.ChoiceField(
        label=_("Secrecy mark"), choices=[("", _("None")), *Provision.choices], required=False
    )
    reason = CleanTextField(label=_("Reason"), help_text=_("Stays in the history of the case."), max_length=2000)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("confidentiality") == Confidentiality.RESTRICTED and not cleaned.get("provision"):
            self.add_error("provision", _("A closed case needs the provision that it rests on."))
        return cleaned


class LinkForm(forms.Form):
    """Another case that the person sees, by its diary number. To join one to another is a decision in the case, and no mere tie."""

    relation = forms.ChoiceField(
        label=_("This case"),
        choices=[choice for choice in Relation.choices if choice[0] != Relation.JOINED],
        initial=Relation.RELATED,
    )
    reference = CleanCharField(label=_("Diary number of the other case"), max_length=40)

    def __init__(self, *args: Any, case: Case, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.person = person

    def clean_reference(self) -> Case:
        try:
            other = find_case(self.cleaned_data["reference"], self.person)
        except NotVisible:
            raise ValidationError(_("There is no such case, or you may not see it."), code="unknown") from None
        if other.pk == self.case.pk:
            raise ValidationError(_("A case is not tied to itself."), code="itself")
        return other


class ConsiderationsForm(VersionedForm):
    """An answer and a sentence for each of the four topics (§6.2)."""

    class Meta:
        model = Considerations
        fields = tuple(name for topic in Considerations.TOPICS for name in (topic, f"{topic}_text"))
        formfield_callback = draft_formfield
