"""What the parts of a page are to each other: asked of every page, where axe looks at each part of a page once."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

HEADINGS = [f"h{level}" for level in range(1, 7)]
LANDMARKS = {"aside": "complementary", "main": "main", "nav": "navigation", "search": "search"}
NAMED_LANDMARKS = {"form": "form", "section": "region"}
"""Landmarks only if they have a name."""


def faults_of(page: etree._Element) -> Iterator[str]:
    """Headings that skip a level, not one main heading, ids that stand twice, landmarks that cannot be told apart."""
    levels = [int(str(heading.tag)[1]) for heading in page.iter(*HEADINGS)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} main headings"
    yield from (f"h{lower} after h{upper}" for upper, lower in pairwise(levels) if lower > upper + 1)
    ids = Counter(element.get("id") for element in page.iter(etree.Element) if element.get("id"))
    yield from (f"id {name} {times} times" for name, times in ids.items() if times > 1)
    yield from (f"{times} × {landmark}" for landmark, times in Counter(landmarks_of(page)).items() if times > 1)


def landmarks_of(page: etree._Element) -> Iterator[tuple[str, str]]:
    """Role and name of each."""
    for element in page.iter(*LANDMARKS, *NAMED_LANDMARKS):
        tag, name = str(element.tag), name_of(element, page)
        if name or tag in LANDMARKS:
            yield element.get("role") or LANDMARKS.get(tag) or NAMED_LANDMARKS[tag], name


def name_of(element: etree._Element, page: etree._Element) -> str:
    labels = (element.get("aria-labelledby") or "").split()
    found = ["".join(one.itertext()) for label in labels for one in page.iterfind(f".//*[@id='{label}']")]
    return " ".join([element.get("aria-label") or "", *found]).strip()
