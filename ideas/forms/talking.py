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


class ReportCommentForm(forms.Form):
    reason = CleanCharField(
        label=_("What is wrong with the comment?"),
        help_text=_(
            "Those who handle the idea read it, with your name. Whoever wrote the comment is not told. You are told what they did."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LetStandForm(forms.Form):
    reason = CleanCharField(
        label=_("Why does it stand?"),
        help_text=_("Those who reported the comment read it."),
        max_length=300,
    )
