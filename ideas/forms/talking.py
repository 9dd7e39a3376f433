"""Comments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.cases.text import CleanCharField, CleanTextField


class CommentForm(forms.Form):
    text = CleanTextField(
        label=_("Your comment"),
        help_text=_(
            "Every employee who sees the idea can read it, with your name. It becomes a part of the case. Nothing about patients."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RemoveCommentForm(forms.Form):
    reason = CleanCharField(
        label=_("Why is it removed?"),
        help_text=_("It is shown in the place of the comment, with your name."),
        max_length=300,
    )
