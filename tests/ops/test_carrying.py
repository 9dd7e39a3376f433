"""Cases of all kinds leave one portal and come into another, their history unchanged to the byte."""

import filecmp
import json
import os
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from fund.flow import ApplicationFlow
from fund.states import ApplicationState
from ideas.actions.talking import set_follow, write_comment
from ideas.flow import ChallengeFlow, IdeaFlow, SuggestionFlow
from ideas.models import Idea
from ideas.states import ChallengeState, IdeaState, SuggestionState
from portal.accounts.models import User
from portal.backup.belonging import Belonging
from portal.backup.carrying import Parcel
from portal.cases import kinds
from portal.cases.actions.documents import add_document
from portal.cases.actions.drafts import begin_case
from portal.cases.actions.links import tie_cases
from portal.cases.actions.messages import send_message
from portal.cases.actions.receipts import give_receipt
from portal.cases.actions.sealing import seal_history
from portal.cases.models import Case, CaseWord, Event
from portal.cases.moving import perform
from portal.cases.queries import verify_history
from portal.cases.states import Audience, Relation
from portal.cases.uploads import inspect
from portal.organisation.models import Unit
from portal.pages.barriers.flow import BarrierFlow
from rights.flow import DisclosureFlow
from rights.states import DisclosureState
from testbeds.flow import TestFlow
from testbeds.states import TestState
from tests.cast import Cast, case_in, draft_of, filled_fields, gather, signed_in
from tests.database import at
from tests.ops.conftest import Place

pytestmark = [pytest.mark.trust(4), pytest.mark.slow]


def live(cast: Cast) -> None:
    """Cases of every kind but the report, which is a draft; with what may hang on a case."""
    idea = case_in(IdeaFlow, IdeaState.INTRODUCED, cast)
    disclosure = case_in(DisclosureFlow, DisclosureState.IN_USE, cast)
    case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, owner=cast.other_lead, unit="KAR")
    case_in(ApplicationFlow, ApplicationState.APPROVED, cast)
    case_in(TestFlow, TestState.SUBMITTED, cast)
    suggestion = case_in(SuggestionFlow, SuggestionState.RECEIVED, cast)
    draft_of(IdeaFlow, cast)
    for flow in (BarrierFlow, kinds.by_key("report").flow):
        draft_of(flow, cast, owner=cast.controller)
    file = SimpleUploadedFile("ritning.txt", 'En ritning: åäö, "citat" och \\ snedstreck.\n'.encode())
    add_document(case=idea, file=file, accepted=inspect(file, "ritning.txt"), person=cast.author)
    send_message(case=idea, text="Rad ett\nrad två\t\\N 🚁", audience=Audience.AUTHOR, person=cast.lead)
    give_receipt(case=suggestion, name="Lena Låtsas", email="lena@example.org")
    tie_cases(source=idea, target=disclosure, relation=Relation.RELATED, by=cast.jurist)
    first = write_comment(idea=idea, person=cast.colleague, text="Bra!")
    write_comment(idea=idea, person=cast.author, text="Tack.", parent=first)
    set_follow(idea=idea, person=cast.colleague, on=True)
    signed_in(cast.jurist).get(disclosure.get_absolute_url())
    seal_history(lag=0)


@pytest.fixture(scope="module")
def lived_in(make_place: Callable[..., Place]) -> Place:
    place = make_place(migrated=True)
    with place.entered():
        live(gather())
    return place


@pytest.fixture(scope="module")
def exported(lived_in: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(lived_in, tmp_path_factory.mktemp("carried") / "cases")


def export(place: Place, folder: Path, *more: str) -> Path:
    done = place.manage("export_cases", str(folder), *more)
    assert done.returncode == 0, done.stderr
    return folder


def contents(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def counted() -> list[object]:
    """The history, the history of fields, and what the search finds words by."""
    changes = apps.get_model("cases", "CaseChange").objects
    return [Event.objects.count(), changes.count(), set(CaseWord.objects.values_list("word"))]


def as_owner(place: Place, statement: str) -> None:
    with psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], place.database)) as link, link.cursor() as cursor:
        cursor.execute(statement)
    link.close()


