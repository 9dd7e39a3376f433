"""What a validator passes over, and a reader of the paper cannot: headers, order, alternatives, language, bookmarks."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from portal.paper.letter import letter_pdf
from portal.paper.record import record_pdf
from portal.paper.report import Status, report_pdf
from tests.paper import samples
from tests.paper.reading import bookmarks, marked_pieces, open_pdf, tree, words

pytestmark = [pytest.mark.trust(15)]

PAPERS: dict[str, Callable[[], bytes]] = {
    "report": lambda: report_pdf(samples.annual_report(1)),
    "history": lambda: record_pdf(samples.record(60)),
    "decision": lambda: letter_pdf(samples.decision()),
    "receipt": lambda: letter_pdf(samples.receipt()),
}


@pytest.fixture(scope="module", params=PAPERS)
def pdf(request: pytest.FixtureRequest) -> pikepdf.Pdf:
    return open_pdf(PAPERS[request.param]())


@pytest.fixture(scope="module")
def report() -> pikepdf.Pdf:
    return open_pdf(PAPERS["report"]())


def test_every_table_has_headers_and_every_header_a_scope(pdf: pikepdf.Pdf) -> None:
    for table in tree(pdf).all("Table"):
        (head,) = [part for part in table.children if part.role == "THead"]
        assert {header.scope for header in head.all("TH")} == {"Column"}
        rows = [row for part in table.children if part.role in {"TBody", "TFoot"} for row in part.all("TR")]
        assert rows
        assert [[cell.scope for cell in row.all("TH")] for row in rows] == [["Row"]] * len(rows)


def test_every_cell_names_the_headers_of_its_row_and_column(pdf: pikepdf.Pdf) -> None:
    assert {cell.headers for cell in tree(pdf).all("TD")} <= {2}


def test_every_picture_says_what_it_shows(report: pikepdf.Pdf) -> None:
    texts = [picture.alt for picture in tree(report).all("Figure")]
    assert len(texts) == 4
    assert all(text.endswith(".") and len(text) > 40 for text in texts)


def test_headings_never_skip_a_level(pdf: pikepdf.Pdf) -> None:
    levels = [int(heading.role[1]) for heading in tree(pdf).all("H1", "H2", "H3", "H4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_file_tells_its_language_and_title(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root.Lang) == "sv"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo.Title)
    assert str(pdf.docinfo.Author) == "Region Stockholm"
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == str(pdf.docinfo.Title)
        assert metadata["pdfuaid:part"] == "1"
        assert metadata.pdfa_status == "2A"


def test_bookmarks_follow_the_contents(report: pikepdf.Pdf) -> None:
    assert bookmarks(report) == [
        (1, "Året i korthet"),
        (1, "Hela Region Stockholm"),
        (2, "Förslag från invånarna"),
        (3, "Förslag från invånare"),
        (2, "Idéer från medarbetarna"),
        (3, "Idéer över tid"),
        (1, "Regionstyrelsen"),
        (2, "Idéer och förslag"),
        (3, "Idéer över tid"),
        (2, "Perspektiv och nytta"),
        (3, "Idéer per perspektiv"),
        (1, "Vad som skiljer från förra versionen"),
        (1, "Så är siffrorna framtagna"),
        (2, "Vad som räknas"),
        (2, "Frysta siffror"),
    ]


def test_running_headers_and_page_numbers_are_passed_over_by_a_screen_reader(pdf: pikepdf.Pdf) -> None:
    pieces = list(marked_pieces(pdf))
    assert ("/Artifact", False) in pieces
    assert all(tied for tag, tied in pieces if tag != "/Artifact")
    root = pdf.Root.StructTreeRoot
    reached = {kid.objgen for kid in root.K[0].K}
    for owners in list(root.ParentTree.Nums)[1::2]:
        for owner in owners if isinstance(owners, pikepdf.Array) else [owners]:
            top = owner
            while isinstance(top, pikepdf.Dictionary) and top.P.objgen != root.K[0].objgen:
                top = top.P
            assert not isinstance(top, pikepdf.Dictionary) or top.objgen in reached


def test_a_link_is_announced_by_its_words(report: pikepdf.Pdf) -> None:
    said = [str(note.Contents) for page in report.pages for note in page.get("/Annots", [])]
    assert "Hela Region Stockholm" in said
    assert "Ärendena bakom ”Förslag från invånare”" in said
    assert not [text for text in said if text.startswith(("part-", "http"))]


@pytest.mark.parametrize(("language", "page"), [("sv", r"sida 3 av \d+"), ("en", r"page 3 of \d+")])
def test_pages_are_numbered_and_the_contents_lead_to_them(tmp_path: Path, language: str, page: str) -> None:
    text = words(report_pdf(samples.annual_report(1, language=language)), tmp_path)
    assert re.search(page, text)
    pages = text.split("\f")
    listed = re.search(r"Regionstyrelsen\s+(\d+)", pages[1])
    assert listed
    assert "Regionstyrelsen" in pages[int(listed[1]) - 1]
    assert all("RS 2026-0042" in one for one in pages[1:-1])


def test_a_draft_says_so_on_every_page_and_a_published_report_nowhere(tmp_path: Path) -> None:
    draft = words(report_pdf(samples.annual_report(0, status=Status.DRAFT)), tmp_path).split("\f")
    assert all("Utkast" in page for page in draft[:-1])
    published = words(report_pdf(samples.annual_report(0)), tmp_path)
    assert published.count("Utkast") == samples.annual_report(0).notes[0].text.count("Utkast")


def test_the_same_input_gives_the_same_bytes() -> None:
    assert report_pdf(samples.annual_report(1)) == report_pdf(samples.annual_report(1))


def test_only_shipped_typefaces_are_used(report: pikepdf.Pdf) -> None:
    names = {str(font.BaseFont).split("+")[1] for page in report.pages for font in page.Resources.Font.values()}
    assert names == {"Source-Sans-Pro", "Source-Sans-Pro-Semi-Bold"}
