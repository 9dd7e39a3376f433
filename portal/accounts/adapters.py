"""Where allauth asks the portal: who must confirm an address, how mail leaves, what a sign-in leaves behind."""

import base64
import hashlib
import io
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.utils import get_request_param
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from requests import RequestException

from portal.accounts.actions import write_letter
from portal.accounts.models import User
from portal.accounts.paths import path_here
from portal.accounts.region import email_in, is_strong, name_in
from portal.accounts.sessions import SECOND_FACTOR
from portal.accounts.tasks import send_letters
from portal.celery import start_after_commit

log = structlog.get_logger(__name__)
YEAR = 365 * 24 * 60 * 60  # seconds


class AccountAdapter(DefaultAccountAdapter):
    """Anyone outside the Region may sign up; that gives no rights beyond their own cases."""

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.account.stages.EmailVerificationStage": "portal.accounts.stages.ConfirmAddress"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or settings.LANGUAGE_CODE
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox: a page never waits for the mail server, and a letter outlives its being down."""
        request = current.request
        everything = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        message = self.render_mail(template_prefix, email, everything)
        write_letter(to=email, subject=message.subject, text=message.body)
        start_after_commit(send_letters)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link also knows where the person was going: it may be opened in another browser, days later."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        there = path_here(get_request_param(request, "next") or "")
        return add_query_params(url, {"next": there}) if there else url

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """What was typed as a name is not logged: now and then it is the password."""
        log.warning("sign_in_failed", ip=self.get_client_ip(request))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sociallogin = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        methods = [record["method"] for record in get_authentication_records(request, user)]
        if "mfa" in methods or (sociallogin is not None and is_strong(sociallogin.account.extra_data)):
            request.session[SECOND_FACTOR] = True
        keep_language(response, user.language)
        log.info("signed_in", person=user.pk, ip=self.get_client_ip(request), methods=methods)
        return response


def keep_language(response: HttpResponse, language: str) -> None:
    """The person's language follows them to this browser, and stays when they have signed out."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People from the Region's own sign-in are keyed on issuer and subject, never on e-mail.

    Name and employment follow the Region's directory at each sign-in. An address that another account holds already is never a way
    into that account: the person signs in to it and connects the two.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            person = sociallogin.user
            person.name = name_in(sociallogin.account.extra_data) or person.name
            person.is_employee = True
            person.save(update_fields=["name", "is_employee"])
        elif sociallogin.state.get("process") != AuthProcess.CONNECT:
            self._stop_if_taken(request, email_in(sociallogin.account.extra_data))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        log.warning("region_sign_in_refused", error=str(error), problem=type(exception).__name__)
        if isinstance(exception, RequestException):
            raise ImmediateHttpResponse(region_away(request))

    def _stop_if_taken(self, request: HttpRequest, email: str) -> None:
        if email and User.objects.filter(email__iexact=email).exists():
            text = _(
                "There is already an account with your e-mail address. Sign in to it, and connect it under My account."
            )
            messages.warning(request, text)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        person: User = sociallogin.user
        person.username = data.get("username") or ""
        person.email = data.get("email") or ""
        person.name = name_in(sociallogin.account.extra_data)
        person.language = get_language() or settings.LANGUAGE_CODE
        person.is_employee = True
        return person


def region_away(request: HttpRequest) -> HttpResponse:
    """The Region's sign-in does not answer: say so, and leave the other ways open."""
    return render(request, "account/region_away.html", status=503)


class MfaAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps encrypted, so that a copy of the database opens nothing."""

    def build_totp_svg(self, url: str) -> str:
        """On white, so that a telephone can read it on a dark page too."""
        import qrcode  # 5 MB, which a web process bears from the first time somebody sets up an app
        from qrcode.image.svg import SvgPathFillImage

        picture = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(picture)
        return picture.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text).decode()


def _cipher() -> MultiFernet:
    """Keyed from SECRET_KEY; what was encrypted under SECRET_KEY_FALLBACKS can still be read."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"portal.mfa:{key}".encode()).digest())) for key in keys
    )
