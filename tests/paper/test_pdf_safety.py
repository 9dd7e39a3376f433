"""Text that means harm stays text: nothing is fetched, nothing is embedded, and the paper still holds."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from portal.paper.charts import bar_chart
from portal.paper.letter import letter_pdf
from portal.paper.pdf import render_pdf
from portal.paper.record import Fact, Happening, record_pdf
from portal.paper.report import Part, Section, report_pdf
from portal.paper.tables import Column, Kind, Table
from tests.paper import samples
from tests.paper.conftest import Validate
from tests.paper.reading import open_pdf, words

pytestmark = [pytest.mark.trust(13)]


class Ear:
    """A server that counts who comes, and sends everyone on to itself."""

    def __init__(self) -> None:
        self.visits: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _peer = self._socket.accept()
            except OSError:  # closed
                return
            with connection:
                self.visits.append(connection.recv(200))
                connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {self.address}/again\r\n\r\n".encode())

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.close()


def embedded_files(pdf: pikepdf.Pdf) -> list[str]:
    specs = [
        str(item.Type)
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Filespec"
    ]
    return [*pdf.attachments, *specs]


def hostile_papers(server: str) -> dict[str, bytes]:
    """Every field that a person can have written holds every hostile text."""
    harm = "\n\n".join(samples.hostile_texts(server))
    table = Table(
        harm,
        (Column(harm[:300]), Column("Antal", Kind.INTEGER)),
        [(text[:300], 1) for text in samples.hostile_texts(server)],
    )
    figure = samples.figure(harm[:500], 1, explanation=harm, table=table, chart=bar_chart(table))
    part = Part(harm[:300], harm[:100], harm, [Section(harm[:200], harm, [figure])])
    report = replace(samples.empty_report(), parts=[part], title=harm[:200], summary=harm, reference=harm[:40])
    record = replace(
        samples.record(0),
        title=harm[:300],
        summary=harm,
        secrecy=harm[:100],
        facts=[Fact(harm[:100], harm)],
        happenings=[Happening(samples.MOMENT, harm[:100], harm, harm, harm[:64])],
    )
    letter = replace(samples.decision(), text=harm, subject=harm[:200], addressee=(harm[:200],), reasons=harm)
    return {"report": report_pdf(report), "history": record_pdf(record), "letter": letter_pdf(letter)}


@pytest.fixture(scope="module")
def papers(ear: Ear) -> dict[str, bytes]:
    return hostile_papers(ear.address)


def test_hostile_text_in_every_field_fetches_and_embeds_nothing(
    ear: Ear, papers: dict[str, bytes], validate: Validate
) -> None:
    assert ear.visits == []
    assert {name: embedded_files(open_pdf(paper)) for name, paper in papers.items()} == {name: [] for name in papers}
    assert validate(**papers) == ""


def test_hostile_text_is_printed_as_it_was_written(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = words(papers["letter"], tmp_path)
    assert '<img src="file:///etc/passwd">' in " ".join(text.split())
    assert "root:" not in text
    assert "{% include" in text


def test_even_markup_that_slipped_through_fetches_nothing(ear: Ear) -> None:
    """The second wall: the same texts as real markup, from a template that forgot to escape."""
    from django.template import engines  # the template is this test's own

    page = (
        "{% extends 'pdf/base.html' %}{% block content %}<h1>x</h1>"
        + "".join(samples.hostile_texts(ear.address)[:4])
        + "{% endblock %}"
    )
    template = engines["django"].from_string(page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "portal.paper.pdf.render_to_string", lambda name, values=None: template.render(values) if values else ""
        )
        content = render_pdf("any", {}, language="sv", title="x")
    assert ear.visits == []
    assert embedded_files(open_pdf(content)) == []
    assert b"root:x" not in content


def test_a_character_no_typeface_can_draw_is_named(tmp_path: Path) -> None:
    letter = replace(samples.receipt(), text="Bra \N{THUMBS UP SIGN} \u4e2d \N{PILE OF POO} åäö é ш \u202egnidaer")
    assert "Bra [thumbs up sign] [cjk unified ideograph-4e2d] [pile of poo] åäö é ш gnidaer" in words(
        letter_pdf(letter), tmp_path
    )
