"""Tables of ideas and suggestions. Only actions and the flow engine write to them."""

from ideas.models.assessment import Assessment, AssessmentQuerySet, Score
from ideas.models.benefit import Benefit
from ideas.models.challenge import Challenge, Settlement
from ideas.models.criteria import CriteriaSet, Criterion
from ideas.models.idea import Idea
from ideas.models.needs import Gathering, Need
from ideas.models.placement import Candidate, Placement
from ideas.models.registers import Area, Technology
from ideas.models.scanning import ScanningNote, ScanningTie
from ideas.models.spread import Adoption, Credit, Example, Kit, Picture
from ideas.models.suggestion import Suggestion
from ideas.models.talk import Comment, CommentReport, Follow, Support
from ideas.models.trial import Trial

__all__ = [
    "Adoption",
    "Area",
    "Assessment",
    "AssessmentQuerySet",
    "Benefit",
    "Candidate",
    "Challenge",
    "Comment",
    "CommentReport",
    "Credit",
    "CriteriaSet",
    "Criterion",
    "Example",
    "Follow",
    "Gathering",
    "Idea",
    "Kit",
    "Need",
    "Picture",
    "Placement",
    "ScanningNote",
    "ScanningTie",
    "Score",
    "Settlement",
    "Suggestion",
    "Support",
    "Technology",
    "Trial",
]
