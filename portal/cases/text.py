"""What people write is cleaned in one place, before any rule or any table sees it.

Characters that no reader can see are taken away without a word: they are pasted along from other programs,
turn the reading direction of a page, hide a word from search, or cannot be stored. Nothing visible changes.
A NUL or a text that is too long is refused with a sentence instead, since taking part of it away would.
"""

import re
import unicodedata
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

LINE_LENGTH = 200
TEXT_LENGTH = 20_000

_LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, but not NUL, tab or line feed
    "\xad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # all that sets the reading direction
    "\ufff9-\ufffb]"  # interlinear annotation
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Text of several lines: NFC, lines ended by a line feed, nothing invisible, no space around it.

    Joiners inside emoji and Indic scripts stay. NUL stays too, for a validator to refuse.
    """
    lines = _LINE_BREAK.sub("\n", text)
    visible = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _INVISIBLE.sub("", lines))
    return unicodedata.normalize("NFC", visible).strip()


def clean_line(text: str) -> str:
    """Text of one line: as `clean_text`, and any run of white space is one space."""
    return " ".join(clean_text(text).split())


class CleanCharField(forms.CharField):
    """One line of text, cleaned. Shows no `maxlength`: browsers would cut what is pasted without a word."""

    default_length = LINE_LENGTH
    clean_up = staticmethod(clean_line)
    default_error_messages: ClassVar = {
        "max_length": _(
            "The text is %(show_value)s characters long, and there is room for %(limit_value)s here. "
            "Shorten it, or attach the rest as a document."
        ),
        "null_characters_not_allowed": _(
            "The text contains a character that cannot be stored (NUL). Write it again, or paste it as plain text."
        ),
    }

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(max_length=max_length or self.default_length, **kwargs)

    def to_python(self, value: Any) -> str | None:
        return super().to_python(self.clean_up(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class CleanTextField(CleanCharField):
    """Several lines of text, cleaned; at most 20 000 characters unless told otherwise."""

    default_length = TEXT_LENGTH
    clean_up = staticmethod(clean_text)
    widget = forms.Textarea


def clean_formfield(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """For `Meta.formfield_callback` of a model form: its text columns get the fields above."""
    if isinstance(field, models.TextField) and not field.choices:
        kwargs.setdefault("form_class", CleanTextField)
    elif type(field) is models.CharField and not field.choices:  # not its subclasses: e-mail, URL, slug
        kwargs.setdefault("form_class", CleanCharField)
    return field.formfield(**kwargs)
