"""The admin pages: for units, offices, people and texts. No case is there, and no table that would give rights around the offices."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

OTHERS = frozenset({"allauth", "django", "guardian"})
"""Packages whose tables stay out: groups and grants, and the secrets of second factors and of single sign-on."""


class PortalAdminSite(AdminSite):
    site_header = site_title = "Innovationsportalen"
    index_title = _("Administration pages")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in models if _package(model._meta.app_label) not in OTHERS]
        super().register(ours, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Without the way from a row to its page: it would say of any id, of cases too, whether it exists and its number."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one way in is the portal's own, with its throttle and its second factor."""
        return super().login(request, extra_context)


def _package(label: str) -> str:
    return apps.get_app_config(label).name.partition(".")[0]