def test_what_is_taken_in_is_whole_and_goes_out_again_the_same(
    lived_in: Place, exported: Path, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    other = make_place(migrated=True)

    done = other.manage("restore_cases", str(exported))
    assert done.returncode == 0, done.stderr

    again = export(other, tmp_path / "again")
    names = contents(exported)
    assert contents(again) == names
    assert filecmp.cmpfiles(exported, again, names, shallow=False) == (names, [], [])
    with lived_in.entered():
        before = counted()
    with other.entered():
        assert verify_history().whole
        assert verify_history().seals == 1
        assert counted() == before
        assert {case.kind for case in Case.objects.all()} == {kind.key for kind in kinds.all_kinds()}
        assert not User.objects.filter(is_active=True).exists()


def test_the_portal_goes_on_where_the_other_ended(exported: Path, make_place: Callable[..., Place]) -> None:
    """Numbers of cases and diaries follow those that came, and the triggers keep the history again."""
    other = make_place(migrated=True)
    assert other.manage("restore_cases", str(exported)).returncode == 0

    with other.entered():
        User.objects.update(is_active=True)
        author = User.objects.get(username="author")
        numbers = set(Case.objects.exclude(reference=None).values_list("reference", flat=True))
        home = Unit.objects.get(code="SOS")
        draft = begin_case(model=Idea, owner=author, unit=home, **filled_fields(Idea))
        idea = perform(draft, "submit", person=author)
        assert idea.reference not in numbers
        assert verify_history().whole
    with pytest.raises(psycopg2.Error, match="append-only"):
        as_owner(other, "UPDATE cases_event SET note = 'changed'")
    assert "already" in other.manage("restore_cases", str(exported)).stderr


def test_one_kind_goes_alone_with_what_is_its_own(
    lived_in: Place, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    folder, other = export(lived_in, tmp_path / "ideas", "--kind", "idea"), make_place(migrated=True)

    assert other.manage("restore_cases", str(folder)).returncode == 0

    assert "cases_seal" not in Parcel.read(folder).sheets
    assert Parcel.read(folder).sheets["cases_caselink"].rows == 0
    with other.entered():
        assert set(Case.objects.values_list("kind", flat=True)) == {"idea"}
        assert verify_history().whole


def test_a_folder_that_was_harmed_is_refused_before_anything_is_written(
    exported: Path, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    other = make_place(migrated=True)
    for name in contents(exported):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((exported / name).read_bytes())
    sheet = tmp_path / "rows" / "cases_event.jsonl"
    sheet.write_text(sheet.read_text().replace("Skälen", "Skalen", 1))

    assert "damaged" in other.manage("restore_cases", str(tmp_path)).stderr
    with other.entered():
        assert not Case.objects.exists()
        assert not User.objects.exists()


def test_nobody_is_taken_for_somebody_else(exported: Path, make_place: Callable[..., Place]) -> None:
    other = make_place(migrated=True)
    person = json.loads((exported / "rows" / "accounts_user.jsonl").read_text().splitlines()[0])
    with other.entered():
        User.objects.create(pk=person["id"], username="annan", name="Annan")

    assert "annan" in other.manage("restore_cases", str(exported)).stderr
    with other.entered():
        assert not Case.objects.exists()


def test_nothing_that_opens_an_account_is_taken_along(exported: Path) -> None:
    assert b"password" not in (exported / "rows" / "accounts_user.jsonl").read_bytes()
    assert not (exported / "rows" / "notices_notice.jsonl").exists()


def test_every_table_of_a_kind_is_found(db: None) -> None:
    found = {model._meta.db_table for model in Belonging(Case.objects.all()).models}

    assert found >= {
        "cases_event", "cases_chainend", "cases_diaryentry", "cases_document", "cases_message", "cases_caselink", "cases_casecontact",
        "cases_considerations", "cases_casechange", "cases_casegrant", "cases_access", "ideas_idea", "ideas_score",
        "ideas_comment", "ideas_picture", "rights_contributor", "rights_compensation", "followup_figure",
    }  # fmt: skip
    assert not found & {"accounts_user", "organisation_unit", "notices_notice", "rights_policyversion"}
