"""The people of a test, by what they do."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from portal.cases.who import NONE, RECUSED, Who, holder, impartial
from portal.organisation.standing import Standing
from portal.organisation.states import Role

HOST = impartial(Role.TESTBED_HOST)
"""The host of the testbed that is asked for: holds the office at its unit or above, and neither wrote the request nor has a conflict."""
KEEPS_TESTBED = holder(Role.TESTBED_HOST)
REGISTRAR = holder(Role.REGISTRAR)


def _asked() -> Any:
    return apps.get_model("testbeds", "HostReview").objects.filter(conflict=False)


def _reviews(standing: Standing) -> Q:
    if standing.person_id is None:
        return NONE
    return Q(Exists(_asked().filter(request=OuterRef("pk"), reviewer=standing.person_id)))


REVIEWER = (
    Who("test_reviewer", "", _reviews, lambda case: Q(pk__in=_asked().filter(request=case.pk).values("reviewer")))
    & ~RECUSED
)
"""Who is asked to review the request for the host, and has not declared a conflict of interest in it."""
