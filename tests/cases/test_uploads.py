import contextlib
import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.cases import uploads
from portal.cases.archives import FileRefused
from tests.cases import hostile

pytestmark = pytest.mark.trust(11)


def judge(data: bytes, name: str) -> uploads.Accepted:
    return uploads.inspect(io.BytesIO(data), name)


def picture(image_format: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(file, image_format)
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


OOXML = "application/vnd.openxmlformats-officedocument."
PRESENTATION = hostile.office(f"{OOXML}presentationml.presentation.main+xml")
ODT = hostile.archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})
GOOD_FILES = {
    "a.pdf": (b"%PDF-1.7\n...\n%%EOF\n", "application/pdf"),
    "a.png": (picture("PNG"), "image/png"),
    "a.jpg": (picture("JPEG"), "image/jpeg"),
    "a.gif": (picture("GIF"), "image/gif"),
    "a.webp": (picture("WEBP"), "image/webp"),
    "a.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
    "a.docx": (hostile.office(), f"{OOXML}wordprocessingml.document"),
    "a.xlsx": (workbook(), f"{OOXML}spreadsheetml.sheet"),
    "a.pptx": (PRESENTATION, f"{OOXML}presentationml.presentation"),
    "a.odt": (ODT, "application/vnd.oasis.opendocument.text"),
    "a.txt": ("Å, ä och ö\r\n".encode(), "text/plain"),
    "a.csv": ("Å;Ä\n1;2\n".encode("cp1252"), "text/csv"),
}


@pytest.mark.parametrize("name", GOOD_FILES)
def test_a_file_that_cases_need_is_accepted_for_what_it_is(name: str) -> None:
    data, content_type = GOOD_FILES[name]
    accepted = judge(data, name)
    assert (accepted.safe_name, accepted.content_type, accepted.size) == (name, content_type, len(data))


@pytest.mark.parametrize("case", hostile.FILES)
def test_a_hostile_file_is_refused_with_a_sentence(case: str) -> None:
    name, make = hostile.FILES[case]
    with pytest.raises(FileRefused) as refusal:
        judge(make(), name)
    assert refusal.value.messages[0].endswith(".")


def test_all_hostile_files_together_cost_little_memory(tmp_path: Path) -> None:
    """Measured in a process of its own, as the kernel counts: what C code takes is in it."""
    for number, (name, make) in enumerate(hostile.FILES.values()):
        (tmp_path / f"{number:02} {name}").write_bytes(make())
    script = """
import json, sys
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False, UPLOAD_MAX_BYTES=25 * 1024 * 1024)
from portal.cases.archives import FileRefused
from portal.cases.uploads import inspect

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

before, refused = peak(), 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    with path.open("rb") as file:
        try:
            inspect(file, path.name)
        except FileRefused:
            refused += 1
print(json.dumps({"refused": refused, "growth": (peak() - before) // 1024}))
"""
    run = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    assert found["refused"] == len(hostile.FILES)
    assert found["growth"] < 200, f"{found['growth']} MB"


def test_the_name_does_not_decide() -> None:
    accepted = judge(picture("PNG"), "report.pdf.exe")
    assert (accepted.extension, accepted.safe_name) == (".png", "report.pdf.png")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Förslag 3.2 – utkast.pdf", "Förslag 3.2 – utkast.pdf"),
        ("Version 1.2", "Version 1.2.pdf"),
        ("report.pdf.exe", "report.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\ritning.PDF", "ritning.pdf"),
        (f"faktura{hostile.RTL_OVERRIDE}fdp.exe", "fakturafdp.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("A\u030angstro\u0308m.pdf", "Ångström.pdf"),
    ],
)
def test_a_name_becomes_harmless_and_stays_recognisable(sent: str, kept: str) -> None:
    assert uploads.safe_name(sent, ".pdf") == kept


