"""Tables of ideas and suggestions. Only actions and the flow engine write to them."""

from ideas.models.assessment import Assessment, AssessmentQuerySet, Score
from ideas.models.idea import Idea
from ideas.models.registers import Area, Technology
from ideas.models.suggestion import Suggestion
from ideas.models.trial import Trial

__all__ = ["Area", "Assessment", "AssessmentQuerySet", "Idea", "Score", "Suggestion", "Technology", "Trial"]
