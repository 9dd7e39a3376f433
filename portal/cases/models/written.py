"""Rows that several people write a field at a time."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _


class Written(models.Model):
    """A row that is saved a few fields at a time, and knows in which version each was last changed.

    A kind whose fields are not all columns (the questions of a call) says in these methods where the others are kept. ``value_of`` is what
    the writers have written; what readers are shown of a row are its columns.
    """

    field_versions = models.JSONField(default=dict, db_default={}, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True

    def value_of(self, name: str) -> Any:
        """What stands in the field."""
        return getattr(self, name)

    def set_value(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def text_of(self, name: str) -> str:
        """What stands in the field, as a reader says it."""
        return in_words(self, name)

    def writers_text_of(self, name: str) -> str:
        """The same for those who write the field; a kind that keeps a new text until it is handed in says here what that is."""
        return self.text_of(name)

    def inside_text_of(self, name: str) -> str:
        """The same for those who read inside the case; a kind whose fields can be marked as secret masks them in ``text_of``, not here."""
        return self.text_of(name)

    def free_texts(self) -> list[str]:
        """Everything that its writers have written in words of their own."""
        columns = [one for one in self._meta.concrete_fields if isinstance(one, models.CharField | models.TextField)]
        return [str(self.value_of(one.attname) or "") for one in columns if one.editable and not one.choices]

    def name_of(self, name: str) -> str:
        """What the field is called."""
        return str(getattr(self._meta.get_field(name), "verbose_name", name))


def in_words(row: models.Model, name: str) -> str:
    """What stands in a column: yes and no, a list with commas, choices by their labels, or as the row itself says that one."""
    value, column = getattr(row, name), row._meta.get_field(name)
    labels = dict(_choices(column))
    if isinstance(value, list | tuple):
        return ", ".join(str(labels.get(item, item) if labels else item) for item in value)
    if isinstance(value, bool) and not labels:
        return _("Yes") if value else _("No")
    return "" if value is None else str(getattr(row, f"get_{name}_display")() if labels else value)  # JSON has no hash


def _choices(column: Any) -> list[tuple[Any, Any]]:
    return list(getattr(column, "base_field", column).flatchoices)
