"""Everything that testbeds keep."""

from testbeds.models.agreement import PARTS, Agreement, Side, Signature
from testbeds.models.claim import Claim, FeedToken, Series, Span, Wait
from testbeds.models.request import (
    CHECKS,
    GROUNDS,
    MARK,
    REVIEWS,
    SECRET,
    SHARED,
    HostReview,
    ModelFlag,
    Survey,
    TestRequest,
)
from testbeds.models.testbed import (
    OpeningException,
    OpeningHours,
    Testbed,
    TestbedPicture,
    TestbedText,
    Weekday,
)
from testbeds.models.whos import ASKED, HOST, HOST_AND_ASKED, INSIDE, PARTIES, REVIEWER, SIGNER, TESTER

__all__ = [
    "ASKED",
    "CHECKS",
    "GROUNDS",
    "HOST",
    "HOST_AND_ASKED",
    "INSIDE",
    "MARK",
    "PARTIES",
    "PARTS",
    "REVIEWER",
    "REVIEWS",
    "SECRET",
    "SHARED",
    "SIGNER",
    "TESTER",
    "Agreement",
    "Claim",
    "FeedToken",
    "HostReview",
    "ModelFlag",
    "OpeningException",
    "OpeningHours",
    "Series",
    "Side",
    "Signature",
    "Span",
    "Survey",
    "TestRequest",
    "Testbed",
    "TestbedPicture",
    "TestbedText",
    "Wait",
    "Weekday",
]
