"""The adoption curve as a figure of the house. A few bars, drawn here: what draws the report costs 80 MB, which only workers bear."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ideas.models import Adoption, Idea
from ideas.queries.spreading import Quarter, adoption_curve

WIDTH, HEIGHT, FOOT, HEAD, WIDEST = 600, 200, 24, 20, 60


def adoption_figure(idea: Idea, adoptions: Iterable[Adoption]) -> dict[str, Any]:
    """For the component ``figure``; empty when no other unit uses the idea."""
    curve = adoption_curve(idea, adoptions)
    if not curve:
        return {}
    title = _("Other units that use the idea")
    total = curve[-1].total
    alt = ngettext("%(number)s other unit by now.", "%(number)s other units by now.", total) % {"number": total}
    return {
        "title": title,
        "svg": render_to_string(
            "ideas/curve.svg", {"title": title, "bars": _bars(curve), "width": WIDTH, "height": HEIGHT}
        ),
        "alt": alt,
        "columns": [_("Quarter"), _("New"), _("All")],
        "rows": [[_label(quarter), quarter.new, quarter.total] for quarter in curve],
    }


def _bars(curve: list[Quarter]) -> list[dict[str, Any]]:
    most, step = max(1, *(quarter.total for quarter in curve)), WIDTH // len(curve)
    room, wide = HEIGHT - FOOT - HEAD, min(step * 3 // 4, WIDEST)
    return [
        {
            "x": place * step + (step - wide) // 2,
            "middle": place * step + step // 2,
            "width": wide,
            "y": HEIGHT - FOOT - (tall := quarter.total * room // most),
            "height": tall,
            "above": HEIGHT - FOOT - tall - 5,
            "foot": HEIGHT - 6,
            "total": quarter.total,
            "label": _("Q%(number)s %(year)s") % {"year": f"{quarter.start:%Y}", "number": quarter.number},
        }
        for place, quarter in enumerate(curve)
    ]


def _label(quarter: Quarter) -> str:
    return _("%(year)s, quarter %(number)s") % {"year": f"{quarter.start:%Y}", "number": quarter.number}
