"""Everything that testbeds keep."""

from testbeds.models.agreement import PARTS, Agreement, Side, Signature
from testbeds.models.claim import Claim, FeedToken, Series, Span, Wait
from testbeds.models.request import CHECKS, SECRET, HostReview, Survey, TestRequest
from testbeds.models.testbed import (
    OpeningException,
    OpeningHours,
    Testbed,
    TestbedPicture,
    TestbedText,
    Weekday,
)
from testbeds.models.whos import HOST, KEEPS_TESTBED, REGISTRAR, REVIEWER

__all__ = [
    "CHECKS",
    "HOST",
    "KEEPS_TESTBED",
    "PARTS",
    "REGISTRAR",
    "REVIEWER",
    "SECRET",
    "Agreement",
    "Claim",
    "FeedToken",
    "HostReview",
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
