"""The shipped typefaces, and what they can print: a report looks the same on every machine."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont
from weasyprint.text.fonts import FontConfiguration

FOLDER = Path(__file__).parent / "typefaces"
FAMILY = "Source Sans Pro"
FALLBACK = "DejaVu Sans"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="strong">
    <family>sans-serif</family>
    <prefer><family>{family}</family><family>{fallback}</family></prefer>
  </alias>
</fontconfig>
"""

# What a reader never sees and a font never draws: controls, emoji selectors, and the overrides that can make
# a decision read backwards. Line breaks and tabs stay.
_INVISIBLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufe00-\ufe0f\ufeff\ud800-\udfff\ufffe\uffff]")
_BEYOND_LATIN = re.compile("[^\t\n\r -~\xa0-\xff]")
# Pango would look for a colour font for these, and a colour font is not archive quality.
_EMOJI = range(0x1F000, 0x1FB00)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def shipped_fonts() -> FontConfiguration:
    """The shipped typefaces and no other: what the machine has installed is out of reach. Takes 15 ms."""
    with tempfile.TemporaryDirectory(prefix="paper-") as folder:
        path = Path(folder, "fonts.conf")
        path.write_text(
            _CONFIGURATION.format(fonts=escape(str(FOLDER)), cache=escape(folder), family=FAMILY, fallback=FALLBACK)
        )
        with _environment("FONTCONFIG_FILE", str(path)):
            return FontConfiguration()


@cache
def _drawable() -> frozenset[int]:
    """Code points that some shipped typeface can draw."""
    points: set[int] = set()
    for name in ("SourceSansPro-Regular.ttf", "DejaVuSans.ttf"):
        with TTFont(FOLDER / name, lazy=True) as face:
            points.update(face.getBestCmap())
    return frozenset(points.difference(_EMOJI))


def _named(match: re.Match[str]) -> str:
    character = match[0]
    if ord(character) in _drawable():
        return character
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"


def printable(text: str) -> str:
    """The text with each character that no shipped typeface can draw replaced by its Unicode name in brackets.

    An empty box says nothing, differs between machines, and makes the file invalid as an archive (PDF/A).
    """
    return _BEYOND_LATIN.sub(_named, _INVISIBLE.sub("", text))
