"""The pages about a person's own account, and the way in from the Region's own sign-in."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import ConfirmEmailView, EmailView, LoginView, LogoutView, SignupView
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView, OAuth2View
from allauth.utils import get_request_param
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, UpdateView, View
from django.views.i18n import set_language as django_set_language
from requests import RequestException

from portal.accounts.actions import change_settings, end_sessions
from portal.accounts.adapters import keep_language
from portal.accounts.forms import SettingsForm
from portal.accounts.mine import my_data_zip
from portal.accounts.models import User
from portal.accounts.paths import asks_for_sign_in, path_here
from portal.accounts.queries import sign_ins_of
from portal.accounts.region import RegionAdapter, RegionCallback
from portal.accounts.rules import has_second_factor
from portal.notices.actions import set_delivery


class WayInMixin:
    """Says why one is there when one was on the way to a page for those who are signed in."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on_the_way = asks_for_sign_in(get_request_param(self.request, "next") or "")
        context: dict[str, Any] = super().get_context_data(on_the_way=on_the_way, **kwargs)  # type: ignore[misc]  # allauth's
        return context


class SignUpView(WayInMixin, SignupView):
    """allauth's own page."""


class ConfirmView(ConfirmEmailView):
    """allauth's own page; who was on the way somewhere goes on there, and signs in before that."""

    def get_redirect_url(self) -> str:
        there = path_here(self.get_next_url() or "")
        if self.request.user.is_authenticated or not there:
            return there or str(
                get_adapter(self.request).get_email_verification_redirect_url(self.object.email_address)
            )
        return str(add_query_params(reverse("account_login"), {"next": there}))


class SignInView(WayInMixin, LoginView):
    """allauth's own page, which also knows whether the Region's sign-in is there."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        there = passthrough_next_redirect_url(self.request, reverse("openid_connect_login", args=["region"]), "next")
        return {**context, "region": settings.OIDC_CLIENT["name"] if settings.OIDC_ISSUER else "", "region_url": there}


class SignOutView(LogoutView):
    """allauth's own page. Who signs out leaves nothing in the browser, such as a text that could not be sent: others may use it next."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'
        return response


class AddressView(LoginRequiredMixin, EmailView):
    """allauth's page about the e-mail address. Only what is sent there may write; allauth would also note the address when it is read."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" or not request.user.is_authenticated:
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            return answer
        self._did_send_verification_email = False
        return FormView.dispatch(self, request, *args, **kwargs)


class OwnMixin(LoginRequiredMixin):
    """A page about the person who is signed in, and about nobody else."""

    request: HttpRequest

    @property
    def person(self) -> User:
        return cast(User, self.request.user)  # LoginRequiredMixin lets nobody else through


@method_decorator(never_cache, name="dispatch")
class MeView(OwnMixin, UpdateView[User, SettingsForm]):
    """Who I am here, what I hold, what I have chosen. Six queries, whatever the number of offices."""

    template_name = "accounts/me.html"
    form_class = SettingsForm
    success_url = reverse_lazy("accounts:me")

    def get_object(self, queryset: Any = None) -> User:
        """Read anew, so that a form with errors leaves the page's own person as they are."""
        return User.objects.select_related("unit").get(pk=self.person.pk)

    @cached_property
    def by_region(self) -> bool:
        """Does the person come by the Region's own sign-in?"""
        return bool(SocialAccount.objects.filter(user=self.person).exists())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by_region": self.by_region}

    def form_valid(self, form: SettingsForm) -> HttpResponse:
        values = dict(form.cleaned_data)
        with transaction.atomic():
            set_delivery(person=self.object, delivery=values.pop("delivery"))
            change_settings(person=self.object, values=values)
        translation.activate(self.object.language)
        messages.success(self.request, _("Your settings are saved."))
        response = HttpResponseRedirect(str(self.success_url))
        keep_language(response, self.object.language)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.object
        today = timezone.localdate()
        offices = person.appointments.select_related("unit").order_by("-valid_from", "pk")
        held = [office for office in offices if office.valid_to is None or office.valid_to >= today]
        return super().get_context_data(
            person=person,
            offices=held,
            former_offices=[office for office in offices if office not in held],
            two_step=has_second_factor(person),
            by_region=self.by_region,
            region=settings.OIDC_CLIENT["name"] if settings.OIDC_ISSUER else "",
            months=settings.CONTACT_ERASE_MONTHS,
            notice_months=settings.NOTICE_KEEP_MONTHS,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class MyDataView(OwnMixin, View):
    """A person's own data as a zip of JSON files."""

    def get(self, request: HttpRequest) -> HttpResponse:
        name = f"innovationsportalen-{timezone.localdate():%Y-%m-%d}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(my_data_zip(self.person), content_type="application/zip", headers=headers)


@method_decorator(never_cache, name="dispatch")
class SessionsView(OwnMixin, TemplateView):
    """Where I am signed in; the button signs out everywhere else."""

    template_name = "usersessions/usersession_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sign_ins=sign_ins_of(self.person, self.request.session.session_key), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        end_sessions(person=self.person, but=request.session.session_key)
        messages.success(request, _("You are signed out everywhere but here."))
        return HttpResponseRedirect(reverse("usersessions_list"))


class SignOutEverywhereView(OwnMixin, View):
    """Signs out here too: for someone who thinks that the account is in other hands."""

    def post(self, request: HttpRequest) -> HttpResponse:
        end_sessions(person=self.person)
        logout(request)
        messages.success(request, _("You are signed out everywhere."))
        return HttpResponseRedirect(reverse("account_login"))


def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own, and the choice is kept on the person who is signed in, for letters and for the next browser."""
    response: HttpResponse = django_set_language(request)
    chosen = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        change_settings(person=request.user, values={"language": chosen})
    return response


@never_cache
def region_sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the Region's own sign-in."""
    return _with_region(request, provider_id, OAuth2LoginView)


@never_cache
def region_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the Region's own sign-in."""
    return _with_region(request, provider_id, RegionCallback)


def _with_region(request: HttpRequest, provider_id: str, view: type[OAuth2View]) -> HttpResponse:
    """404 where there is no such provider, 503 when it does not answer, 401 when it answers wrongly."""
    adapter = RegionAdapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist as problem:
        raise Http404 from problem
    try:
        response: HttpResponse = view.adapter_view(adapter)(request)
    except (OAuth2Error, RequestException) as problem:
        response = render_authentication_error(request, provider, exception=problem)
    return response
