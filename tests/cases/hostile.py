"""What a hostile or unlucky person sends. Made in code, so that no such file lies in the repository.

Other tests import from here: `FILES` are refused as uploads, `NAMES` are names to send a good file under,
`SCRIPTS` and `LONG_TEXT` go into every text field, `BROKEN_TABLES` are read without an exception.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

HTML = b"<!DOCTYPE html><html><body><script>alert(document.domain)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

LONG_TEXT = "Ett förslag. " * 800_000  # 10 MB
NUL_TEXT = "before\0after"
RTL_OVERRIDE = "\u202e"
SCRIPTS = (
    "<script>alert(document.domain)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "'; DROP TABLE cases_case; --",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "[x](javascript:alert(1))",
)
FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "+46 8 123", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1")
NAMES = (
    "../../etc/passwd.pdf",
    "..\\..\\windows\\system32\\evil.pdf",
    "/etc/cron.d/evil.pdf",
    f"report{RTL_OVERRIDE}fdp.exe",
    "nul\0byte.pdf",
    "line\r\nSet-Cookie: a=b.pdf",
    'quote".pdf',
    "CON.pdf",
    ".htaccess",
    "....",
    "",
    "å" * 500 + ".pdf",
    "<img src=x onerror=alert(1)>.pdf",
)


def png(width: int, height: int, *, pixels: bool = True, trailer: bytes = b"") -> bytes:
    """A correct one-bit PNG of that size, row by row: 200 megapixels take 25 KB and, decoded, 800 MB."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    drawn = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), *([(b"IDAT", drawn)] if pixels else []), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(name, data) for name, data in chunks) + trailer


def webp_header(width: int, height: int) -> bytes:
    """A lossless WebP that claims a size and ends there."""
    bits = struct.pack("<I", (width - 1) | (height - 1) << 14)
    data = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + bits + b"\0"
    return b"RIFF" + struct.pack("<I", len(data) + 4) + b"WEBP" + data


def archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file.getvalue()


def office(content_type: str = DOCX_TYPE, members: Mapping[str, bytes] | None = None) -> bytes:
    """The least that counts as an Office document, and whatever else is to lie in it."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{content_type}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), "main.xml": b"<main/>"} | dict(members or {}))


@cache
def zip_bomb() -> bytes:
    """A document of a megabyte that claims, truly, to unpack to more than 200 MB."""
    return office(members={f"media/{number}.bin": bytes(70 * 1024 * 1024) for number in range(3)})


def lying_zip_bomb(claimed: int = 10, checked: int = 10) -> bytes:
    """A document whose directory says that 5 MB are ten bytes, with the checksum of the first `checked` bytes."""
    data = bytes(5 * 1024 * 1024)
    made = bytearray(office(members={"media/image.bin": data}))
    entry = made.rindex(b"PK\x01\x02")
    struct.pack_into("<I", made, entry + 16, zlib.crc32(data[:checked]))
    struct.pack_into("<I", made, entry + 24, claimed)
    return bytes(made)


def nested_zip_bomb(depth: int = 5) -> bytes:
    """A document in a document in a document …"""
    made = office()
    for _ in range(depth):
        made = office(members={"embeddings/inner.docx": made})
    return made


def wide_nested_bomb() -> bytes:
    """Ten embedded workbooks, each well within the limits, together beyond them."""
    blocks = random.Random(1)
    sheet = b"".join(blocks.randbytes(500) * 50 for _ in range(1000))
    inner = archive({"sheet.xml": sheet})
    return office(members={f"embeddings/{number}.xlsx": inner for number in range(10)})


def crowded_zip(members: int = 20_000) -> bytes:
    return office(members={f"{number}": b"" for number in range(members)})


def overlapping_zip(entries: int = 100) -> bytes:
    """Many directory entries that all point at the same bytes, so that the archive unpacks to more than it holds."""
    made = archive({"0000": random.Random(1).randbytes(100_000)})
    start, end = made.index(b"PK\x01\x02"), made.index(b"PK\x05\x06")
    entry = made[start:end]
    directory = b"".join(entry.replace(b"0000", f"{number:04}".encode()) for number in range(entries))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), start, 0)
    return made[:start] + directory + tail


def encrypted_zip() -> bytes:
    made = bytearray(office())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := made.find(mark, at + 1)) >= 0:
            made[at + flags] |= 1
    return bytes(made)


def entity_bomb() -> bytes:
    """Content types that expand like a billion laughs."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    types = f'<!DOCTYPE t [<!ENTITY e0 "ha">{entities}]><Types>&e9;</Types>'
    return archive({"[Content_Types].xml": types.encode()})


