"""The shipped typefaces, and what they can print."""

import re
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "typefaces"
FAMILY = "Source Sans Pro"
FALLBACK = "DejaVu Sans"

# What a reader never sees and a font never draws: controls, emoji selectors, and the overrides that can make
# a decision read backwards. Line breaks and tabs stay.
_INVISIBLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufe00-\ufe0f\ufeff\ud800-\udfff\ufffe\uffff]")
_BEYOND_LATIN = re.compile("[^\t\n\r -~\xa0-\xff]")
# Pango would look for a colour font for these, and a colour font is not archive quality.
_EMOJI = range(0x1F000, 0x1FB00)


@cache
def _drawable() -> frozenset[int]:
    """Code points that some shipped typeface can draw."""
    from fontTools.ttLib import TTFont  # 6 MB, needed for the first character beyond Latin

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
