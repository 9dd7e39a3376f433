"""Who outside the Region has been told of the rules is recorded, and what is written stays (B43-4b)."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rights.models import OutsideBriefing, PolicyVersion
from tests.cast import PARTS, Cast, again, signed_in
from tests.days import today

pytestmark = pytest.mark.strategy("B43-4b")
SPREAD = "/rattigheter/regler/spridning/"
TELL = f"{SPREAD}utanfor/"


def said(**more: str) -> dict[str, str]:
    version = PolicyVersion.objects.get(number=1)
    told = {
        "who": "Chalmers",
        "version": str(version.pk),
        "told_on": str(today()),
        "way": "meeting",
        "agreement": "SOS 2026-0001",
    }
    return {**told, **more}


def test_who_was_told_stands_where_it_is_followed_and_a_mistake_is_taken_back(cast: Cast) -> None:
    client = signed_in(cast.jurist)
    assert client.post(TELL, said(who="")).status_code == 200
    assert client.post(TELL, said(told_on="2999-01-01")).status_code == 200
    assert not OutsideBriefing.objects.exists()
    assert client.post(TELL, said()).status_code == 302
    row = OutsideBriefing.objects.get()
    assert (row.who, row.recorded_by) == ("Chalmers", cast.jurist)
    page = signed_in(cast.coordinator).get(SPREAD).content.decode()
    assert "Chalmers" in page
    assert "SOS 2026-0001" in page
    assert "Ta tillbaka" not in page

    assert signed_in(cast.coordinator).post(f"{TELL}{row.pk}/").status_code == 403
    assert client.post(f"{TELL}{row.pk}/").status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_by == cast.jurist


def test_those_who_tell_and_those_who_write_the_rules_record_it(cast: Cast) -> None:
    answers = {part: signed_in(getattr(cast, part)).get(TELL).status_code for part in PARTS if part != "inactive"}
    assert {part for part, status in answers.items() if status == 200} == {"lead", "other_lead", "manager", "jurist"}


def test_what_is_recorded_is_only_taken_back(cast: Cast) -> None:
    signed_in(cast.jurist).post(TELL, said())
    for change in ({"who": "KTH"}, {"told_on": "2020-01-01"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            OutsideBriefing.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        OutsideBriefing.objects.all().delete()


def test_many_cost_no_more_queries_than_one(cast: Cast) -> None:
    def queries() -> int:
        client = signed_in(again(cast.jurist))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(SPREAD).status_code == 200
        return len(asked)

    signed_in(cast.jurist).post(TELL, said())
    one = queries()
    for who in ("KTH", "Linköpings universitet"):
        signed_in(cast.manager).post(TELL, said(who=who))
    assert queries() == one
