"""From a template to a PDF that is both accessible (PDF/UA-1) and fit for the archive (PDF/A-2a)."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import timezone, translation

from portal.paper.fonts import printable
from portal.paper.tables import STOCKHOLM, stockholm

AUTHOR = "Region Stockholm"
KEPT = 24 * 60 * 60  # seconds

_TEXT = re.compile(r"(?<=>)[^<>]{80,}(?=<)")
_ENDLESS_WORD = re.compile(r"(?:&[#\w]+;|[^\s&]|\xa0){80}")


def render_pdf(
    template: str,
    context: Mapping[str, object],
    *,
    language: str,
    title: str,
    created: datetime | None = None,
    author: str = AUTHOR,
    reference: str = "",
    keep: bool = False,
) -> bytes:
    """Render `template` (which extends pdf/base.html) in `language`: the same input gives the same bytes.

    `created` is written into the file; without it the file tells no date. `reference` stands at the top of each page.
    Nothing is fetched: pictures are `data:` addresses. Costs about 1 ms for each table cell and 0.2 s for a page; what many ask for
    again, and anyone may read, is kept for a day with `keep` (never what is secret: it would lie in the cache).
    """
    values = {
        **context,
        "language": language,
        "title": title,
        "author": author,
        "reference": reference,
        "created": stockholm(created).isoformat(timespec="seconds") if created else "",
    }
    with translation.override(language), timezone.override(STOCKHOLM):
        html = _breakable(printable(render_to_string(template, values)))
        stylesheet = render_to_string("pdf/base.css")
    return _kept(html, stylesheet) if keep else _printed(html, stylesheet)


def _kept(html: str, stylesheet: str) -> bytes:
    """Found by a digest of all that is printed, so whatever another portal or an earlier text left there is never taken for it."""
    key = "printed:" + hashlib.sha256(f"{html}\0{stylesheet}".encode()).hexdigest()
    found: bytes | None = cache.get(key)
    if found is None:
        found = _printed(html, stylesheet)
        cache.set(key, found, KEPT)
    return found


def _printed(html: str, stylesheet: str) -> bytes:
    from portal.paper.press import print_pdf  # WeasyPrint is 40 MB, which a process that prints nothing need not bear

    return print_pdf(html, stylesheet)


def _breakable(html: str) -> str:
    """Lets a word of more than 80 letters break: to fit one of 2 000 takes WeasyPrint half a minute."""
    return _TEXT.sub(lambda text: _ENDLESS_WORD.sub("\\g<0>\N{ZERO WIDTH SPACE}", text[0]), html)
