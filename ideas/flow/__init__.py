"""How ideas and suggestions move, and what the house needs to know of the two kinds."""

from django.utils.translation import gettext_lazy as _

from ideas import panels
from ideas.flow.idea import IdeaFlow
from ideas.flow.suggestion import SuggestionFlow
from ideas.models import Idea, Suggestion
from portal.cases.kinds import Kind, Panel, register
from portal.cases.who import IMPARTIAL

__all__ = ["IdeaFlow", "SuggestionFlow"]

register(
    Kind(
        key="idea",
        flow=IdeaFlow,
        name=_("Idea"),
        plural=_("Ideas"),
        url_name="ideas:list",
        write_url="ideas:write",
        start_url="ideas:begin",
        panels=(
            Panel("ideas/panels/decision.html", Idea.seen_by, panels.decision_panel),
            Panel("ideas/panels/idea.html", Idea.seen_by, panels.idea_panel),
            Panel("ideas/panels/trials.html", Idea.seen_by, panels.trials_panel),
            Panel(
                "ideas/panels/scorecards.html", (Idea.handled_by | Idea.advised_by) & IMPARTIAL, panels.scorecards_panel
            ),
        ),
        technical=("trial_ceiling",),
        verbs={"scorecard_submitted": _("Scorecard submitted")},
    )
)
register(
    Kind(
        key="suggestion",
        flow=SuggestionFlow,
        name=_("Suggestion"),
        plural=_("Suggestions"),
        url_name="suggestions:handle",
        follow_url="suggestions:follow",
        technical=("fingerprint",),
        panels=(Panel("ideas/panels/suggestion.html", Suggestion.seen_by, panels.suggestion_panel),),
        verbs={"idea_introduced": _("The idea that it became has been introduced")},
    )
)
