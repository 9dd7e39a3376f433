"""Tables of the fund. Only actions and the flow engine write to them."""

from fund.models.application import Answers, Application, Approval, LateRight, Submission
from fund.models.call import MOST_POINTS, Call, Criterion, Edition, Question
from fund.models.consent import NameConsent
from fund.models.deciding import Ruling
from fund.models.external import CHECKED, ExternalChange, ExternalGrant, ReportingDate
from fund.models.money import Account, Entry
from fund.models.whos import FUND, FUND_OFFICER, MANAGER, RUNS, WRITERS, WRITES_CALL

__all__ = [
    "CHECKED",
    "FUND",
    "FUND_OFFICER",
    "MANAGER",
    "MOST_POINTS",
    "RUNS",
    "WRITERS",
    "WRITES_CALL",
    "Account",
    "Answers",
    "Application",
    "Approval",
    "Call",
    "Criterion",
    "Edition",
    "Entry",
    "ExternalChange",
    "ExternalGrant",
    "LateRight",
    "NameConsent",
    "Question",
    "ReportingDate",
    "Ruling",
    "Submission",
]
