"""How ideas and suggestions move, and what the house needs to know of the two kinds."""

from django.utils.translation import gettext_lazy as _

from ideas.flow.idea import IdeaFlow
from ideas.flow.suggestion import SuggestionFlow
from portal.cases.kinds import Kind, register

__all__ = ["IdeaFlow", "SuggestionFlow"]

register(
    Kind(
        key="idea",
        flow=IdeaFlow,
        name=_("Idea"),
        plural=_("Ideas"),
        shows=("need", "solution", "type", "origin"),
    )
)
register(
    Kind(key="suggestion", flow=SuggestionFlow, name=_("Suggestion"), plural=_("Suggestions"), shows=("proposal",))
)
