"""Tables of the fund. Only actions and the flow engine write to them."""

from fund.models.application import Answers, Application, Approval, LateRight, Submission
from fund.models.call import MOST_POINTS, Call, Criterion, Edition, Question
from fund.models.deciding import Ruling
from fund.models.money import Account, Entry
from fund.models.review import REVIEWERS, Consensus, Review, Reviewer, Score
from fund.models.whos import FUND, FUND_OFFICER, MANAGER, RUNS, WRITERS, WRITES_CALL

__all__ = [
    "FUND",
    "FUND_OFFICER",
    "MANAGER",
    "MOST_POINTS",
    "REVIEWERS",
    "RUNS",
    "WRITERS",
    "WRITES_CALL",
    "Account",
    "Answers",
    "Application",
    "Approval",
    "Call",
    "Consensus",
    "Criterion",
    "Edition",
    "Entry",
    "LateRight",
    "Question",
    "Review",
    "Reviewer",
    "Ruling",
    "Score",
    "Submission",
]
