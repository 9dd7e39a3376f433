"""Tables of ideas and suggestions. Only actions and the flow engine write to them."""

from ideas.models.assessment import Assessment, AssessmentQuerySet, Score
from ideas.models.benefit import Benefit
from ideas.models.criteria import CriteriaSet, Criterion
from ideas.models.idea import Idea
from ideas.models.placement import Candidate, Placement
from ideas.models.registers import Area, Technology
from ideas.models.spread import Adoption, Credit, Example, Kit, Picture
from ideas.models.suggestion import Suggestion
from ideas.models.talk import Comment, Follow, Support
from ideas.models.trial import Trial

__all__ = [
    "Adoption",
    "Area",
    "Assessment",
    "AssessmentQuerySet",
    "Benefit",
    "Candidate",
    "Comment",
    "Credit",
    "CriteriaSet",
    "Criterion",
    "Example",
    "Follow",
    "Idea",
    "Kit",
    "Picture",
    "Placement",
    "Score",
    "Suggestion",
    "Support",
    "Technology",
    "Trial",
]
