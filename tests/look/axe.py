"""axe-core in the page: WCAG 2.2 A and AA."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


FIND = """async ([tags, preload, within]) => {
    const found = await axe.run(within, {runOnly: tags, resultTypes: ["violations"], preload});
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}`));
}"""
"""What holds stays in the browser: to hand it over takes longer than to find out."""


def violations(page: Page, *, sheets: bool = True, within: str = "html") -> list[str]:
    """Each violation as one line: the rule, and where, of what is ``within`` the element.

    ``sheets``: also what the style sheets say, which axe fetches anew for it.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(FIND, [TAGS, sheets, within])
    return found
