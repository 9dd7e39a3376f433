"""The reader of a page's structure finds what it is there to find."""

import pytest
from lxml import etree

from tests.trust.structure import faults_of

GOOD = """
<nav aria-label="a"></nav>
<nav aria-label="b"></nav>
<main id="m">
  <h1>1</h1>
  <h2 id="own">2</h2>
  <section aria-labelledby="own"><h3>3</h3></section>
  <h2>2</h2>
  <section class="without name"></section>
  <section></section>
</main>
"""


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("<h3>3</h3>", "<h4>4</h4>", "h4 after h2"),
        ("<h1>1</h1>", "", "0 main headings"),
        ("<h3>3</h3>", '<h3 id="m">3</h3>', "id m 2 times"),
        ('"b"', '"a"', "2 × ('navigation', 'a')"),
        ("<section></section>", '<section aria-label="2"></section>', "2 × ('region', '2')"),
    ],
)
def test_each_fault_is_found(right: str, wrong: str, fault: str) -> None:
    assert list(faults_of(read(GOOD))) == []
    assert list(faults_of(read(GOOD.replace(right, wrong)))) == [fault]


def read(page: str) -> etree._Element:
    return etree.fromstring(page, etree.HTMLParser())
