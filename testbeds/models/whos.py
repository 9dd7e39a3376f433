"""The people of a test, by what they do."""

from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.cases.who import AUTHOR, IMPARTIAL, NONE, OWNER, REGISTRAR, Who, impartial
from portal.organisation.standing import Standing
from portal.organisation.states import Role

HOST = impartial(Role.TESTBED_HOST)
"""The host of the testbed that is asked for: holds the office at its unit or above, and neither wrote the request nor has a conflict."""


def _asked() -> Any:
    return apps.get_model("testbeds", "HostReview").objects.filter(conflict=False)


def _left() -> Any:
    return _asked().filter(handed_in_at=None)


def _reviews(standing: Standing) -> Q:
    if standing.person_id is None:
        return NONE
    return Q(Exists(_asked().filter(request=OuterRef("pk"), reviewer=standing.person_id)))


def _is_to_review(standing: Standing) -> Q:
    if standing.person_id is None:
        return NONE
    return Q(Exists(_left().filter(request=OuterRef("pk"), reviewer=standing.person_id)))


REVIEWER = (
    Who("test_reviewer", "", _reviews, lambda case: Q(pk__in=_asked().filter(request=case.pk).values("reviewer")))
    & IMPARTIAL
)
"""Who is asked to review the request for the host, has not written it and has not declared a conflict of interest in it."""

ASKED = (
    Who(
        "asked_to_review",
        _("who is asked to review it"),
        _is_to_review,
        lambda case: Q(pk__in=_left().filter(request=case.pk).values("reviewer")),
    )
    & IMPARTIAL
)
"""Who is asked, and has neither handed in a review nor declared a conflict of interest."""
HOST_AND_ASKED = replace(HOST | ASKED, key="host_and_asked", label=_("the host, and who is asked to review it"))
"""Both have something to do: the host names another reviewer, and the first hands in the review."""
TESTER = replace(AUTHOR, key="tester", label=_("who tests"))
SIGNER = replace(OWNER, key="test_signer", label=_("who tests"))
"""Those who wrote the request, once it is answered. The step is theirs but not the text, which a state that waits for AUTHOR lets them
change: nobody writes the target when the result is known."""
PARTIES = AUTHOR | HOST | REGISTRAR
"""Who reads the agreement: both sides, and who keeps the diary that it stands in."""
INSIDE = AUTHOR | HOST | REVIEWER
"""Who reads also what is marked as a trade secret."""
