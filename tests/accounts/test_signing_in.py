"""The way in and out: password, next page, sign-up, a forgotten password."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast

LOGIN = "/konto/logga-in/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": password, **more})


def test_the_form_is_plain_html_with_login_and_password(db: None, client: Client) -> None:
    page = client.get(LOGIN, {"next": "/om/"}).content.decode()
    assert re.search(r'<input[^>]*name="login"', page)
    assert re.search(r'<input[^>]*type="password"[^>]*name="password"', page)
    assert re.search(r'<input[^>]*name="next"[^>]*value="/om/"', page)


@pytest.mark.parametrize("login", ["author", "AUTHOR", "author@example.org", "Author@Example.Org"])
def test_user_name_and_address_both_let_a_person_in_and_lead_where_they_wanted(
    cast: Cast, client: Client, login: str
) -> None:
    answer = sign_in(client, login, next="/om/")
    assert (answer.status_code, answer["Location"]) == (302, "/om/")
    assert client.session["_auth_user_id"] == str(cast.author.pk)
