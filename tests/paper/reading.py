"""Reads a tagged PDF the way a screen reader does: its tree of elements, in order."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf


@dataclass
class Element:
    role: str
    alt: str = ""
    scope: str = ""
    headers: int = 0
    children: list["Element"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *roles: str) -> list["Element"]:
        return [element for element in self.walk() if element.role in roles]


def words(content: bytes, folder: Path) -> str:
    """The text as laid out, pages parted by form feeds."""
    path = folder / "paper.pdf"
    path.write_bytes(content)
    command = [shutil.which("pdftotext") or "pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def open_pdf(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def tree(pdf: pikepdf.Pdf) -> Element:
    return _element(pdf.Root.StructTreeRoot.K[0])


def _element(node: Any) -> Element:
    attributes = node.get("/A", {})
    kids = node.get("/K", [])
    return Element(
        role=str(node.S).lstrip("/"),
        alt=str(node.get("/Alt", "")),
        scope=str(attributes.get("/Scope", "")).lstrip("/"),
        headers=len(attributes.get("/Headers", [])),
        children=[_element(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid],
    )


def bookmarks(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    """(depth, title) for each bookmark, in order."""

    def below(items: Any, depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield depth, item.title
            yield from below(item.children, depth + 1)

    with pdf.open_outline() as outline:
        return list(below(outline.root, 1))


def marked_pieces(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    """(tag, whether it is tied to the tree) for each marked piece of each page."""
    for page in pdf.pages:
        for step in pikepdf.parse_content_stream(page):
            if str(step.operator) in {"BDC", "BMC"}:
                tag, *properties = step.operands
                yield str(tag), any("/MCID" in each for each in properties)
