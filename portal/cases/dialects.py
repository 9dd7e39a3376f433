"""In which encoding and with which separator a CSV file was written, found from its bytes alone.

General detectors guess among a hundred encodings and are often wrong for a short Swedish text, so only
those that Swedish offices produce are weighed: Unicode, Windows (cp1252), old Mac and old DOS.
"""

import codecs
import csv
import re
from collections.abc import Sequence
from typing import IO

CHUNK = 64 * 1024
SAMPLE_LINES = 50
SEPARATORS = ",;\t|"
UNREADABLE = re.compile("[\udc80-\udcff]")  # how `surrogateescape` marks a byte that the encoding does not know

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ONE_BYTE_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_COMMON, _POSSIBLE = frozenset("åäöÅÄÖ"), frozenset("éÉèüÜáàçñøæØÆ–—’‘”“…€§°½\xa0")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")


def find_encoding(file: IO[bytes]) -> str:
    """Reads the whole file once, at constant memory: a single byte far down can settle it.

    A file that is UTF-8 but for a few broken bytes is called UTF-8, so that only the rows they stand in are lost.
    """
    file.seek(0)
    start = file.read(CHUNK)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    if b"\0" in start and len(start.replace(b"\0", b"")) <= len(start) * 3 // 4:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    good, bad, sample = _weigh_utf8(file)
    return "utf-8" if good > bad or not bad else max(_ONE_BYTE_ENCODINGS, key=lambda code: _swedishness(sample, code))


def find_separator(lines: Sequence[str]) -> str:
    """The separator that divides most lines into as many columns as the first; a comma if none divides it."""

    def merit(separator: str) -> float:
        widths = [len(record) for record in _records(lines, separator) if record]
        return (widths[0] - 1) * widths.count(widths[0]) / len(widths) if widths else 0

    return max(SEPARATORS, key=merit)


def _weigh_utf8(file: IO[bytes]) -> tuple[int, int, bytes]:
    """How many characters beyond ASCII are UTF-8, how many bytes cannot be, and the first such bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good, bad, sample = 0, 0, b""
    file.seek(0)
    while chunk := file.read(CHUNK):
        text = decoder.decode(chunk)
        broken = len(UNREADABLE.findall(text))
        bad += broken
        good += len(text) - len(text.encode("ascii", "ignore")) - broken
        if len(sample) < CHUNK:
            sample += b" ".join(_HIGH_BYTES.findall(chunk))
    cut_short = decoder.decode(b"", final=True)  # half a character at the end says nothing, unless nothing else speaks
    return good, bad if good else bad + len(cut_short), sample


def _swedishness(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, "replace")
    letters = [character for character in text if not character.isascii()]
    return sum(3 if letter in _COMMON else 1 if letter in _POSSIBLE else -1 for letter in letters)


def _records(lines: Sequence[str], separator: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return records
    return records
