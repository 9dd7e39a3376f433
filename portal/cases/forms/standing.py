"""Forms over what stands already and has no version of its own: nobody overwrites anybody silently."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.cases.forms.versioned import digest, in_words, split_digests

STOOD = "stood"


class SeenMixin(forms.BaseForm):
    """Remembers what stood in each field when the page was made, as a digest of each in the hidden field ``stood``.

    Where another has saved something since then, a field that the writer left alone keeps what the other wrote, and one that the writer
    changed gets an error that shows it; to save once more replaces it, knowingly. Two who save within the same few milliseconds are not
    told. Stands before the form in the list of bases.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[STOOD] = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)

    @property
    def standing(self) -> dict[str, Any]:
        """What stands in each field now."""
        return {name: super(SeenMixin, self).get_initial_for_field(self.fields[name], name) for name in self._names}

    @property
    def _names(self) -> list[str]:
        return [name for name in self.fields if name != STOOD]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == STOOD:
            return "".join(map(digest, self.standing.values()))
        return super().get_initial_for_field(field, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen = dict(zip(self._names, split_digests(cleaned.pop(STOOD, "")), strict=False))
        for name, value in self.standing.items():
            if name not in cleaned or seen.get(name, digest(value)) == digest(value):
                continue
            if digest(cleaned[name]) == seen[name]:
                cleaned[name] = self.fields[name].clean(value)
            elif digest(cleaned[name]) != digest(value):
                self._tell_of(name, value)
        return cleaned

    def _tell_of(self, name: str, value: Any) -> None:
        theirs = in_words(self.fields[name], value) or _("nothing")
        told = _(
            "Someone else has saved this since you opened the page: “%(theirs)s”. Save again to replace it with yours."
        )
        self.add_error(name, told % {"theirs": theirs})
        sent: Any = self.data
        self.data = present = sent.copy()
        present[self.add_prefix(STOOD)] = self.get_initial_for_field(self.fields[STOOD], STOOD)
