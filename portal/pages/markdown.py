"""Markdown to HTML that is safe to show, whoever wrote it."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "hr", "br"} | {
    "table", "thead", "tbody", "tr", "th", "td"
}  # fmt: skip
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(text: str) -> SafeString:
    """Headings, lists, links and tables; links only to http, https, mailto and places in the portal."""
    html = nh3.clean(
        _PARSER.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return mark_safe(html)  # noqa: S308  # nh3 has just cleaned it
