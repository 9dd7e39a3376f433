"""What is frozen never changes: the database refuses, whoever asks, the tables' owner too."""

import os
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from followup.models import Drawing, Figure, Report
from portal.cases.actions.documents import withdraw_document
from portal.cases.errors import Refused
from portal.cases.models import Case, Document
from portal.cases.moving import perform
from tests.cast import Cast
from tests.database import at
from tests.followup.samples import RECEIVED, counted, figure, freeze, introduced

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators"), pytest.mark.trust(22)]

OWN = ("followup_part", "followup_frozenindicator", "followup_figure", "followup_drawing", "followup_example")


@pytest.fixture
def report(cast: Cast) -> Report:
    """Frozen, with a row in every table."""
    introduced("SOS")
    draft = counted(cast.controller)
    indicator = figure(draft, RECEIVED.key).indicator
    Drawing.objects.create(report=draft, indicator=indicator, language="sv", svg="<svg/>", alt="Ett")
    return freeze(draft, cast)


ATTEMPTS = (
    *(f"UPDATE {table} SET report_id = report_id" for table in OWN),
    *(f"DELETE FROM {table}" for table in OWN),
    *(f"TRUNCATE {table} CASCADE" for table in OWN),
    "UPDATE followup_figure SET value = value + 1, count = count + 1",
    "UPDATE followup_figure SET cases = '{}', digest = repeat('0', 64)",
    "INSERT INTO followup_part (report_id, place, words, count) SELECT id, 99, '{}', 0 FROM cases_case WHERE kind = 'report'",
    "UPDATE followup_report SET year = 2024",
    "UPDATE followup_report SET pdf_id = xlsx_id",
    "UPDATE followup_report SET reason = 'En annan'",
    "DELETE FROM followup_report",
    "TRUNCATE followup_report CASCADE",
    "UPDATE cases_document SET sha256 = repeat('0', 64)",
    "UPDATE cases_document SET file = 'en/annan'",
    "DELETE FROM cases_document",
    "TRUNCATE cases_document CASCADE",
)
INSUFFICIENT_PRIVILEGE = "42501"


def answer_to(link: Any, attempt: str) -> str | None:
    """The database's code for why not; None if it let it through. Rolled back in any case."""
    try:
        with link.cursor() as cursor:
            cursor.execute(attempt)
    except psycopg2.Error as error:
        return error.pgcode
    finally:
        link.rollback()
    return None


@pytest.mark.parametrize("role", ["owner", "application"])
def test_no_row_of_a_frozen_report_is_changed_added_or_taken_away_by_sql(
    report: Report, database_url: str, role: str
) -> None:
    owner = at(os.environ["DATABASE_OWNER_URL"], connection.settings_dict["NAME"])
    with closing(psycopg2.connect(owner if role == "owner" else database_url)) as link:
        answers = {attempt: answer_to(link, attempt) for attempt in ATTEMPTS}
    assert answers == dict.fromkeys(ATTEMPTS, INSUFFICIENT_PRIVILEGE)


def test_no_change_of_the_case_thaws_the_report(report: Report) -> None:
    """The history says that it was frozen, and the history is append-only."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET opened_at = NULL, reference = NULL, due_at = NULL, awaits = '', state = 'draft' WHERE id = %s",
            [report.pk],
        )
    assert Case.objects.get(pk=report.pk).is_draft
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Figure.objects.filter(report=report).update(value=7)


def test_a_draft_is_counted_anew_and_its_rows_go(cast: Cast) -> None:
    introduced("SOS")
    draft = counted(cast.controller)
    with transaction.atomic():
        assert Figure.objects.filter(report=draft).delete()[0] > 0


def test_publishing_changes_the_case_and_nothing_that_is_frozen(report: Report, cast: Cast) -> None:
    before = (
        list(Figure.objects.order_by("pk").values_list()),
        list(Report.objects.values_list("year", "pdf", "xlsx", "counted_at")),
    )
    perform(report, "publish", person=cast.controller)
    assert before == (
        list(Figure.objects.order_by("pk").values_list()),
        list(Report.objects.values_list("year", "pdf", "xlsx", "counted_at")),
    )


def test_the_files_of_a_report_are_not_withdrawn_but_what_was_added_beside_them_is(report: Report, cast: Cast) -> None:
    for document in Document.objects.filter(case=report):
        with pytest.raises(Refused):
            withdraw_document(document=document, person=cast.coordinator)
    beside = Document.objects.create(
        case_id=report.pk, title="Bilaga", file="x", name="x", content_type="text/plain", size=1
    )
    withdraw_document(document=beside, person=cast.coordinator)
    beside.refresh_from_db()
    assert beside.withdrawn_at is not None
