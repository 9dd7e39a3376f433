"""Parts of form controls that a template writes too slowly."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def control_attrs(attrs: Mapping[str, Any]) -> SafeString:
    """A control's attributes, with the design system's class first."""
    others = {name: value for name, value in attrs.items() if name != "class"}
    return _written({"class": f"ds-input {attrs.get('class', '')}".rstrip(), **others})


@register.simple_tag
def options(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select, from the widget's ``optgroups``: a page of filters has a hundred, and they took a sixth of it."""
    return SafeString("".join(_lines(groups)))


def _lines(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> Iterator[SafeString]:
    for name, choices, _place in groups:
        if name:
            yield format_html('\n  <optgroup label="{}">', name)
        for option in choices:
            attrs = _written(option["attrs"]) if option["attrs"] else ""
            yield format_html('\n  <option value="{}"{}>{}</option>', str(option["value"]), attrs, option["label"])
        if name:
            yield SafeString("\n  </optgroup>")


def _written(attrs: Mapping[str, Any]) -> SafeString:
    """As they stand in the tag, each after a space: True is the name alone, False is nothing."""
    said = ((name, value) for name, value in attrs.items() if value is not False)
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value)),)
            for name, value in said
        ),
    )
