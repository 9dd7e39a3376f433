"""Behind a real nginx with the site file of ``deploy/``, production's settings and the unit's own command line."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import RemoteDisconnected
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.files.uploadedfile import SimpleUploadedFile

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.documents import add_document
from portal.cases.models import Document
from portal.cases.uploads import inspect
from tests.cast import PASSWORD, case_in, gather
from tests.ops.conftest import Place
from tests.ops.front import NAME, Front, Visitor

pytestmark = pytest.mark.slow
TEXT = b"Bara for den som far lasa."
UNSTEADY = {"Server", "Date", "Connection", "Set-Cookie", "X-Request-ID"}
SIGN_IN = "/konto/logga-in/"


@pytest.fixture(scope="module")
def place(make_place: Callable[..., Place]) -> Place:
    place = make_place(migrated=True)
    with place.entered():
        cast = gather()
        User.objects.update(password=make_password(PASSWORD, hasher=PBKDF2PasswordHasher()))
        case = case_in(IdeaFlow, IdeaState.ASSESSING, cast, owner=cast.author)
        file = SimpleUploadedFile("ritning.txt", TEXT)
        add_document(case=case, file=file, accepted=inspect(file, "ritning.txt"), person=cast.author)
    return place


@pytest.fixture(scope="module")
def document(place: Place) -> Document:
    with place.entered():
        return Document.objects.get()


@pytest.fixture(scope="module")
def front(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    front = Front(place, tmp_path_factory.mktemp("front"))
    try:
        front.wait()
        yield front
    finally:
        front.stop()


@pytest.fixture(scope="module")
def author(front: Front) -> Visitor:
    return signed_in(front, "author")


def signed_in(front: Front, name: str) -> Visitor:
    visitor = Visitor(front)
    answer = visitor.post(SIGN_IN, {"login": name, "password": PASSWORD})
    assert (answer.status, answer.headers["Location"]) == (302, "/arenden/")
    return visitor


# ── Private files ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(12)
@pytest.mark.trust(20)
def test_a_document_comes_with_every_header_once(author: Visitor, document: Document) -> None:
    answer = author.get(document.get_absolute_url())

    assert (answer.status, answer.body) == (200, TEXT)
    given = {name: answer.headers[name] for name in answer.headers if name not in UNSTEADY}
    assert given == {
        "Content-Type": "text/plain",
        "Content-Language": "sv",
        "Content-Length": str(len(TEXT)),
        "Content-Disposition": 'attachment; filename="ritning.txt"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
        "Vary": "Accept-Language, Cookie",
    }
    assert set(Counter(name.lower() for name in answer.headers).values()) == {1}
    assert answer.headers["Server"] == "nginx", "no version"


@pytest.mark.trust(12)
def test_another_units_document_is_not_there(front: Front, document: Document) -> None:
    assert signed_in(front, "outsider").get(document.get_absolute_url()).status == 404
    answer = Visitor(front).get(document.get_absolute_url())
    assert (answer.status, answer.headers["Location"].split("?")[0]) == (302, SIGN_IN)


@pytest.mark.trust(12)
@pytest.mark.parametrize("way", [
    "/{name}", "/files/{name}", "/media/{name}", "/var/files/{name}", "/static/{name}", "{folder}/{name}",
    "/static/../files/{name}", "/static/..%2ffiles/{name}", "/static/%2e%2e/files/{name}", "/static//{folder}/{name}",
    "/static../files/{name}", "/{name}%00.txt",
])  # fmt: skip
def test_no_path_leads_to_the_folder_where_documents_are(
    way: str, author: Visitor, document: Document, place: Place
) -> None:
    file = Path(place.files, str(document.file.name))
    assert file.read_bytes() == TEXT
    target = way.format(name=document.file.name, folder=place.files)
    assert author.get(target).status in ({400, 404} if "%00" in way else {404})


# ── What nginx tells the portal, and what visitors claim ─────────────────────────────────────────────────────────────


@pytest.mark.trust(20)
def test_a_page_comes_with_every_header_once(author: Visitor) -> None:
    answer = author.get("/arenden/")
    assert answer.status == 200
    once = Counter(name.lower() for name in answer.headers if name != "Set-Cookie")
    assert set(once.values()) == {1}
    assert {"content-security-policy", "strict-transport-security", "x-frame-options"} <= once.keys()


def test_plain_http_leads_to_https_and_other_names_lead_nowhere(front: Front) -> None:
    with socket.create_connection(("127.0.0.1", front.ports["80"])) as link:
        link.sendall(b"GET /om/?q=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = link.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 301 ")
    assert f"Location: https://{NAME}/om/?q=1\r\n" in answer
    with socket.create_connection(("127.0.0.1", front.ports["80"])) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n")
        assert link.makefile("rb").read() == b""
    with pytest.raises(RemoteDisconnected):
        Visitor(front).get("/", {"Host": "other.example"})


def test_what_a_visitor_claims_about_the_way_here_is_not_passed_on(author: Visitor) -> None:
    claims = {
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "other.example",
        "Forwarded": "proto=http;host=other.example",
    }
    answer = author.get("/arenden/", claims)
    assert answer.status == 200
    assert "other.example" not in answer.text


@pytest.mark.trust(7)
def test_a_visitor_with_many_made_up_addresses_is_throttled_all_the_same(front: Front) -> None:
    visitor = Visitor(front)
    found = [
        visitor.post(
            SIGN_IN, {"login": f"nobody{number}", "password": "wrong"}, {"X-Forwarded-For": f"192.0.2.{number}"}
        )
        for number in range(10)
    ]
    assert [answer.status for answer in found[:9]] == [200] * 9
    assert "försök" in found[9].text.lower()
    assert found[9].text != found[8].text


def test_the_log_has_neither_search_words_nor_keys(front: Front, author: Visitor) -> None:
    author.get("/arenden/sok/?q=hemligt-ord")
    author.get("/konto/losenord/nytt/hemlig-nyckel/")
    author.get(f"/testbaddar/kalender/hemlig{'x' * 37}.ics")
    author.get("/testbaddar/kalender/")
    log = front.log_with('"GET /testbaddar/kalender/"')
    assert all(f'"GET {address}"' in log for address in ("/konto/losenord/nytt/...", "/testbaddar/kalender/..."))
    assert '"GET /arenden/sok/"' in log
    assert "hemlig" not in log


def test_static_files_can_be_read_by_another_user_than_the_one_who_collected_them(front: Front) -> None:
    static = front.folder / "var" / "static"
    assert {path.name for path in static.rglob("*") if path.stat().st_mode & 0o004 == 0} == set()
    assert (static / "staticfiles.json").exists()


# ── Too much, and nobody there ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_too_large_is_stopped_unread(author: Visitor) -> None:
    assert author.send("POST", "/arenden/", headers={"Content-Length": str(201 * 1024 * 1024)}).status == 413


@pytest.mark.trust(26)
def test_while_the_portal_is_away_people_are_told_to_come_back(front: Front) -> None:
    front.web.terminate()
    front.web.wait(30)
    answer = Visitor(front).get("/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Portalen är stängd en stund" in answer.text
    assert 'lang="en"' in answer.text
