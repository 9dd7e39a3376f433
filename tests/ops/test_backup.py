"""What is backed up comes back, all of it; and what did not come back is noticed."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test import Client

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.backup import taking
from portal.backup.manifest import Manifest
from portal.backup.store import Kept, Store
from portal.cases.actions.documents import add_document, delete_file
from portal.cases.actions.sealing import seal_history
from portal.cases.models import Case, Document
from portal.cases.uploads import inspect
from tests.cast import PASSWORD, case_in, draft_of, gather
from tests.database import at
from tests.ops.conftest import Place

pytestmark = [pytest.mark.trust(4), pytest.mark.slow]
TEXT = "En ritning av en hjärtstartare som kommer med drönare.\n"


def attach(case: Any, person: Any, text: str = TEXT) -> Document:
    file = SimpleUploadedFile("ritning.txt", text.encode())
    return add_document(case=case, file=file, accepted=inspect(file, "ritning.txt"), person=person)


@pytest.fixture(scope="module")
def lived_in(make_place: Callable[..., Place]) -> Place:
    """A portal that has been used: two cases under way and a draft, a document in each, and a seal over their history."""
    place = make_place(migrated=True)
    with place.entered():
        cast = gather()
        for state in (IdeaState.ASSESSING, IdeaState.TRYING):
            attach(case_in(IdeaFlow, state, cast), cast.author, f"{state} {TEXT}")
        attach(draft_of(IdeaFlow, cast), cast.author, "Ett utkast.")
        seal_history(lag=0)
    return place


@pytest.fixture(scope="module")
def backup(lived_in: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "backups"
    done = lived_in.manage("back_up", str(folder))
    assert done.returncode == 0, done.stderr
    return newest(folder)


@pytest.fixture(scope="module")
def restored(make_place: Callable[..., Place], backup: Path) -> Place:
    """Where the back-up has been restored. Tests that write here come last."""
    place = make_place()
    done = place.manage("restore", str(backup))
    assert done.returncode == 0, done.stderr
    return place


def newest(folder: Path) -> Path:
    return max(path.parent for path in folder.glob("*/manifest.json"))


def as_owner(place: Place, *statements: str) -> None:
    with psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], place.database)) as link, link.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    link.close()


def compare(place: Place, backup: Path) -> subprocess.CompletedProcess[str]:
    return place.manage("restore", "--only-compare", str(backup))


# ── It comes back ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_restored_portal_is_the_same_and_lets_people_in(lived_in: Place, backup: Path, restored: Place) -> None:
    """`restore` has compared every row, sequence, trigger, constraint, index, right and file already; here people use it."""
    as_written = Manifest.read(backup)
    assert len(as_written.database.tables) > 50
    assert len(as_written.files) == 3
    assert any(name.startswith("trigger cases_event append_only") for name in as_written.database.objects)
    assert any(name == "rights on cases_event" for name in as_written.database.objects)
    with lived_in.entered():
        before = [Document.objects.count(), *Case.objects.order_by("pk").values_list("reference", "state")]

    with restored.entered():
        assert [Document.objects.count(), *Case.objects.order_by("pk").values_list("reference", "state")] == before
        client = Client()
        assert client.post("/konto/logga-in/", {"login": "author", "password": PASSWORD}).status_code == 302
        case, document = Case.objects.earliest("pk"), Document.objects.earliest("pk")
        page = client.get(case.get_absolute_url())
        assert case.title in page.content.decode()
        file = client.get(document.get_absolute_url())
        assert file.getvalue().decode() == f"{IdeaState.ASSESSING} {TEXT}"


def test_the_application_may_in_the_copy_what_it_might_before_and_no_more(restored: Place) -> None:
    application = at(os.environ["DATABASE_APPLICATION_URL"], restored.database)
    refused = psycopg2.errors.InsufficientPrivilege
    for statement, reason in (
        ("UPDATE cases_event SET note = 'changed'", "append-only"),
        ("ALTER TABLE cases_event DISABLE TRIGGER ALL", "must be owner"),
        ("TRUNCATE cases_message CASCADE", "permission denied"),
    ):
        with psycopg2.connect(application) as link, link.cursor() as cursor, pytest.raises(refused, match=reason):
            cursor.execute(statement)
        link.close()


def person_named(name: str) -> Any:
    return apps.get_model("accounts", "User").objects.get(username=name)


def test_nobodys_session_is_in_a_backup(lived_in: Place, tmp_path: Path, make_place: Callable[..., Place]) -> None:
    """Whoever finds the back-up must not be able to go on where somebody was."""
    with lived_in.entered():
        client = Client()
        client.force_login(person_named("author"), backend="portal.accounts.backends.ActiveBackend")
    assert lived_in.manage("back_up", str(tmp_path / "backups")).returncode == 0
    place = make_place()
    assert place.manage("restore", str(newest(tmp_path / "backups"))).returncode == 0
    with place.entered(), connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM django_session), (SELECT count(*) FROM usersessions_usersession)")
        assert cursor.fetchone() == (0, 0)


# ── What cannot be restored ──────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_restored_over_what_is_there(
    lived_in: Place, backup: Path, make_place: Callable[..., Place]
) -> None:
    done = lived_in.manage("restore", str(backup))
    assert done.returncode == 1
    assert "is not empty. Restore into a new one." in done.stderr

    place = make_place()
    place.files.mkdir(parents=True)
    (place.files / "something").touch()
    assert "is not empty. Restore into a new folder" in place.manage("restore", str(backup)).stderr


@pytest.mark.parametrize("harm", ["the dump", "a file", "no file", "no manifest"])
def test_a_harmed_backup_is_refused_before_anything_is_written(
    harm: str, backup: Path, make_place: Callable[..., Place], tmp_path: Path
) -> None:
    backup = shutil.copytree(backup.parent, tmp_path / "copy") / backup.name
    sha256 = Manifest.read(backup).files[0].sha256
    target = {"the dump": backup / "database.dump", "no manifest": backup / "manifest.json"}.get(
        harm, backup.parent / "files" / sha256[:2] / sha256
    )
    if harm.startswith("no "):
        target.unlink()
    else:
        target.write_bytes(target.read_bytes()[:-1] + b"!")
    place = make_place()

    done = place.manage("restore", str(backup))

    assert done.returncode == 1
    assert "CommandError" in done.stderr
    assert "Traceback" not in done.stderr
    assert not place.files.exists()
    with place.entered(), connection.cursor() as cursor:
        assert connection.introspection.table_names(cursor) == []


# ── Taking it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_missing_in_the_portal_is_reported_and_the_rest_is_kept(lived_in: Place, tmp_path: Path) -> None:
    with lived_in.entered():
        first, *others = Kept.all()
    file = (lived_in.files / first.name).rename(tmp_path / "away")

    done = lived_in.manage("back_up", str(tmp_path / "backups"))
    file.rename(lived_in.files / first.name)

    assert done.returncode == 1
    assert f"document {first.pk} ({first.name})" in done.stderr
    manifest = Manifest.read(newest(tmp_path / "backups"))
    assert (manifest.files, manifest.damaged) == (others, [first])


def test_what_an_author_takes_away_from_a_draft_during_a_backup_is_no_damage(
    make_place: Callable[..., Place], tmp_path: Path
) -> None:
    place = make_place(migrated=True)
    with place.entered():
        cast = gather()
        stays, goes = (attach(draft_of(IdeaFlow, cast), cast.author, text) for text in ("stays", "goes"))
        listed = Kept.all()
        delete_file(goes)
        taken, damaged = taking._copy(listed, Store(tmp_path / "store"))
    assert ([kept.pk for kept in taken], damaged) == ([stays.pk], [])


def test_each_document_is_copied_once_and_goes_with_the_last_backup_that_speaks_of_it(
    lived_in: Place, backup: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(backup.parent, tmp_path / "copy")
    (folder / backup.name).rename(folder / "2000-01-01T000000Z")
    (folder / "2000-01-02T000000Z.part").mkdir()
    before = {path.name: path.stat().st_ino for path in folder.glob("files/*/*")}
    with lived_in.entered():
        of_draft = Document.objects.get(case__opened_at=None)
        delete_file(of_draft)
        attach(Case.objects.earliest("pk"), person_named("author"), "Ett nytt.")

    assert lived_in.manage("back_up", str(folder)).returncode == 0
    after = {path.name: path.stat().st_ino for path in folder.glob("files/*/*")}
    assert before.items() < after.items()
    assert len(after) == 4

    done = lived_in.manage("back_up", str(folder), "--keep=1")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in folder.iterdir()} == {newest(folder).name, "files", "lock"}
    assert {path.name for path in folder.glob("files/*/*")} == after.keys() - {of_draft.sha256}


def test_only_its_owner_can_read_a_backup(backup: Path) -> None:
    assert {path.stat().st_mode & 0o077 for path in (backup.parent, *backup.parent.rglob("*"))} == {0}


def test_documents_are_the_only_files_that_rows_speak_of() -> None:
    """Another model with a file of its own would have to be told of in ``portal.backup.store``."""
    found = {
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField)
    }
    assert found == {Document._meta.get_field("file")}


# ── What differs is noticed (last, since it breaks what was restored) ────────────────────────────────────────────────


def test_whatever_did_not_come_back_is_named(restored: Place, backup: Path) -> None:
    with restored.entered():
        kept = Kept.all()
        assert Client().post("/konto/logga-in/", {"login": "author", "password": PASSWORD}).status_code == 302
    (restored.files / kept[0].name).write_bytes(b"something else")
    (restored.files / kept[1].name).unlink()
    as_owner(
        restored,
        "ALTER TABLE cases_event DISABLE TRIGGER append_only",
        "UPDATE cases_event SET note = 'changed' WHERE id = (SELECT max(id) FROM cases_event)",
        "DELETE FROM notices_notice WHERE id = (SELECT max(id) FROM notices_notice)",
        "SELECT setval('cases_case_id_seq', 1)",
        "REVOKE DELETE ON cases_message FROM portal",
        "DROP INDEX mail_waiting",
    )

    done = compare(restored, backup)

    assert done.returncode == 1
    found = set(done.stderr.splitlines()[1:])
    rows = Manifest.read(backup).database.tables
    users, notices = rows["accounts_user"][0], rows["notices_notice"][0]
    assert found == {
        f"- document {kept[0].pk}: its file is missing or damaged",
        f"- document {kept[1].pk}: its file is missing or damaged",
        "- trigger cases_event append_only is defined otherwise",
        f"- table cases_event: its {rows['cases_event'][0]} rows have another content",
        f"- table notices_notice: {notices} rows are {notices - 1}",
        f"- table accounts_user: its {users} rows have another content",
        f"- sequence cases_case_id_seq stands at 1, before {Manifest.read(backup).database.sequences['cases_case_id_seq']}",
        "- rights on cases_message is defined otherwise",
        "- index mail_waiting is missing",
        "- the history is broken: verify_history says where",
    }
