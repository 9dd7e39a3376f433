"""``has_perm`` for cases: the same filter that lists use."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import User
from portal.cases.models import Case


class CaseBackend(BaseBackend):
    """Answers ``has_perm("cases.view_case", case)``, and the same of each kind, by ``visible_to`` (one query)."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(obj, Case) or not isinstance(user_obj, User | AnonymousUser):
            return False
        app, _dot, codename = perm.partition(".")
        return (
            codename == f"view_{obj._meta.model_name}"
            and app == obj._meta.app_label
            and (type(obj).objects.visible_to(user_obj).filter(pk=obj.pk).exists())
        )
