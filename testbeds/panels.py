"""What the page of a request shows beside what every case does."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.settling import settled
from portal.cases.who import ALL
from testbeds.models import CHECKS, MARK, PARTS, SECRET, SHARED, WHY, Agreement, Survey, TestRequest
from testbeds.queries.requests import readable_reviews, said_on_model
from testbeds.rules.agreeing import is_in_force
from testbeds.rules.timing import asks_for_time
from testbeds.states import TestState

PROMISED = ("question", "baseline", "measure", "target")
CAME = (
    "result",
    "measured",
    "reached",
    "tested_hours",
    "outcome",
    "receiver",
    "lesson",
    "after_half_year",
    "still_used",
)
BEFORE_TIMES = (TestState.DRAFT, TestState.SUBMITTED, TestState.COMPLETING)


def asked_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """Who asks, the benefit gate and the legal checks. No query."""
    who = ("actor", "organisation", "orgnr", "phone", "maturity", "hours", "wishes", "conditions", "aid")
    return {
        "testbed": request.testbed,
        "who": [pair for pair in _pairs(request, who, request.text_of) if pair["value"]],
        "gate": [
            {
                "label": _label(request, part),
                "answer": request.text_of(part),
                "text": request.text_of(f"{part}_text"),
                "by": request.text_of(f"{part}_by"),
            }
            for part in ("operational", "user")
        ],
        "checks": [
            {
                "label": _label(request, check),
                "answer": request.text_of(check),
                "text": request.text_of(f"{check}_text"),
            }
            for check in CHECKS
        ],
    }


def secrets_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """What is marked as trade secrets, in the clear. No query."""
    marked = [name for name in SECRET if name in request.secrets and request.value_of(name)]
    return {
        "marked": [
            {**pair, "ground": request.text_of(f"{MARK}{name}"), "why": request.value_of(f"{WHY}{name}")}
            for name, pair in zip(marked, _pairs(request, marked, request.writers_text_of), strict=True)
        ]
    }


def result_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """The result beside the promise, in the clear (one query)."""
    survey = Survey.objects.filter(request=request.pk).first()
    return {**_result(request, request.writers_text_of), "survey": survey}


def open_result_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """The same without what is marked as trade secrets, for who keeps the diary. No query."""
    return {**_result(request, request.text_of), "survey": None}


def _result(request: TestRequest, text_of: Callable[[str], str]) -> dict[str, Any]:
    if not request.result and not request.outcome:
        return {"shown": False}
    came = [pair for pair in _pairs(request, CAME, text_of) if pair["value"]]
    return {
        "shown": True,
        "promised": _pairs(request, PROMISED, text_of),
        "came": came,
        "decided_at": request.decided_at,
        "sharing": _sharing(request),
        "hours": {"wanted": request.hours, "tested": request.tested_hours},
    }


def _sharing(request: TestRequest) -> str:
    """Who reads the result besides those who read the case."""
    if request.withheld:
        told = {"ground": request.get_withheld_display(), "why": request.withheld_why}
        return _("The result is not shared with everyone (%(ground)s): %(why)s") % told
    if settled(SHARED, request) is ALL:
        return _("Everyone can read the result on the page of the testbed, but for what is marked as a trade secret.")
    return ""


def _pairs(request: TestRequest, names: Any, text_of: Callable[[str], str]) -> list[dict[str, str]]:
    return [{"label": _label(request, name), "value": text_of(name)} for name in names]


def _label(request: TestRequest, name: str) -> str:
    return capfirst(request.name_of(name))


def times_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """The request’s times, and the way to choose them (one query)."""
    if request.state in BEFORE_TIMES:
        return {"shown": False}
    return {
        "shown": True,
        "claims": list(request.claims.select_related("testbed").order_by("during", "pk")),
        "url": _times_url(request) if asks_for_time(request) else "",
    }


def _times_url(request: TestRequest) -> str:
    return reverse("testbeds:times", args=[request.pk])


def review_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """Who reviews the request and, when two have handed in, what they say; before that nobody reads but their own (two queries)."""
    asked = list(request.reviews.select_related("reviewer"))
    return {"asked": asked, "read": readable_reviews(request, person) if asked else []}


def agreement_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """Every version of the terms, the one that counts on top (two queries)."""
    versions = list(request.agreements.select_related("made_by").prefetch_related("signatures__by"))
    return {"versions": [_version(one) for one in versions]}


def _version(agreement: Agreement) -> dict[str, Any]:
    labels = {part: capfirst(str(Agreement._meta.get_field(part).verbose_name)) for part in PARTS}  # type: ignore[union-attr]  # columns
    terms = [{"label": label, "value": getattr(agreement, part)} for part, label in labels.items()]
    signatures = list(agreement.signatures.all())
    return {
        "row": agreement,
        "terms": [] if agreement.waived else terms,
        "signatures": signatures,
        "in_force": is_in_force(agreement, {one.side for one in signatures}),
    }


def model_panel(request: TestRequest, person: User) -> dict[str, Any]:
    """What the host has said of how tests are paid for (one query)."""
    return {"flags": said_on_model(request)}
