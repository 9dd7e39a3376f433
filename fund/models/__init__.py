"""Tables of the fund. Only actions and the flow engine write to them."""

from fund.models.application import Answers, Application, Approval, LateRight, Submission
from fund.models.call import MOST_POINTS, PHASES, Call, Criterion, Edition, Question
from fund.models.consent import NameConsent
from fund.models.deciding import Ruling
from fund.models.external import CHECKED, ExternalChange, ExternalGrant, ReportingDate
from fund.models.granting import Agreement, ChangeRequest, Effect, Instalment, Report
from fund.models.money import Account, Entry
from fund.models.review import REVIEWERS, Consensus, CriterionStanding, Review, Reviewer, Score, Tally
from fund.models.whos import FUND, FUND_OFFICER, LEDGER, MANAGER, PROJECT, PROJECT_OWNER, RUNS, WRITERS, WRITES_CALL

__all__ = [
    "CHECKED",
    "FUND",
    "FUND_OFFICER",
    "LEDGER",
    "MANAGER",
    "MOST_POINTS",
    "PHASES",
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
    "CriterionStanding",
    "Edition",
    "Effect",
    "Entry",
    "ExternalChange",
    "ExternalGrant",
    "Instalment",
    "LateRight",
    "NameConsent",
    "Question",
    "Report",
    "ReportingDate",
    "Review",
    "Reviewer",
    "Ruling",
    "Score",
    "Submission",
    "Tally",
]
