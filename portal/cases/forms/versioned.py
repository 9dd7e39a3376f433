"""Forms over a row that several people may write at once."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.cases.text import clean_formfield

DIGEST = 8
UNREAD = "-" * DIGEST
"""The digest of nothing: a field whose digest could not be read counts as changed."""


def draft_formfield(column: Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """For ``Meta.formfield_callback``: text is cleaned, lists of choices are boxes to tick, a choice is made with radio buttons."""
    words = {"label": capfirst(column.verbose_name), "help_text": column.help_text} | kwargs
    if isinstance(column, ArrayField) and column.base_field.choices:
        return forms.MultipleChoiceField(
            choices=column.base_field.choices, widget=forms.CheckboxSelectMultiple, **words
        )
    if isinstance(column, models.BooleanField) and column.null:
        return forms.TypedChoiceField(
            choices=[(True, _("Yes")), (False, _("No"))],
            coerce=lambda value: value == "True",
            empty_value=None,
            widget=forms.RadioSelect,
            **words,
        )
    field = clean_formfield(column, **kwargs)
    if column.choices and isinstance(field, forms.TypedChoiceField):
        empty = [] if any(value == "" for value, _label in column.flatchoices) else [("", _("Choose"))]
        field.choices = [*empty, *column.choices]
    return field


class VersionedForm(forms.ModelForm[Any]):
    """Knows which fields the writer has changed since the page was made, so that a stale page overwrites nothing.

    The hidden field ``version`` holds the row's version and a digest of each field as it was shown. What is still the same as its
    digest was not touched and is left alone; ``touched`` is the rest. Nothing is required: a draft is kept as it is. ``keep`` names the
    fields that the writer overwrites knowingly, each with the version in which the other text was seen: ``need:7,title:7``.

    A window that saves itself goes on with ``token_after``: what others have saved meanwhile it has not shown, so it stays behind there.
    """

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    keep = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    class Meta:
        formfield_callback = draft_formfield

    asks: tuple[str, ...] = ()
    """Fields that are needed in the end; they are marked so."""

    def __init__(self, data: Any = None, files: Any = None, *, instance: Any, **kwargs: Any) -> None:
        super().__init__(data, files, instance=instance, **kwargs)
        for name in self.texts:
            self.fields[name].required = False
            self.fields[name].needed = name in self.asks  # type: ignore[attr-defined]  # read by the template of a field
        self.fields["version"].initial = self.token = version_token(instance, self.texts)

    @property
    def texts(self) -> list[str]:
        """Names of the fields that are the row's own."""
        return [name for name in self.fields if name not in ("version", "keep")]

    @property
    def seen(self) -> int:
        """The version that the writer started from; 0, and so a conflict with everything, when it cannot be read."""
        return min(self._started, *self._behind.values()) if self._behind else self._started

    @property
    def touched(self) -> dict[str, Any]:
        """The valid fields that the writer has changed, but those in dispute that the page leaves until the writer has chosen."""
        shown = self._shown
        names = self.cleaned_data.keys() - self._left
        values = {name: self.cleaned_data[name] for name in self.texts if name in names}
        return {name: value for name, value in values.items() if digest(value) != shown.get(name)}

    @property
    def kept(self) -> dict[str, int]:
        """What the writer has seen in a later version than ``seen``, or overwrites knowingly."""
        later = {name: self._started for name in self.texts if name not in self._behind} if self._behind else {}
        return later | split_marks(self.cleaned_data.get("keep", ""))

    def token_after(self, row: Any) -> str:
        """For the hidden field ``version`` of a window that has saved itself, and still shows what its writer sent."""
        now = {name: digest(row.value_of(name)) for name in self.texts}
        same = {
            name for name in self.texts if name in self.cleaned_data and digest(self.cleaned_data[name]) == now[name]
        }
        shown = self._shown
        digests = "".join(now[name] if name in same else shown.get(name, UNREAD) for name in self.texts)
        behind = [keep_mark(name, self._behind.get(name, self._started)) for name in self.texts if name not in same]
        return ";".join((f"{row.version}:{digests}", ",".join(behind)))

    @property
    def _token(self) -> tuple[str, str, str]:
        """The version, the digests, and the fields that the window is behind in, as they were sent."""
        first, _semicolon, behind = self.cleaned_data.get("version", "").partition(";")
        number, _colon, digests = first.partition(":")
        return number, digests, behind

    @property
    def _started(self) -> int:
        return int(self._token[0]) if self._token[0].isdecimal() else 0

    @property
    def _shown(self) -> dict[str, str]:
        return dict(zip(self.texts, split_digests(self._token[1]), strict=False))

    @property
    def _left(self) -> set[str]:
        """As the script names them."""
        return set(str(self.data.get("leave", "")).split(","))

    @property
    def _behind(self) -> dict[str, int]:
        return split_marks(self._token[2])

    def _post_clean(self) -> None:
        """The row is written by an action under its lock, never by the form: ``instance`` stays as it was read."""


def blame(form: forms.BaseForm, names: Collection[str], sentence: str) -> None:
    """Say at each of the fields that they break a rule together, so that none of them is saved without the others."""
    form.add_error(None, forms.ValidationError(dict.fromkeys(names, sentence)))


def version_token(row: Any, names: list[str]) -> str:
    """The row's version and a digest of each named field, for the hidden field ``version``."""
    return f"{row.version}:" + "".join(digest(row.value_of(name)) for name in names)


def keep_mark(name: str, version: int) -> str:
    """How ``keep`` names a field whose other text was seen in the version."""
    return f"{name}:{version}"


def split_marks(marks: str) -> dict[str, int]:
    """Names of fields with a version each, as ``keep_mark`` writes them with commas between."""
    pairs = (mark.rpartition(":") for mark in marks.split(","))
    return {name: int(number) for name, _colon, number in pairs if number.isdecimal()}


def digest(value: Any) -> str:
    """The same for what is the same to a reader: nothing and an empty text, a row and its key, an object whatever order it is kept in."""
    plain = value.pk if isinstance(value, Model) else "" if value is None else value
    text = json.dumps(plain, default=str, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGEST]


def split_digests(digests: str) -> list[str]:
    """Digests that were written one after the other."""
    return [digests[place : place + DIGEST] for place in range(0, len(digests), DIGEST)]


def written(form: forms.BaseForm, names: Mapping[str, str]) -> dict[str, str]:
    """What stands in the named fields, as a reader says it."""
    return {name: in_words(form.fields[name], form.cleaned_data.get(name)) for name in names}


def in_words(field: forms.Field, value: Any) -> str:
    """What stands in a field, as a reader says it. A field whose values are no text or choice says it itself."""
    if say := getattr(field, "in_words", None):
        return str(say(value))
    labels = {str(key): label for key, label in getattr(field, "choices", ())}
    if isinstance(value, list | tuple):
        return ", ".join(str(labels.get(str(item), item)) for item in value)
    return "" if value is None else str(labels.get(str(value), value))
