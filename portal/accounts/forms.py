"""allauth's forms in the portal's words, and a person's own settings."""

from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.organisation.models import Unit

CODE_LIVES = 120  # seconds: longer than a code is taken with one step of tolerance either way


class Plain:
    """Without placeholders: the label says it, and goes on saying it while one writes (WCAG 3.3.2)."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignInForm(Plain, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address or user name")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""  # the link stands below the form


class SignUpForm(Plain, account.SignupForm):
    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "email", "password1")

    def try_save(self, request: HttpRequest) -> Any:
        """The password of one who is known here is hashed too, and thrown away: the answer takes as long as it does for a newcomer."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AddEmailForm(Plain, account.AddEmailForm):
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    pass


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    pass


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    pass


class Once(Plain):
    """A code counts once (RFC 6238, 5.2), also the one that the app was set up with, for as long as any clock may show it."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form this is mixed into
        if not cache.add(f"code-used:{self.user.pk}:{normalize_user_code(code)}", 1, CODE_LIVES):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(Once, mfa.AuthenticateForm):
    pass


class CodeAgainForm(Once, mfa.ReauthenticateForm):
    pass


class FirstCodeForm(Once, totp.ActivateTOTPForm):
    pass


class SettingsForm(forms.ModelForm[User]):
    """What a person decides about themselves. The name of someone who comes by the Region's sign-in is the directory's."""

    class Meta:
        model = User
        fields = ("name", "unit", "language", "delivery")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "delivery": forms.RadioSelect,
        }

    def __init__(self, *args: Any, by_region: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delivery"].help_text = _("Decisions in your cases and dates that pass are always sent at once.")
        if by_region:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("Comes from the Region’s directory.")
        if self.instance.is_employee:
            unit: Any = self.fields["unit"]
            unit.queryset = Unit.objects.current().in_order()
            unit.empty_label = _("None chosen")
        else:
            del self.fields["unit"]
