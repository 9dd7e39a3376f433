"""Tables of the fund. Only actions and the flow engine write to them."""

from fund.models.application import Answers, Application, Approval, LateRight, Submission
from fund.models.call import MOST_POINTS, Call, Criterion, Edition, Question
from fund.models.deciding import Ruling
from fund.models.granting import Agreement, ChangeRequest, Effect, Instalment, Report
from fund.models.money import Account, Entry
from fund.models.review import REVIEWERS, Consensus, Review, Reviewer, Score
from fund.models.whos import FUND, FUND_OFFICER, LEDGER, MANAGER, PROJECT, PROJECT_OWNER, RUNS, WRITERS, WRITES_CALL

__all__ = [
    "FUND",
    "FUND_OFFICER",
    "LEDGER",
    "MANAGER",
    "MOST_POINTS",
    "PROJECT",
    "PROJECT_OWNER",
    "REVIEWERS",
    "RUNS",
    "WRITERS",
    "WRITES_CALL",
    "Account",
    "Agreement",
    "Answers",
    "Application",
    "Approval",
    "Call",
    "ChangeRequest",
    "Consensus",
    "Criterion",
    "Edition",
    "Effect",
    "Entry",
    "Instalment",
    "LateRight",
    "Question",
    "Report",
    "Review",
    "Reviewer",
    "Ruling",
    "Score",
    "Submission",
]
