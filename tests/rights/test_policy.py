"""The rules for everyone: read, asked, written in versions, told unit by unit, attached to agreements."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.indicators.registry import by_key
from portal.organisation.models import Unit
from portal.paper import press
from portal.paper.press import print_pdf
from rights.actions.policy import confirm_reading, record_briefing, withdraw_briefing, write_policy
from rights.forms.policy import BriefingForm
from rights.letters import policy_pdf
from rights.models import Briefing, PolicyVersion, ReadReceipt
from rights.queries import reach, read_by
from tests.cast import Cast, signed_in
from tests.days import today
from tests.paper.reading import words

PAGE = "/rattigheter/regler/"
SPREAD = f"{PAGE}spridning/"
INSERT = """INSERT INTO rights_policyversion (number, valid_from, changes, changes_en, text, text_en, written_at)
    VALUES ({}, now())"""


def first() -> PolicyVersion:
    return PolicyVersion.objects.get(number=1)


def values(**more: Any) -> dict[str, Any]:
    """What a rights reviewer writes in the form of a new version."""
    return {
        "valid_from": today(),
        "changes": "Ett exempel är nytt.",
        "changes_en": "One example is new.",
        "text": "## Nytt\n\nReglerna.",
        "text_en": "## New\n\nThe rules.",
        **more,
    }


def tell(cast: Cast, unit: str = "SOS", told: int = 6, staff: int = 10, **more: Any) -> Briefing:
    given = {"version": first(), "told_on": today(), "way": "meeting", "told": told, "staff": staff, **more}
    return record_briefing(values={"unit": Unit.objects.get(code=unit), **given}, by=cast.manager)


def row_of(code: str) -> Any:
    return next(row for row in reach(first()) if row.unit and row.unit.code == code)


# ── Reading and asking ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_how_long_the_portal_counts_also_when_that_is_changed(
    client: Client, db: None, settings: Any
) -> None:
    settings.RIGHTS_RESPONSE_MONTHS = 6
    said = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "answers a disclosure as 6 months" in said


@pytest.mark.strategy("B43-4a")
@pytest.mark.strategy("B43-4")
def test_everyone_reads_the_rules_in_their_language(client: Client, db: None) -> None:
    swedish = client.get(PAGE).content.decode()
    english = client.get(PAGE, headers={"Accept-Language": "en"}).content.decode()

    for heading in ("Innan du anmäler", "Uppfinningar", "Fribrev", "Ersättning", "Exempel", "Ordlista"):
        assert f">{heading}</h" in swedish
    for heading in ("Before you report", "Inventions", "Compensation", "Examples", "Glossary"):
        assert f">{heading}</h" in english
    assert "1949:345" in swedish
    assert "I have read" not in english


@pytest.mark.strategy("B43-2")
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"result_type": "program"}, "40 a §"),
        ({"result_type": "invention", "capacities": ["teacher"]}, "lärare"),
        (
            {"result_type": "invention", "capacities": ["employee"], "in_operations": "True", "main_duty": "True"},
            "A: forsknings",
        ),
        ({"result_type": "invention", "capacities": ["employee"], "in_operations": "False"}, "D: fri uppfinning"),
        ({"result_type": "invention"}, "säger inte tillräckligt"),
        ({"result_type": "nonsens"}, "Välj ett giltigt alternativ"),
    ],
)
def test_the_guide_says_what_the_answers_point_to_and_decides_nothing(
    client: Client, db: None, answers: dict[str, Any], said: str
) -> None:
    page = client.get(f"{PAGE}fragor/", answers).content.decode()

    assert said.casefold() in page.casefold()
    assert ("avgör ingenting" in page) == (answers["result_type"] != "nonsens")


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B43-4a")
def test_a_rights_reviewer_writes_the_next_version_and_the_one_before_stays(cast: Cast) -> None:
    jurist = signed_in(cast.jurist)
    assert first().text[:40] in jurist.get(f"{PAGE}ny/").content.decode()
    sent = values(based_on=1, valid_from=today().isoformat())

    assert jurist.post(f"{PAGE}ny/", sent).status_code == 302

    now, before = Client().get(PAGE).content.decode(), Client().get(f"{PAGE}1/").content.decode()
    assert "<h2>Nytt</h2>" in now
    assert "Ett exempel är nytt." in now
    assert "<h2>Innan du anmäler</h2>" in before
    assert "I dag gäller version 2" in before
    assert PolicyVersion.objects.get(number=2).written_by == cast.jurist


def test_how_it_will_look_is_shown_and_nothing_is_saved(cast: Cast) -> None:
    sent = values(
        based_on=1, valid_from=today().isoformat(), text="## Så här\n\n<script>alert(1)</script>", preview="1"
    )
    page = signed_in(cast.jurist).post(f"{PAGE}ny/", sent).content.decode()

    assert "<h2>Så här</h2>" in page
    assert "<script>alert" not in page
    assert PolicyVersion.objects.count() == 1


def test_a_version_that_begins_later_holds_from_its_day(cast: Cast) -> None:
    write_policy(based_on=1, values=values(valid_from=today() + timedelta(days=10)), by=cast.jurist)

    assert "Innan du anmäler" in Client().get(PAGE).content.decode()
    assert "<h2>Nytt</h2>" in Client().get(f"{PAGE}2/").content.decode()
    assert PolicyVersion.objects.in_force(today() + timedelta(days=10)).latest("number").number == 2


def test_two_who_write_at_once_are_told_and_lose_nothing(cast: Cast) -> None:
    write_policy(based_on=1, values=values(), by=cast.jurist)
    with pytest.raises(Refused):
        write_policy(based_on=1, values=values(), by=cast.jurist)

    late = values(based_on=1, valid_from=today().isoformat(), text="## Senare\n\nMin text.")
    page = signed_in(cast.jurist).post(f"{PAGE}ny/", late).content.decode()

    assert "Någon annan har skrivit version 2" in page
    assert "Min text." in page
    assert 'name="based_on" value="2"' in page


def test_a_version_says_what_is_new_and_begins_no_earlier_than_the_one_before(cast: Cast) -> None:
    sent = values(based_on=1, valid_from="2020-01-01", changes="")
    form = signed_in(cast.jurist).post(f"{PAGE}ny/", sent).context["form"]

    assert set(form.errors) == {"valid_from", "changes"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rights_policyversion SET text = 'x'",
        "DELETE FROM rights_policyversion",
        "TRUNCATE rights_policyversion CASCADE",
        INSERT.format("3, '2030-01-01', 'a', 'b', 'c', 'd'"),
        INSERT.format("2, '2020-01-01', 'a', 'b', 'c', 'd'"),
        INSERT.format("2, '2030-01-01', '', '', 'c', 'd'"),
    ],
)
def test_the_database_keeps_each_version_as_it_was_and_in_order(db: None, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_asks_as_much_however_many_versions_there_are(
    cast: Cast, versions: int, django_assert_num_queries: Any
) -> None:
    for number in range(1, versions):
        write_policy(based_on=number, values=values(), by=cast.jurist)
    client = Client()
    with django_assert_num_queries(2):
        client.get(PAGE)


# ── Who has been told ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B43-4b")
def test_a_manager_records_that_the_staff_were_told(cast: Cast) -> None:
    manager, home = signed_in(cast.manager), cast.manager.unit_id
    sent = {
        "unit": home,
        "version": first().pk,
        "told_on": today().isoformat(),
        "way": "meeting",
        "told": 6,
        "staff": 10,
    }

    assert manager.post(f"{SPREAD}ny/", sent).status_code == 302

    row = row_of("SOS")
    assert (row.told, row.staff, row.told_share, row.told_on) == (6, 10, 60, today())
    assert Briefing.objects.get().recorded_by == cast.manager
    page = manager.get(SPREAD).content.decode()
    assert "60 %" in page
    assert "6 av 10" in page


def test_several_meetings_add_up_and_the_latest_says_how_many_work_there(cast: Cast) -> None:
    tell(cast, told=6, staff=9, told_on=today() - timedelta(days=9))
    tell(cast, told=6, staff=10)
    tell(cast, unit="KAR", told=10, staff=40)

    assert row_of("SOS").told_share == 100
    assert row_of("KAR").told_share == 25
    whole = reach(first())[0]
    assert (whole.told, whole.staff, whole.units_told) == (20, 0, 2)
    assert whole.units == Unit.objects.current().count()
    page = signed_in(cast.manager).get(SPREAD).content.decode()
    assert f"2 av {whole.units} enheter" in page


def test_a_share_of_the_whole_region_is_told_when_it_is_known_how_many_they_are(cast: Cast) -> None:
    """What nobody has written is no ground for a number of people."""
    *units, last = Unit.objects.current().values_list("code", flat=True)
    for code in units:
        tell(cast, unit=code, told=5, staff=20)
    assert reach(first())[0].told_share is None
    page = signed_in(cast.manager).get(SPREAD).content.decode()
    region = re.search(r'<th scope="row">Hela regionen.*?</tr>', page, re.DOTALL)
    assert region
    assert f"vid {len(units)} av {len(units) + 1} enheter" in region[0]
    assert "25 %" not in region[0]

    tell(cast, unit=last, told=5, staff=20)

    assert reach(first())[0].told_share == 25


@pytest.mark.parametrize(
    "wrong", [{"told": 11}, {"told": 0}, {"told_on": today() + timedelta(days=2)}, {"unit": "KAR"}]
)
def test_what_cannot_be_is_not_recorded(cast: Cast, wrong: dict[str, Any]) -> None:
    given = {"unit": "SOS", "told_on": today(), "told": 6, **wrong}
    unit = Unit.objects.get(code=given["unit"])
    own = Unit.objects.get(code="SOS")
    form = BriefingForm({**given, "unit": unit.pk, "version": first().pk, "way": "email", "staff": 10}, units=[own])

    assert not form.is_valid()


def test_a_mistake_is_taken_back_by_the_unit_and_stays_in_the_log(cast: Cast) -> None:
    briefing = tell(cast)
    address = f"{SPREAD}{briefing.pk}/ta-tillbaka/"
    assert signed_in(cast.other_lead).get(address).status_code == 404
    assert signed_in(cast.colleague).get(address).status_code == 403

    assert signed_in(cast.lead).post(address).status_code == 302

    assert row_of("SOS").told == 0
    assert "Återtaget" in signed_in(cast.jurist).get(SPREAD).content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        Briefing.objects.update(told=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        briefing.delete()
    withdraw_briefing(briefing=briefing, by=cast.manager)
    assert Briefing.objects.get().withdrawn_by == cast.lead


@pytest.mark.strategy("B43-4b")
def test_an_employee_confirms_once_that_they_have_read(cast: Cast) -> None:
    author = signed_in(cast.author)
    for _time in range(2):
        assert author.post(f"{PAGE}1/last/").status_code == 302

    assert ReadReceipt.objects.filter(person=cast.author).count() == 1
    assert "Du bekräftade" in author.get(PAGE).content.decode()
    assert signed_in(cast.external).post(f"{PAGE}1/last/").status_code == 403
    assert [row["version"] for row in read_by(cast.author)] == [1]


def test_only_a_version_in_force_is_confirmed(cast: Cast) -> None:
    write_policy(based_on=1, values=values(valid_from=today() + timedelta(days=10)), by=cast.jurist)

    assert signed_in(cast.author).post(f"{PAGE}2/last/").status_code == 404


def test_small_numbers_about_people_are_not_shown(cast: Cast) -> None:
    """Three of those at SOS have read: neither they nor what would tell them is shown, but where there is nobody it is."""
    for person in (cast.author, cast.colleague, cast.manager):
        confirm_reading(version=first(), person=person)

    assert row_of("SOS").read is None
    assert row_of("SOS").read_share is None
    assert reach(first())[0].read is None


def test_larger_numbers_are(cast: Cast) -> None:
    """But for those of one unit, which together with the small ones would tell these."""
    units = list(Unit.objects.filter(code__in=["TF", "SLSO"]))
    people = User.objects.bulk_create(
        User(username=f"p{unit.code}{number}", name="P", unit=unit, is_employee=True)
        for unit in units
        for number in range(20)
    )
    for person in [*people[:12], *people[20:32]]:
        confirm_reading(version=first(), person=person)

    rows = [row for row in reach(first()) if row.unit in units]
    assert sorted((row.read or 0, row.people, row.read_share or 0) for row in rows) == [(0, 20, 0), (12, 20, 60)]


def test_the_table_asks_as_much_however_many_have_been_told(cast: Cast, django_assert_num_queries: Any) -> None:
    version = first()
    tell(cast)
    with django_assert_num_queries(2):
        reach(version)
    for code in ("KAR", "DS", "SLSO"):
        tell(cast, unit=code)
        confirm_reading(version=version, person=cast.author)
    with django_assert_num_queries(2):
        reach(version)


@pytest.mark.strategy("B43-4b")
def test_the_follow_up_tells_how_many_units_have_told_their_staff(cast: Cast) -> None:
    figure, units = by_key("rights.told"), Unit.objects.current().count()
    tell(cast)

    share = round(100 / units, 1)
    assert float(figure.whole(today().year) or 0) == pytest.approx(share, abs=0.05)
    assert not figure.behind(today().year).exists()

    write_policy(based_on=1, values=values(), by=cast.jurist)
    assert figure.whole(today().year) == 0


# ── The annex ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B43-4b")
@pytest.mark.parametrize(("language", "said"), [("sv", "Ordlista"), ("en", "Glossary")])
def test_the_annex_is_the_version_with_its_number_in_the_language_asked_for(
    cast: Cast, tmp_path: Path, language: str, said: str
) -> None:
    got = signed_in(cast.author).get(f"{PAGE}1/{language}.pdf")

    assert got["Content-Type"] == "application/pdf"
    text = words(got.content, tmp_path)
    assert "Version 1" in text
    assert said in text
    assert signed_in(cast.external).get(f"{PAGE}1/{language}.pdf").status_code == 403


@pytest.mark.strategy("B43-4b")
def test_a_version_is_printed_once_and_another_text_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []

    def counting(html: str, stylesheet: str) -> bytes:
        printed.append(html)
        return print_pdf(html, stylesheet)

    monkeypatch.setattr(press, "print_pdf", counting)
    versions = [PolicyVersion(number=2, valid_from=today(), text=text, text_en="x") for text in ("Ett", "Ett", "Två")]
    now = versions[0].written_at
    for version in versions:
        version.written_at = now

    one, again, other = (policy_pdf(version, "sv") for version in versions)

    assert one == again != other
    assert len(printed) == 2
