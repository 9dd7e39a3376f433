"""The organisation for everyone to read, and for administrators to change."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import Letter, User
from portal.cases.models import Case, Event
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role
from tests.cast import PASSWORD, Cast, appointment, case_in, draft_of, signed_in
from tests.days import today

PAGE = "/organisation/"


def test_anyone_reads_the_units_in_their_tree_with_the_registrar_to_write_to(db: None, client: Client) -> None:
    Unit.objects.filter(code="LISAB").update(email="registrator@lisab.example")
    Unit.objects.filter(code="SOS").update(email="registrator@sos.example")
    page = client.get(PAGE).content.decode()
    listed = re.findall(r"<strong>(.*?)</strong>", page)
    assert len(listed) == Unit.objects.current().count()
    under = page[page.index("Landstingshuset") :]
    assert "registrator@sos.example" in under
    assert under.count("registrator@lisab.example") > 2 * 5, "units without an address of their own name the one above"


def test_closed_units_are_not_shown(db: None, client: Client) -> None:
    Unit.objects.filter(code="PAN").update(valid_to=today() - timedelta(days=1))
    assert "Patientnämnden" not in client.get(PAGE).content.decode()


def test_employees_see_who_holds_which_office_and_others_do_not(cast: Cast, client: Client) -> None:
    name = str(cast.lead)
    assert name in signed_in(cast.colleague).get(PAGE).content.decode()
    assert name not in client.get(PAGE).content.decode()
    assert name not in signed_in(cast.external).get(PAGE).content.decode()
    assert "Former lead" not in signed_in(cast.colleague).get(PAGE).content.decode()


@pytest.mark.trust(23)
def test_the_page_costs_the_same_however_many_units_and_offices(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = signed_in(cast.colleague)
    for extra in (1, 3):
        for number in range(extra):
            place = Unit.objects.create(
                code=f"N{extra}{number}",
                name="Ny",
                kind="bolag",
                parent=Unit.objects.get(code="SOS"),
                valid_from=today(),
            )
            appointment(cast.author, Role.MANAGER, place).save()
        with django_assert_num_queries(1):
            client.get(PAGE)
        with django_assert_num_queries(5):  # session, person, units, offices, unread notices
            person.get(PAGE)


# ── Administration ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_a_superuser_comes_into_the_admin_pages_and_by_the_portals_own_sign_in(cast: Cast, client: Client) -> None:
    answer = client.get("/admin/login/", {"next": "/admin/"})
    assert answer["Location"] == "/konto/logga-in/?next=%2Fadmin%2F"
    client.post("/admin/login/", {"username": "admin", "password": PASSWORD})
    assert "_auth_user_id" not in client.session, "a second way in would have no throttle and no second factor"
    assert signed_in(cast.admin).get("/admin/").status_code == 200
    for person in (cast.author, cast.coordinator, cast.registrar, cast.external):
        assert signed_in(person).get("/admin/", follow=True).status_code == 403


def _points_at_a_case(model: type[Model]) -> bool:
    pointed_at = (field.related_model for field in model._meta.fields)
    return any(isinstance(one, type) and issubclass(one, Case) for one in pointed_at)


def test_no_case_no_grant_and_no_secret_is_in_the_admin_pages() -> None:
    shown = {model._meta.label for model in admin.site._registry}
    apart = {"cases", "followup", "auth", "account", "mfa", "socialaccount", "usersessions", "guardian"}
    assert {label for label in shown if label.partition(".")[0] in apart} == set()
    of_a_case = {model._meta.label for model in admin.site._registry if _points_at_a_case(model)}
    assert of_a_case == set()
    assert "notices.Notice" not in shown
    assert {"accounts.User", "organisation.Unit", "organisation.Appointment"} <= shown


def test_people_units_and_offices_are_never_deleted_there(cast: Cast) -> None:
    client = signed_in(cast.admin)
    office = Appointment.objects.first()
    assert office
    for path in (
        f"accounts/user/{cast.author.pk}",
        f"organisation/unit/{cast.author.unit_id}",
        f"organisation/appointment/{office.pk}",
    ):
        assert client.get(f"/admin/{path}/change/").status_code == 200
        assert client.post(f"/admin/{path}/delete/", {"post": "yes"}).status_code == 403


def test_an_administrator_closes_a_unit_and_its_cases_move(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    old, heir = idea.unit, Unit.objects.get(code="DS")
    client = signed_in(cast.admin)
    address = f"/admin/organisation/unit/{old.pk}/close/"
    assert address in client.get(f"/admin/organisation/unit/{old.pk}/change/").content.decode()
    refused = client.post(address, {"on": "2000-01-01", "successor": heir.pk})
    assert refused.status_code == 200
    assert b"errorlist" in refused.content
    client.post(address, {"on": str(today() - timedelta(days=1)), "successor": heir.pk})
    assert Case.objects.get(pk=idea.pk).unit == heir
    assert Event.objects.filter(case=idea).latest("number").person == cast.admin
    assert signed_in(cast.coordinator).get(address).status_code == 302


def test_the_last_day_and_the_successor_are_set_in_no_other_way(cast: Cast) -> None:
    place = Unit.objects.get(code="SOS")
    sent = {
        "kind": "bolag",
        "parent": place.parent_id,
        "code": "SOS",
        "prefix": "SOS",
        "name": "Nytt namn",
        "valid_from": "2020-01-01",
    }
    heir = Unit.objects.get(code="DS").pk
    signed_in(cast.admin).post(
        f"/admin/organisation/unit/{place.pk}/change/", {**sent, "valid_to": "2021-01-01", "successor": heir}
    )
    place.refresh_from_db()
    assert (place.name, place.valid_to, place.successor) == ("Nytt namn", None, None)


def offices_of(person: User) -> list[Any]:
    return list(person.appointments.values_list("role", "valid_from", "valid_to").order_by("valid_from"))


def test_an_administrator_gives_and_ends_an_office(cast: Cast) -> None:
    client, add = signed_in(cast.admin), "/admin/organisation/appointment/add/"
    sent = {
        "person": cast.author.pk,
        "role": "registrar",
        "unit": cast.author.unit_id,
        "valid_from": str(today()),
        "valid_to": "",
    }
    assert client.post(add, sent).status_code == 302
    assert offices_of(cast.author) == [("registrar", today(), None)]
    again = client.post(add, sent)
    assert again.status_code == 200
    assert b"errorlist" in again.content
    assert client.post(add, {**sent, "person": cast.inactive.pk}).status_code == 200
    office = Appointment.objects.get(person=cast.author)
    change = f"/admin/organisation/appointment/{office.pk}/change/"
    assert client.post(change, {"valid_to": str(today() - timedelta(days=1))}).status_code == 200
    assert client.post(change, {"valid_to": str(today()), "role": "controller"}).status_code == 302
    assert offices_of(cast.author) == [("registrar", today(), today())]
    change_kept = office.changes.latest("pgh_id")  # type: ignore[attr-defined]  # by pghistory
    assert change_kept.pgh_context.metadata["user"] == cast.admin.pk


def test_an_administrator_adds_a_person_who_can_then_sign_in(cast: Cast, client: Client) -> None:
    sent = {
        "username": "ny", "name": "Ny Person", "email": "ny@example.org", "unit": "",
        "usable_password": "true", "password1": "tolv-tecken-minst-1", "password2": "tolv-tecken-minst-1",
    }  # fmt: skip
    assert signed_in(cast.admin).post("/admin/accounts/user/add/", sent).status_code == 302
    client.post("/konto/logga-in/", {"login": "ny@example.org", "password": sent["password1"], "next": "/om/"})
    assert client.session["_auth_user_id"] == str(User.objects.get(username="ny").pk)


def test_a_person_who_is_disabled_there_is_out_at_once(cast: Cast, client: Client) -> None:
    client.post("/konto/logga-in/", {"login": "author", "password": PASSWORD, "next": "/om/"})
    assert client.get("/konto/").status_code == 200
    person = cast.author
    sent = {
        "username": "author",
        "name": person.name,
        "email": person.email,
        "unit": person.unit_id,
        "language": "sv",
        "delivery": "at_once",
        "is_employee": "on",
    }
    assert signed_in(cast.admin).post(f"/admin/accounts/user/{person.pk}/change/", sent).status_code == 302
    assert not User.objects.get(pk=person.pk).is_active
    assert client.get("/konto/").status_code == 302


def test_a_person_whose_password_is_set_there_is_told(cast: Cast) -> None:
    client, fresh = signed_in(cast.admin), "tolv-tecken-minst-1"
    address = f"/admin/accounts/user/{cast.author.pk}/password/"
    sent = {"usable_password": "true", "password1": fresh, "password2": "något annat"}

    assert client.post(address, sent).status_code == 200
    assert not Letter.objects.exists()
    assert client.post(address, {**sent, "password2": fresh, "set-password": "1"}).status_code == 302

    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == (cast.author.email, "Ditt lösenord är ändrat")
    assert fresh not in letter.text
    assert User.objects.get(pk=cast.author.pk).check_password(fresh)


def test_no_address_there_says_whether_a_case_exists(cast: Cast) -> None:
    case = draft_of(IdeaFlow, cast)
    kind = ContentType.objects.get_for_model(case).pk
    client = signed_in(cast.admin)
    assert [client.get(f"/admin/r/{kind}/{pk}/").status_code for pk in (case.pk, case.pk + 1)] == [404, 404]


def test_staff_who_are_no_superusers_do_not_make_anyone_one(cast: Cast) -> None:
    from django.contrib.auth.models import Permission

    User.objects.filter(pk=cast.colleague.pk).update(is_staff=True)
    for name in ("view_user", "change_user"):
        cast.colleague.user_permissions.add(Permission.objects.get(codename=name))
    person = cast.author
    sent = {
        "username": "author", "name": person.name, "email": person.email, "unit": person.unit_id, "language": "sv",
        "delivery": "at_once", "is_active": "on", "is_employee": "on", "is_staff": "on", "is_superuser": "on",
    }  # fmt: skip
    signed_in(cast.colleague).post(f"/admin/accounts/user/{person.pk}/change/", sent)
    found = User.objects.get(pk=person.pk)
    assert (found.is_staff, found.is_superuser) == (False, False)
