"""What may be attached to a case: the content decides, never the name.

`inspect` looks at every byte once and answers with what the file *is*, or refuses with a sentence
that its sender can act on. Nothing is decoded, unpacked or kept on the way, so a hostile file costs
a few megabytes of memory and, at worst, a second.

HTML, SVG and XML are refused outright: they carry scripts, and a picture or a PDF says the same.
The old Office formats (.doc, .xls, .ppt) are refused because macros in them cannot be told from text.
Short films (MP4) are let in: a problem in a ward is often easier to show than to describe.
"""

import codecs
import hashlib
import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from portal.cases import archives
from portal.cases.archives import FileRefused

MAX_PIXELS = 40_000_000
CHUNK = 64 * 1024

# Pillow's own limit only warns below twice its value, and other code in this process (the PDF
# renderer) opens images too: the limit is lowered and the warning made an error for all of it.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Kind:
    """An accepted kind of file. `starts` is a pattern for its first bytes, where those tell."""

    extension: str
    content_type: str
    starts: bytes = b""
    image_format: str = ""

    def begins(self, start: bytes) -> bool:
        return bool(self.starts and re.match(self.starts, start, re.DOTALL))


KINDS = (
    Kind(".pdf", "application/pdf", rb"%PDF-\d"),
    Kind(".png", "image/png", rb"\x89PNG\r\n\x1a\n", "PNG"),
    Kind(".jpg", "image/jpeg", rb"\xff\xd8\xff", "JPEG"),
    Kind(".webp", "image/webp", rb"RIFF....WEBP", "WEBP"),
    Kind(".gif", "image/gif", rb"GIF8[79]a", "GIF"),
    Kind(".mp4", "video/mp4", rb"\0\0..ftyp(isom|iso[2-6]|mp4[12]|avc1|M4V |MSNV)"),
    *(Kind(extension, content_type) for extension, content_type in archives.OFFICE.items()),
)
TEXTS = {kind.extension: kind for kind in (Kind(".txt", "text/plain"), Kind(".csv", "text/csv"))}
CONTENT_TYPES = frozenset(kind.content_type for kind in (*KINDS, *TEXTS.values()))
BY_EXTENSION = {kind.extension: kind for kind in (*KINDS, *TEXTS.values())}

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = re.compile(r"\s*<[a-z!?/]", re.IGNORECASE)
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

_NAME_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)  # kept by Windows for itself
_LONGEST_STEM = 180

MESSAGES = {
    "broken": archives.BROKEN,
    "disguised": _("The file has an archive hidden at its end. Save it again from the program that made it."),
    "empty": _("The file is empty. Check that it was saved, and choose it again."),
    "not_accepted": _(
        "This kind of file is not accepted. Accepted are PDF, pictures (PNG, JPEG, WebP, GIF), Word, Excel, "
        "PowerPoint and OpenDocument files, MP4 films, and plain text (.txt, .csv)."
    ),
    "old_format": _(
        "The file is in an old Office format or protected by a password. Save it without a password as "
        ".docx, .xlsx or .pptx, or as PDF."
    ),
    "too_large": _("The file is larger than %(limit)s. Send a smaller one, or divide it into parts."),
    "too_many_pixels": _("The picture has more than %(limit)s million pixels. Save a smaller version of it."),
    "web_page": _(
        "Web pages and SVG drawings are not accepted, because they can carry scripts. Save it as PDF instead."
    ),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an accepted file is. `safe_name` is for people to read; the disk gets a name of our own making."""

    content_type: str
    extension: str
    safe_name: str
    sha256: str
    size: int


def inspect(file: IO[bytes], name: str) -> Accepted:
    """Judge a seekable file sent under `name`; it is left at its beginning. Raises `FileRefused`.

    Reads the file twice at most, and unpacks Office files once without keeping what comes out.
    """
    try:
        size, sha256 = _measure(file)
        kind = _identify(file, name)
    finally:
        file.seek(0)
    return Accepted(kind.content_type, kind.extension, safe_name(name, kind.extension), sha256, size)


def attachment_headers(name: str, content_type: str) -> dict[str, str]:
    """Headers for handing out a stored file: to be saved, never shown, sniffed or run by the browser."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return {
        "Content-Disposition": disposition or "attachment",
        "Content-Type": content_type if content_type in CONTENT_TYPES else "application/octet-stream",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def safe_name(name: str, extension: str) -> str:
    """The sender's name for the file, fit for any disk and any page, ending in what the content is.

    Folders, control characters, marks that turn the reading direction and characters that some
    system reserves are gone; at most 180 bytes of UTF-8 are left before the extension.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = " ".join("".join(map(_name_character, last)).split())
    stem = _NAME_SUFFIX.sub("", visible).strip(" .").removesuffix(extension)
    stem = stem.encode()[:_LONGEST_STEM].decode(errors="ignore").strip(" .")
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return f"{stem or gettext('document')}{extension}"


def _name_character(character: str) -> str:
    category = unicodedata.category(character)
    if category.startswith("C"):
        return ""
    return " " if category.startswith("Z") or character in '<>:"|?*' else character


def _measure(file: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(file):
        digest.update(chunk)
        size += len(chunk)
        if size > settings.UPLOAD_MAX_BYTES:
            raise _refusal("too_large", limit=filesizeformat(settings.UPLOAD_MAX_BYTES))
    if not size:
        raise _refusal("empty")
    return size, digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _identify(file: IO[bytes], name: str) -> Kind:
    file.seek(0)
    start = file.read(64)
    if start.startswith(OLD_OFFICE):
        raise _refusal("old_format")
    if start.startswith(archives.ARCHIVE):
        return BY_EXTENSION[archives.identify(file)]
    kind = next((kind for kind in KINDS if kind.begins(start)), None)
    if kind is None:
        return _text(file, name)
    if kind.image_format:
        _refuse_bad_image(file, kind.image_format)
    if archives.ends_with_archive(file):
        raise _refusal("disguised")
    return kind


def _refuse_bad_image(file: IO[bytes], image_format: str) -> None:
    """Reads the header and, where Pillow can, the checksums; never the pixels."""
    try:
        file.seek(0)
        with Image.open(file, formats=(image_format,)) as image:
            pixels = image.width * image.height
            if pixels <= MAX_PIXELS:
                image.verify()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        pixels = MAX_PIXELS + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError) as error:
        raise _refusal("broken") from error
    if pixels > MAX_PIXELS:
        raise _refusal("too_many_pixels", limit=MAX_PIXELS // 1_000_000)


def _text(file: IO[bytes], name: str) -> Kind:
    """Nearly any bytes could be text, so here the name must say so too, and the content must not deny it."""
    file.seek(0)
    encoding = _encoding(file.read(3))
    file.seek(0)
    if MARKUP.match(file.read(CHUNK).decode(encoding, errors="replace")):
        raise _refusal("web_page")
    kind = TEXTS.get(PurePosixPath(name.lower()).suffix)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    if kind is None or any(NOT_TEXT.search(decoder.decode(chunk)) for chunk in _chunks(file)):
        raise _refusal("not_accepted")
    return kind


def _encoding(start: bytes) -> str:
    """Enough to find control characters and markup: Latin-1 stands for every encoding that extends ASCII."""
    return next((code for mark, code in BYTE_ORDER_MARKS.items() if start.startswith(mark)), "latin-1")


def _refusal(code: str, **params: object) -> FileRefused:
    return FileRefused(MESSAGES[code], code=code, params=params)
