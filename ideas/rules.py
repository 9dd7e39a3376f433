"""Whos and guards of ideas and suggestions."""

from django.utils.translation import gettext_lazy as _

from ideas.models import Idea
from portal.cases.rules import complete
from portal.cases.verdicts import YES, Verdict, no


def invention_answered(idea: Idea) -> Verdict:
    """The question about a possible invention comes before everything else (B43-2)."""
    if idea.possible_invention is None:
        return no(_("Say whether this could be a technical invention."), field="possible_invention")
    return YES


__all__ = ["complete", "invention_answered"]
