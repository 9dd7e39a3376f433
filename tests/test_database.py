"""Tests that commit find the database as the migrations left it, whatever the one before did."""

import psycopg2
import pytest
from django.db import connection

from portal.accounts.models import User
from portal.organisation.models import Unit


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_another_test_committed_is_gone(turn: int) -> None:
    assert User.objects.count() == 0
    assert not Unit.objects.filter(name="Changed").exists()
    User.objects.create(username="left behind")
    Unit.objects.filter(pk=Unit.objects.values("pk")[:1]).update(name="Changed")


@pytest.mark.django_db(transaction=True)
def test_a_subprocess_reaches_the_same_database_as_the_application(database_url: str) -> None:
    User.objects.create(username="committed")
    with psycopg2.connect(database_url) as link, link.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database(), count(*) FROM accounts_user")
        assert cursor.fetchone() == ("portal", connection.settings_dict["NAME"], 1)
    link.close()
