"""Naming colleagues in a form."""

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.text import CleanTextField

MOST = 20


class ColleaguesField(CleanTextField):
    """Employees by e-mail address or user name, separated by commas or new lines; cleans to a list of people (one query)."""

    default_error_messages = {
        "unknown": _("Nobody in the Region has the address or user name “%(name)s”. Check how it is spelled."),
        "too_many": _("Name at most %(most)s people at a time."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        rows = {"rows": 2} if isinstance(widget, forms.Textarea) else {}
        return {**super().widget_attrs(widget), **rows, "spellcheck": "false", "autocapitalize": "none"}

    def clean(self, value: Any) -> Any:
        names = [name for name in re.split(r"[\s,;]+", super().clean(value) or "") if name]
        if len(names) > MOST:
            raise forms.ValidationError(self.error_messages["too_many"], params={"most": MOST})
        found = self._found(names)
        if unknown := [name for name in names if name.lower() not in found]:
            raise forms.ValidationError(
                [forms.ValidationError(self.error_messages["unknown"], params={"name": name}) for name in unknown]
            )
        return list({found[name.lower()].pk: found[name.lower()] for name in names}.values())

    def _found(self, names: list[str]) -> dict[str, User]:
        chosen = Q()
        for name in names:
            chosen |= Q(email__iexact=name) | Q(username__iexact=name)
        people = User.objects.filter(chosen, is_active=True, is_employee=True) if names else ()
        return {key.lower(): person for person in people for key in (person.username, person.email) if key}
