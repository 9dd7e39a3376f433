"""Forms that moves ask for."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.text import CleanTextField


class MoveForm(forms.Form):
    """What a move asks for. ``private`` names fields that are not written into the event, ``inside`` those that the event keeps for who
    reads inside the case, though the move is everyone's to know of.
    """

    private: ClassVar[frozenset[str]] = frozenset()
    inside: ClassVar[frozenset[str]] = frozenset()
    quote: str = ""
    """What of the case the person should have before their eyes while they fill in the form."""
    notice: str = ""
    """What comes of the move that the person might not expect, said before it is made."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        case: Case,
        person: User | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.case = case
        self.person = person
        self.prepare()

    def prepare(self) -> None:
        """A place for subclasses to set choices from the case and the person."""

    @classmethod
    def recorded(cls, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The cleaned data as JSON for the event. The reason is the event's note and is not repeated."""
        kept = {name: _plain(value) for name, value in cleaned.items() if name not in cls.private and name != "reason"}
        return {name: value for name, value in kept.items() if value not in (None, "", [])}


class ReasonForm(MoveForm):
    """A reason that the author will read (FL 2017:900 32 §)."""

    reason = CleanTextField(
        label=_("Reason"), help_text=_("The author reads this. Write plainly what decided the matter."), max_length=5000
    )


class OptionalReasonForm(MoveForm):
    """A comment that need not be given."""

    reason = CleanTextField(label=_("Comment"), help_text=_("The author reads this."), max_length=5000, required=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet | list | tuple | set):
        return [_plain(item) for item in value]
    if isinstance(value, UploadedFile):
        return value.name
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
