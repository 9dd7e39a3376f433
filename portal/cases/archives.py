"""Office documents are zip archives: what kind one is, and whether it is safe to hand on.

A zip file can claim anything about itself. The claims are judged first, because that costs nothing; then
every member is unpacked and thrown away, because a claim may be a lie. Names inside the archive are only
compared with, never used as paths.
"""

import copy
import re
import tempfile
import zlib
from dataclasses import dataclass
from typing import IO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_MEMBERS = 5_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 150
MAX_DEPTH = 2
RATIO_COUNTS_FROM = 10 * 1024 * 1024
CHUNK = 64 * 1024

ARCHIVE = b"PK\x03\x04"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_DIRECTORY_END = b"PK\x05\x06"
_LONGEST_COMMENT = 65_535

CONTENT_TYPES = "[Content_Types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OFFICE = {
    ".docx": f"{_OOXML}wordprocessingml.document",
    ".xlsx": f"{_OOXML}spreadsheetml.sheet",
    ".pptx": f"{_OOXML}presentationml.presentation",
    ".odt": f"{_ODF}text",
    ".ods": f"{_ODF}spreadsheet",
    ".odp": f"{_ODF}presentation",
}
_MACROS = re.compile(r"vbaproject|(^|/)(macrosheets|activex)/|^(basic|scripts)/", re.IGNORECASE)

# What damage makes zipfile, zlib and the XML parser raise; bad names and offsets give ValueError and OSError.
_XML_DAMAGE = (ParseError, DefusedXmlException)
_DAMAGE = (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, *_XML_DAMAGE)

BROKEN = _("The file cannot be read. It may be damaged; open it, save it again and choose the new file.")
_MESSAGES = {
    "archive": _("Archives such as zip files are not accepted. Send the files in it one by one."),
    "bomb": _("The file unpacks to far more than a document holds. Divide it into parts, or save it as PDF."),
    "broken": BROKEN,
    "macros": _(
        "The file contains macros (small programs). Save it as .docx, .xlsx or .pptx without macros, or as PDF."
    ),
    "protected": _("The file is protected by a password. Save it without one and choose it again."),
}


class FileRefused(ValidationError):
    """The file is not accepted; the message says why and what to do instead."""


@dataclass(slots=True)
class _Allowance:
    """What an archive, and all archives inside it together, may still unpack."""

    members: int = MAX_MEMBERS
    size: int = MAX_UNPACKED

    def take_members(self, count: int) -> None:
        self.members -= count
        if self.members < 0:
            _refuse("bomb")

    def take_size(self, size: int) -> None:
        self.size -= size
        if self.size < 0:
            _refuse("bomb")


def identify(file: IO[bytes]) -> str:
    """The extension, from `OFFICE`, of what this archive is. Raises `FileRefused`.

    Costs about a second for the largest archive that is let through; memory stays flat.
    """
    try:
        return _weigh(file, _Allowance(), MAX_DEPTH) or _refuse("archive")
    except _DAMAGE as error:
        raise FileRefused(BROKEN, code="broken") from error


def ends_with_archive(file: IO[bytes]) -> bool:
    """Whether some program would open the end of this file as an archive, whatever its beginning says."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - 22))
    tail = file.read()
    for end in re.finditer(re.escape(_DIRECTORY_END), tail):
        comment = int.from_bytes(tail[end.start() + 20 : end.start() + 22], "little")
        if end.start() + 22 + comment == len(tail):
            return True
    return False


def _weigh(file: IO[bytes], allowance: _Allowance, depth: int) -> str | None:
    if depth < 0:
        _refuse("bomb")
    allowance.take_members(_count_members(file))
    with ZipFile(file) as archive:
        members = archive.infolist()
        _judge_claims(members, packed=file.seek(0, 2))
        for member in members:
            _unpack(archive, member, allowance, depth)
        return _kind(archive)


def _count_members(file: IO[bytes]) -> int:
    """An upper bound, found before the directory is read into memory: each entry of it needs this mark."""
    count, rest = 0, b""
    file.seek(0)
    while chunk := file.read(CHUNK):
        block = rest + chunk
        count += block.count(_DIRECTORY_ENTRY)
        rest = block[1 - len(_DIRECTORY_ENTRY) :]
    return count


def _judge_claims(members: list[ZipInfo], *, packed: int) -> None:
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed):
        _refuse("bomb")
    if any(member.flag_bits & 0x1 for member in members):
        _refuse("protected")
    if any(_MACROS.search(name) for name in names):
        _refuse("macros")
    if len(names) < len(members) or any(m.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for m in members):
        _refuse("broken")


def _unpack(archive: ZipFile, member: ZipInfo, allowance: _Allowance, depth: int) -> None:
    """Read a member to its true end; documents embedded in a document are weighed like it."""
    beyond = copy.copy(member)
    beyond.file_size += 1  # zipfile stops at the size claimed: ask for one byte more, and a lie shows
    size = 0
    with archive.open(beyond) as stream, tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as nested:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            allowance.take_size(len(chunk))
            if nested.tell() or (size == len(chunk) and chunk.startswith(ARCHIVE)):
                nested.write(chunk)
        if size != member.file_size:
            _refuse("bomb")
        if nested.tell():
            _weigh(nested, allowance, depth - 1)


def _kind(archive: ZipFile) -> str | None:
    names = archive.namelist()
    if CONTENT_TYPES in names:
        return _ooxml_kind(_head(archive, CONTENT_TYPES))
    if "mimetype" in names:
        content_type = _head(archive, "mimetype").decode("ascii", errors="replace")
        return next((extension for extension, known in OFFICE.items() if known == content_type), None)
    return None


def _ooxml_kind(content_types: bytes) -> str | None:
    found = {part.get("ContentType", "").lower() for part in fromstring(content_types)}
    if any("macro" in content_type or "vbaproject" in content_type for content_type in found):
        _refuse("macros")
    return next((extension for extension, known in OFFICE.items() if f"{known}.main+xml" in found), None)


def _head(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(1024 * 1024)


def _refuse(code: str) -> NoReturn:
    raise FileRefused(_MESSAGES[code], code=code)
