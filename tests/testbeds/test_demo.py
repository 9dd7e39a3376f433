"""The testbeds of the demo: something at every turn, for each account that has a part in it."""

import pytest

from portal.cases.queries.listing import waiting_for
from portal.demo.people import make_cast, read_cast
from testbeds.demo import tell
from testbeds.models import Claim, TestRequest
from testbeds.states import TestState as S


@pytest.mark.django_db
def test_the_story_goes_every_way() -> None:
    make_cast(password="-", staff_per_unit=6)
    cast = read_cast()
    tell(cast, lambda line: None)
    states = set(TestRequest.objects.values_list("state", flat=True))
    assert states == {
        S.SUBMITTED, S.REVIEW, S.CONDITIONAL, S.BOOKED, S.RUNNING, S.WEIGHING, S.FOLLOWED, S.CLOSED, S.STOPPED
    }  # fmt: skip
    assert Claim.objects.keeping_out().count() >= 4
    assert waiting_for(cast["testbaddsvard"]).filter(kind="test").exists()