@given(st.text(max_size=400))
def test_no_name_keeps_a_path_a_control_character_or_too_many_bytes(sent: str) -> None:
    kept = uploads.safe_name(sent, ".pdf")
    assert kept.endswith(".pdf")
    assert len(kept) > len(".pdf")
    assert len(kept.encode()) <= 200
    assert kept == kept.strip(" .")
    assert kept.isprintable()
    assert not set(kept) & set('/\\<>:"|?*')
    assert uploads.safe_name(kept, ".pdf") == kept


@pytest.mark.parametrize("name", hostile.NAMES)
def test_no_hostile_name_reaches_the_header(name: str) -> None:
    kept = uploads.safe_name(name, ".pdf")
    response = HttpResponse(headers=uploads.attachment_headers(kept, "application/pdf"))
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert not set(disposition) & set("\r\n\0/\\<>")


def test_a_stored_file_is_only_ever_saved_by_the_browser() -> None:
    assert uploads.attachment_headers("Åsikt.pdf", "application/pdf") == {
        "Content-Disposition": "attachment; filename*=utf-8''%C3%85sikt.pdf",
        "Content-Type": "application/pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "", "application/pdf\r\nX: y"])
def test_a_content_type_that_is_not_accepted_is_never_served(content_type: str) -> None:
    assert uploads.attachment_headers("a", content_type)["Content-Type"] == "application/octet-stream"


@override_settings(UPLOAD_MAX_BYTES=1000)
def test_a_file_at_the_limit_is_accepted_and_one_byte_more_is_not() -> None:
    assert judge(b"x" * 1000, "a.txt").size == 1000
    with pytest.raises(FileRefused, match="1000"):
        judge(b"x" * 1001, "a.txt")


def test_a_picture_at_the_pixel_limit_is_accepted() -> None:
    assert judge(hostile.png(8_000, 5_000), "a.png").content_type == "image/png"
    with pytest.raises(FileRefused):
        judge(hostile.png(8_000, 5_001), "a.png")


def test_a_document_with_an_embedded_workbook_is_accepted() -> None:
    data = hostile.office(members={"word/embeddings/sheet.xlsx": workbook()})
    assert judge(data, "a.docx").extension == ".docx"


def test_a_macro_in_an_embedded_workbook_is_found() -> None:
    inner = hostile.office(hostile.XLSX_TYPE, {"xl/vbaProject.bin": b"x"})
    with pytest.raises(FileRefused) as refusal:
        judge(hostile.office(members={"word/embeddings/sheet.xlsx": inner}), "a.docx")
    assert refusal.value.code == "macros"


def test_a_member_larger_than_it_claims_is_found_even_with_a_checksum_made_to_fit() -> None:
    for claimed in (0, 10, 65_536):
        for checked in (claimed, claimed + 1):
            with pytest.raises(FileRefused):
                judge(hostile.lying_zip_bomb(claimed, checked), "a.docx")


@given(st.randoms(use_true_random=False), st.sampled_from(["a.docx", "a.png", "a.webp", "a.gif", "a.xlsx", "a.jpg"]))
def test_damage_anywhere_is_refused_or_harmless_but_never_an_error(chance: random.Random, name: str) -> None:
    data = bytearray(GOOD_FILES[name][0])
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with contextlib.suppress(FileRefused):
        judge(bytes(data[: chance.randint(1, len(data))]), name)


def test_the_file_is_left_at_its_beginning_also_when_refused() -> None:
    for name, data in (("a.txt", b"text"), ("a.png", b"text")):
        file = io.BytesIO(data)
        with contextlib.suppress(FileRefused):
            uploads.inspect(file, name)
        assert file.tell() == 0


def test_a_refusal_is_a_field_error_and_names_no_internals() -> None:
    with pytest.raises(ValidationError) as refusal:
        judge(b"PK\x03\x04" + bytes(100), "a.docx")
    assert refusal.value.code == "broken"
    assert "zip" not in refusal.value.messages[0].lower()


def test_the_bombs_are_archives_that_python_opens() -> None:
    """Guards the corpus itself: a broken archive would be refused for the wrong reason."""
    for make in (hostile.office, hostile.nested_zip_bomb, hostile.lying_zip_bomb, hostile.overlapping_zip):
        assert zipfile.ZipFile(io.BytesIO(make())).namelist()