FILES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "a web page named as a picture": ("picture.png", lambda: HTML),
    "a web page named as text": ("notes.txt", lambda: HTML),
    "a web page after a byte order mark": ("notes.txt", lambda: HTML.decode().encode("utf-16")),
    "an SVG drawing": ("drawing.svg", lambda: SVG),
    "a 200-megapixel picture": ("huge.png", lambda: png(20_000, 10_000)),
    "a picture cut short": ("cut.png", lambda: png(10, 10)[:-6]),
    "a picture without a picture": ("empty.png", lambda: png(10, 10, pixels=False)),
    "a picture that is only a header": ("header.webp", lambda: webp_header(16_383, 16_383)),
    "a picture and an archive in one": ("both.png", lambda: png(10, 10, trailer=archive({"evil.jar": b"x"}))),
    "a PDF and an archive in one": ("both.pdf", lambda: b"%PDF-1.7\n%%EOF\n" + archive({"evil.jar": b"x"})),
    "a program named as a PDF": ("report.pdf", lambda: b"MZ\x90\0\x03" + bytes(100)),
    "a shell script named as a picture": ("run.png", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "a script without disguise": ("run.js", lambda: b"alert(1)"),
    "text with NUL bytes": ("notes.txt", lambda: NUL_TEXT.encode()),
    "nothing at all": ("empty.pdf", lambda: b""),
    "a plain archive": ("files.zip", lambda: archive({"a.txt": b"a"})),
    "an archive named as a document": ("files.docx", lambda: archive({"../../evil.txt": b"a"})),
    "an old Office file": ("old.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
    "a document with macros": ("macros.docx", lambda: office(members={"word/vbaProject.bin": b"x"})),
    "a macro document by its type": (
        "macros.docm",
        lambda: office(DOCX_TYPE.replace("document.main", "macroEnabled.main")),
    ),
    "a document with old Excel macros": ("m.xlsx", lambda: office(XLSX_TYPE, {"xl/macrosheets/sheet1.xml": b"x"})),
    "an OpenDocument file with Basic": (
        "m.odt",
        lambda: archive({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/x.xml": b""}),
    ),
    "a damaged document": ("cut.docx", lambda: office()[:-40]),
    "a document behind a password": ("locked.docx", encrypted_zip),
    "a zip bomb": ("bomb.docx", zip_bomb),
    "a zip bomb that lies about its size": ("liar.docx", lying_zip_bomb),
    "a deeply nested zip bomb": ("nested.docx", nested_zip_bomb),
    "a widely nested zip bomb": ("wide.docx", wide_nested_bomb),
    "an archive of twenty thousand members": ("crowd.docx", crowded_zip),
    "an archive whose members overlap": ("overlap.docx", overlapping_zip),
    "an XML entity bomb": ("laughs.docx", entity_bomb),
}

BROKEN_TABLES: Mapping[str, bytes] = {
    "nothing": b"",
    "only blank lines": b"\n\r\n\n",
    "a quotation mark that never closes": b'a,b\n1,2\n"3,4\n5,6\n7,8\n',
    "NUL bytes": b"a,b\n1,\0\n3,4\n",
    "too few and too many cells": b"a,b\n1\n1,2,3\n3,4\n",
    "a giant cell": b"a,b\n" + b"x" * 3_000_000 + b",2\n3,4\n",
    "a giant cell of many lines": b'a,b\n"' + b"x\n" * 60_000 + b'",2\n3,4\n',
    "quotation marks that open on every line": b"a,b\n" + b'x","\n' * 20_000,
    "a million columns": b"," * 1_000_000 + b"\n1,2\n",
    "bytes of no encoding": b"a,b\n" + "å,ä\n".encode() * 20 + b"\xff\xfe\x81,4\n5,6\n",
    "half a character at the end": "a,b\nå,ä\nö,".encode() + b"\xc3",
    "half a UTF-16 character": "a,b\n1,2\n".encode("utf-16") + b"\0",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20,
    "a workbook cut short": b"PK\x03\x04" + bytes(100),
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
}


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
