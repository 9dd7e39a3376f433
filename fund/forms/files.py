"""Answers that are files: one that is attached already, or one that is sent along."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile

from fund.attached import Upload
from fund.models.application import Answers, in_words
from portal.cases.uploads import BY_EXTENSION, inspect
from portal.cases.verdicts import Verdict

ACCEPTED = ",".join(BY_EXTENSION)


class Sent(NamedTuple):
    """What the two fields held: the digest of a file that is attached already, and a new file."""

    chosen: str = ""
    file: "UploadedFile[Any] | None" = None


class FileWidget(forms.Widget):
    """A choice among the attached files, where there are any, and a place for a new one."""

    template_name = "fund/widgets/file.html"
    use_fieldset = True
    needs_multipart_form = True

    def __init__(self, files: list[Answers]) -> None:
        super().__init__()
        self.files = files

    def id_for_label(self, id_: str) -> str:
        return ""  # two fields, each with a label of its own

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = value.chosen if isinstance(value, Sent) else value and value["sha256"]
        context["widget"] |= {"files": self.files, "chosen": chosen, "sent": _sent(name), "accept": ACCEPTED}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        return Sent(data.get(name, ""), files.get(_sent(name)))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and _sent(name) not in files


def _sent(name: str) -> str:
    return f"{name}-file"


class FileField(forms.Field):
    """The file as ``attached`` describes it, an ``Upload`` that is yet to be attached, or None."""

    in_words = staticmethod(in_words)

    def __init__(self, *, files: list[Answers], room: Callable[[], Verdict], **kwargs: Any) -> None:
        """``room`` is asked before a new file is taken."""
        self.room = room
        self.known = {file["sha256"]: file for file in files}
        super().__init__(widget=FileWidget(list(self.known.values())), **kwargs)

    def clean(self, value: Sent) -> Answers | Upload | None:
        """The new file, if there is one. Raises ValidationError for one that is not accepted, or has no room."""
        if value.file is None:
            return self.known.get(value.chosen)
        accepted = inspect(value.file, value.file.name or "")
        if (known := self.known.get(accepted.sha256)) is None and not (verdict := self.room()):
            raise forms.ValidationError(str(verdict))
        return known or Upload(value.file, accepted)
