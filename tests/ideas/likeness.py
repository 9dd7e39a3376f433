"""Asking for what is like a text."""

from typing import Any

from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.cases.queries.similar import similar_cases
from tests.cast import again

HTMX = {"HX-Request": "true"}


def found(text: str, person: User, **more: Any) -> list[str]:
    return [one.case.title for one in similar_cases(text, again(person), **more)]


def post(client: Client, draft: Any, **values: str) -> str:
    return client.post(reverse("cases:similar", args=[draft.key]), values, headers=HTMX).content.decode().strip()
