"""Indicators to count with, whatever the apps register, and cases to count."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db.models import Count, Q

from followup.actions import order_report
from followup.counting import count_year
from followup.models import Figure, Making, Report
from followup.states import Stage
from ideas.models import Idea
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.moving import perform
from portal.cases.workdays import STOCKHOLM
from portal.indicators import registry
from portal.indicators.registry import Examples, Indicator, Median, days_between, share
from portal.indicators.states import Measure
from portal.organisation.models import Unit
from tests.cast import Cast
from tests.followup.story import draw

YEAR = 2025
INTRODUCED = Q(introduced_at__isnull=False)
_number = count(1)

RECEIVED = Indicator(
    key="sample_received",
    name="Inkomna idéer",
    group="Idéer",
    measure=Measure.NUMBER,
    population=lambda year: Idea.objects.filter(opened_at__year=year),
    value=Count("pk"),
    help="Idéer som fick diarienummer under året.",
)
USED = Indicator(
    key="sample_used",
    name="Andel införda",
    group="Idéer",
    measure=Measure.PERCENT,
    population=lambda year: Idea.objects.filter(opened_at__year=year),
    value=share(INTRODUCED),
    counts=INTRODUCED,
)
TIME = Indicator(
    key="sample_time",
    name="Tid till avslut",
    group="Handläggning",
    measure=Measure.DAYS,
    population=lambda year: Idea.objects.filter(closed_at__year=year),
    value=Median(days_between("opened_at", "closed_at")),
)
INDICATORS = [RECEIVED, USED, TIME]
EXAMPLES = Examples(
    key="sample_introduced",
    heading="Infört under året",
    cases=lambda year: Idea.objects.filter(introduced_at__year=year).order_by("-introduced_at"),
    text=lambda idea: str(idea.introduced_where),
    most=2,
)


def split(key: str, population: Callable[[int], Any]) -> Indicator:
    """One group of the ideas received, as if it were of people."""
    return Indicator(
        key=key, name=key, group="Grupper", measure=Measure.NUMBER, population=population, value=Count("pk"), splits=RECEIVED.key
    )  # fmt: skip


@pytest.fixture
def indicators(monkeypatch: pytest.MonkeyPatch) -> list[Indicator]:
    """Three indicators and one kind of example in the place of those that the apps register."""
    monkeypatch.setattr(registry, "_indicators", {indicator.key: indicator for indicator in INDICATORS})
    monkeypatch.setattr(registry, "_examples", {EXAMPLES.key: EXAMPLES})
    return INDICATORS


def moment(text: str) -> datetime:
    """A moment in Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def idea(unit: str = "SOS", opened: str = f"{YEAR}-05-02", *, silent: bool = False, **values: Any) -> Idea:
    """An idea as an import would leave it: submitted on a day of our choice, with one event, or none if ``silent``."""
    at = moment(opened)
    values = {"title": f"Idé {next(_number)}", "state": IdeaState.SUBMITTED, "awaits": "owner", **values}
    made = Idea.objects.create(
        kind="idea",
        unit=Unit.objects.get(code=unit),
        opened_at=at,
        reference=f"PROV {at.year}-{next(_number):04d}",
        due_at=at + timedelta(days=30),
        **values,
    )
    if not silent:
        write_event(case=made, person=None, move="submit", target=made.state, at=at)
    return made


def introduced(unit: str = "SOS", opened: str = f"{YEAR}-05-02", on: str = f"{YEAR}-09-01", **values: Any) -> Idea:
    values = {"introduced_at": moment(on), "introduced_where": "Akutmottagningen", **values}
    return idea(unit, opened, state=IdeaState.INTRODUCED, **values)


def ended(unit: str = "SOS", opened: str = f"{YEAR}-05-02", on: str = f"{YEAR}-05-12", **values: Any) -> Idea:
    return idea(unit, opened, state=IdeaState.DECLINED, closed_at=moment(on), awaits="", **values)


def counted(by: User, year: int = YEAR, reason: str = "") -> Report:
    """A report whose figures are counted and kept, but not frozen."""
    report = order_report(year=year, by=by, reason=reason)
    count_year(report, lambda done: None)
    report.refresh_from_db()
    return report


def freeze(report: Report, cast: Cast) -> Report:
    """Frozen by the portal, with two small files in the place of those that the worker would have drawn."""
    draw(report, cast)
    perform(report, "freeze", person=None)
    Making.objects.filter(report=report).update(stage=Stage.DONE)
    return Report.objects.get(pk=report.pk)


def frozen(cast: Cast, year: int = YEAR, reason: str = "") -> Report:
    return freeze(counted(cast.controller, year, reason), cast)


def published(cast: Cast, year: int = YEAR, reason: str = "") -> Report:
    report = frozen(cast, year, reason)
    perform(report, "publish", person=cast.controller)
    return Report.objects.get(pk=report.pk)


def figure(report: Report, key: str, unit: str | None = None) -> Figure:
    """One frozen figure; of the whole Region if no unit's code is given."""
    code = {"part__unit__code": unit} if unit else {"part__unit": None}
    return Figure.objects.select_related("part", "indicator").get(report=report, indicator__key=key, **code)
