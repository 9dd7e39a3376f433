"""WeasyPrint, held so that it fetches nothing and uses no typeface but the shipped ones."""

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from portal.paper.fonts import FALLBACK, FAMILY, FOLDER
from portal.paper.tagging import finish

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


def print_pdf(html: str, stylesheet: str) -> bytes:
    """HTML and its style sheet as PDF/UA-1 and PDF/A-2a, with the shipped typefaces only, so that it looks the same on every machine."""
    fonts = shipped_fonts()
    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    style = CSS(string=stylesheet, font_config=fonts, url_fetcher=fetcher)
    with _undisturbed_by_collection():
        document = HTML(string=html, url_fetcher=fetcher).render(font_config=fonts, stylesheets=[style])
        pdf: bytes = document.write_pdf(finisher=finish, pdf_variant="pdf/a-2a")
    return pdf


@contextmanager
def _undisturbed_by_collection() -> Iterator[None]:
    """Layout makes millions of objects that all live to the end: looking for garbage among them costs a fifth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


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
