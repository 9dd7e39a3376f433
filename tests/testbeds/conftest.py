"""A testbed, and two requests that want it."""

import pytest

from testbeds.models import Testbed, TestRequest
from tests.cast import Cast
from tests.testbeds.places import place
from tests.testbeds.times import asking


@pytest.fixture
def testbed(db: None) -> Testbed:
    return place()


@pytest.fixture
def one(cast: Cast, testbed: Testbed) -> TestRequest:
    return asking(cast, testbed)


@pytest.fixture
def other(cast: Cast, testbed: Testbed) -> TestRequest:
    return asking(cast, testbed)
