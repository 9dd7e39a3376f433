"""What has come of it all, as lists and pages read it: granted projects, what they cost and led to, and external money."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Prefetch, Q, Subquery, Sum
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from fund.models import Application, Effect, ExternalGrant, NameConsent, Report, ReportingDate
from fund.states import ApplicationState
from fund.words import sek
from portal.cases import personal
from portal.cases.models import CaseGrant, CaseLink, Event
from portal.cases.states import Relation

TOLD = ("follow_up", "stop", "finish")
"""Moves whose reason says what came of a project."""
LESSON = Event.objects.filter(case=OuterRef("pk"), move="stop").values("note")[:1]
"""What was learnt from a project that was stopped."""
DUE_WITHIN = timedelta(days=30)
MOST_DUE, MOST_CHANGES = 20, 50
BY_AUTHOR = Q(person=F("application__owner")) | Exists(
    CaseGrant.objects.filter(
        content_object=OuterRef("application"), user=OuterRef("person"), permission__codename="coauthor_case"
    )
)
CONSENTING = Prefetch(
    "name_consents", NameConsent.objects.standing().filter(BY_AUTHOR).select_related("person").order_by("pk"), "named"
)
"""Who has left a project is not named as behind it: they could not take their word back on its page."""


class Consultants(Func):
    """What consultants cost in the budget of a handed-in application (A15), in SEK. Takes the content of a ``Submission``."""

    output_field = BigIntegerField()
    template = (
        "(SELECT coalesce(sum((line->>'amount')::bigint), 0) FROM jsonb_path_query("
        """%(expressions)s, '$.answers[*] ? (@.kind == "budget").answer[*] ? (@.kind == "consultant")') line)"""
    )


# ── Granted projects ─────────────────────────────────────────────────────────────────────────────────────────────────


def granted_openly() -> Any:
    """Projects with a grant that everyone may be told of, the latest year first, with those who let themselves be named, and what came of
    each (two queries)."""
    granted = Application.objects.told_openly().filter(account__granted__gte=1).annotate(lesson=Subquery(LESSON))
    rows = granted.select_related("unit", "call", "account", "effect").prefetch_related(CONSENTING)
    return rows.order_by("-call__year", "-ruling__decided_at", "pk")


def granted_to(cases: Collection[int]) -> list[Application]:
    """Of the applications with these numbers, those with a grant that everyone may be told of (one query)."""
    return list(granted_openly().prefetch_related(None).filter(pk__in=cases))


def led_to(case: Any) -> list[Application]:
    """The grants that a case of any kind has led to. One query, none where no tie leads to an application."""
    ties: list[CaseLink] = [tie for tie in case.ties if tie.relation == Relation.LED_TO and tie.source_id == case.pk]
    tied = [tie.target_id for tie in ties if tie.target.kind == "application"]
    return granted_to(tied) if tied else []


def came_of(project: Application) -> list[str]:
    """What everyone reads of what became of one of ``granted_openly``: its effect, and what was learnt if it was stopped. What an officer
    says to the author when it ends is not told. No query."""
    effect: Effect | None = getattr(project, "effect", None)
    told = [effect.actual] if effect else []
    if effect and effect.worth is not None:
        told.append(_("Worth a year: %(worth)s.") % {"worth": sek(effect.worth)})
    if project.lesson:  # type: ignore[attr-defined]  # annotated
        told.append(_("It was stopped: %(lesson)s") % {"lesson": project.lesson})  # type: ignore[attr-defined]
    return [personal.mask(one) for one in told]


def results_of(cases: Collection[int]) -> dict[int, str]:
    """By number, the grants that everyone may be told of among these applications, with what came of each (one query)."""
    return {one.pk: "\n".join([_result(one), *came_of(one)]) for one in granted_to(cases)}


def _result(project: Application) -> str:
    told = {"title": project, "amount": sek(project.account.granted), "year": project.call.year}
    return _("%(title)s: %(amount)s from the Innovation Fund in %(year)s.") % told


def told_by_project(application: Application) -> list[Event]:
    """What was said of the project when it ended, and of its effect afterwards (one query)."""
    return list(application.events.filter(move__in=TOLD, internal=False).exclude(note="").order_by("number"))


def told_costs() -> Any:
    """Reports that count as what a project has cost: approved, and with a cost, the latest first. One that tells of no cost yet says
    nothing of what the money goes to."""
    return Report.objects.filter(approves=True, cost__gt=0).order_by("-pk")


def has_grant(application: Application) -> bool:
    """Granted and not taken back. No query."""
    return application.state in GRANTED_STATES


GRANTED_STATES = (
    ApplicationState.GRANTED,
    ApplicationState.RUNNING,
    ApplicationState.FOLLOWED,
    ApplicationState.CLOSED,
    ApplicationState.STOPPED,
)

# ── External money ───────────────────────────────────────────────────────────────────────────────────────────────────


def reports_due() -> Any:
    """Reports to financiers that are late or due within 30 days, the most urgent first; ``MOST_DUE`` at most (one query)."""
    soon = timezone.localdate() + DUE_WITHIN
    return ReportingDate.objects.waiting().filter(due_on__lte=soon).select_related("grant__unit")[:MOST_DUE]


def external_sums() -> dict[str, int]:
    """What is held now, in SEK: ``amount`` from financiers and ``co_finance`` of the Region’s own (one query)."""
    held = ExternalGrant.objects.filter(accepted_at__isnull=False, ended_on=None)
    sums = held.aggregate(amount=Sum("amount"), co_finance=Sum("co_finance"))
    return {name: value or 0 for name, value in sums.items()}


def changes_of(grant: ExternalGrant) -> list[dict[str, Any]]:
    """Who changed what and when, the latest first; ``MOST_CHANGES`` at most (one query)."""
    kept = list(grant.changes.select_related("by")[: MOST_CHANGES + 1])
    earlier = [*(one.content for one in kept[1:]), {}]
    rows = [
        {"at": one.at, "by": one.by, "columns": _changed(one.content, before)}
        for one, before in zip(kept, earlier, strict=True)
    ]
    return rows[:MOST_CHANGES]


def _changed(now: dict[str, Any], before: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns that say something else than before, by name and with both values; none for the first version."""
    columns = {column.attname: column for column in ExternalGrant._meta.concrete_fields}
    names = [name for name in columns if before and name not in NOT_TOLD and now.get(name) != before.get(name)]
    return [
        {
            "label": columns[name].verbose_name,
            "was": _said(columns[name], before.get(name)),
            "now": _said(columns[name], now.get(name)),
        }
        for name in names
    ]


def _said(column: Any, value: Any) -> str:
    """What the history kept of a column, as people say it."""
    match column:
        case _ if value is None:
            return ""
        case models.BooleanField():
            return _("Yes") if value else _("No")
        case models.DateTimeField():
            return date_format(timezone.localtime(datetime.fromisoformat(value)), "j F Y")
        case models.BigIntegerField():
            return number_format(value, force_grouping=True)
    return str(value)


NOT_TOLD = (
    "changed_at",
    "changed_by_id",
    "checked_by_id",
    "accepted_by_id",
    "case_id",
    "unit_id",
    "keeper_id",
    "source",
)
"""Columns that the history says in other words, or whose value is a number of ours."""
