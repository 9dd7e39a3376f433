import socket
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from portal.cases.limits import bad_request
from portal.urls import urlpatterns as site_patterns
from tests.cases import hostile

pytestmark = [
    pytest.mark.trust(11),
    pytest.mark.urls(__name__),
]


def receive(request: HttpRequest) -> HttpResponse:
    files = sum(len(request.FILES.getlist(name)) for name in request.FILES)
    return HttpResponse(f"{len(request.POST)} fields, {files} files")


def refuse(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Not yours, and nothing of what you sent was read.", status=403)


urlpatterns = [
    path("send/", receive),
    path("api/send/", receive),
    path("api/open/", csrf_exempt(receive)),
    path("api/closed/", csrf_exempt(refuse)),
    *site_patterns,
]
handler400 = bad_request


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """A real server on a real socket: what an unread body does to a connection shows nowhere else."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name it has there
            """Nothing: pytest would show it."""

    with override_settings(MIDDLEWARE=["portal.cases.limits.read_to_the_end"]):
        application = WSGIHandler()
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield "127.0.0.1", made.server_port
        made.shutdown()
        thread.join()


def send(address: tuple[str, int], path_: str, body: bytes, content_type: str) -> bytes:
    head = f"POST {path_} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(head.encode() + body)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.django_db
def test_ten_megabytes_of_text_get_a_page_that_says_what_to_do(client: Client) -> None:
    response = client.post("/send/", {"text": hostile.LONG_TEXT}, headers={"accept": "text/html"})
    page = response.content.decode()
    assert response.status_code == 413
    assert "<h1" in page
    assert "25" in page
    assert "Förslag. Ett" not in page


@pytest.mark.parametrize("path_", ["/send/", "/api/send/"])
def test_a_program_gets_the_sentence_as_json(client: Client, path_: str) -> None:
    response = client.post(path_, {"text": hostile.LONG_TEXT}, headers={"accept": "application/json"})
    assert response.status_code == 413
    assert set(response.json()) == {"detail"}


def test_too_many_fields_get_a_sentence_of_their_own(client: Client) -> None:
    response = client.post("/api/send/", {f"f{number}": "x" for number in range(2000)})
    other = client.post("/api/send/", {"text": hostile.LONG_TEXT})
    assert response.status_code == other.status_code == 413
    assert response.json() != other.json()


def test_a_body_that_is_not_what_it_says_is_400(client: Client) -> None:
    response = client.generic("POST", "/api/send/", b"x", content_type="multipart/form-data; boundary=\0")
    assert response.status_code == 400
    assert response.json()["detail"].endswith(".")


def test_an_unknown_host_gets_a_line_of_text(client: Client) -> None:
    response = client.get("/send/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")


@override_settings(
    UPLOAD_MAX_BYTES=1000,
    FILE_UPLOAD_HANDLERS=[
        "portal.cases.limits.RequestSizeHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ],
)
def test_files_that_together_outweigh_the_request_are_stopped_and_others_pass(client: Client) -> None:
    light = [SimpleUploadedFile(f"{number}.txt", b"x" * 800) for number in range(3)]
    assert client.post("/send/", {"files": light}).content == b"0 fields, 3 files"
    heavy = [SimpleUploadedFile(f"{number}.txt", b"x" * 1000) for number in range(5)]
    response = client.post("/api/send/", {"files": heavy})
    assert response.status_code == 413


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
@pytest.mark.parametrize(("path_", "status"), [("/api/open/", 413), ("/api/closed/", 403)])
def test_an_early_answer_reaches_a_sender_who_is_still_sending(
    server: tuple[str, int], content_type: str, path_: str, status: int
) -> None:
    text = hostile.LONG_TEXT.encode()
    if content_type.startswith("multipart"):
        body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + text + b"\r\n--b--\r\n"
    else:
        body = b"text=" + text
    answer = send(server, path_, body, content_type)
    assert f" {status} ".encode() in answer.splitlines()[0]
    assert len(answer.split(b"\r\n\r\n", 1)[1]) > 20
