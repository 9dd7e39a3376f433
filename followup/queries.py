"""Reading reports: which are open to whom, what is frozen in one, what differs between two."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import chain, groupby
from operator import or_
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from followup.models import Drawing, Example, Figure, FrozenIndicator, Part, Report
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.listing import for_list
from portal.indicators.hiding import SMALL, hidden
from portal.indicators.registry import closed_keys, splits
from portal.indicators.words import Number
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from portal.paper.tables import HIDDEN

FEW = (0, *SMALL)
"""So few closed cases that nothing is told of them, not even whether there is one."""


def reports_open_to(person: User | AnonymousUser) -> QuerySet[Report]:
    """Reports the person may read: published ones are everyone's, signed in or not, the rest by role."""
    mine = Report.objects.visible_to(person).values("pk")
    return Report.objects.filter(Q(published_at__isnull=False) | Q(pk__in=mine))


def makes_reports(person: User | AnonymousUser) -> bool:
    """Does the person hold the controller's office?"""
    return bool(standing_of(person).units(Role.CONTROLLER))


def still_told(reader: User | AnonymousUser) -> Q:
    """Examples of cases that everyone may still be told of, or that the reader may see: a case may be closed after it was told of."""
    return Q(case__in=Case.objects.told_openly() | Case.objects.visible_to(reader))


@dataclass(frozen=True)
class Seen:
    """A figure as its reader sees it."""

    value: Number
    previous: Number
    count: int | str
    digest: str

    def without(self, name: str) -> "Seen":
        """Not shown: a value with all that tells of it, or that of the year before."""
        if name == "previous":
            return replace(self, previous=HIDDEN)
        return replace(self, value=HIDDEN, count=HIDDEN, digest=HIDDEN)


@dataclass
class Snapshot:
    """What is frozen in a report, looked up by indicator and part. One query each for parts, indicators and examples, two for figures.

    It is what ``reader`` may see; nobody in particular for what is printed. ``reviewed`` is for who looks a report through before it is
    published: small numbers about people are there, too.
    """

    report: Report
    reader: User | AnonymousUser = field(default_factory=AnonymousUser)
    reviewed: bool = False

    @cached_property
    def parts(self) -> list[Part]:
        """The whole Region, then its parts by kind and name."""
        return list(Part.objects.filter(report=self.report))

    @property
    def region(self) -> Part:
        return self.parts[0]

    @cached_property
    def indicators(self) -> list[FrozenIndicator]:
        return list(FrozenIndicator.objects.filter(report=self.report))

    @cached_property
    def groups(self) -> dict[str, list[FrozenIndicator]]:
        """The indicators under their headings, in the active language."""
        found: dict[str, list[FrozenIndicator]] = {}
        for indicator in self.indicators:
            found.setdefault(indicator.said["group"], []).append(indicator)
        return found

    @cached_property
    def _figures(self) -> dict[tuple[int, int], Seen]:
        return {}

    def figure(self, indicator: FrozenIndicator, part: Part) -> Seen:
        """The first one asked for brings all of its indicator and all of its part, for a page shows one or the other; the next
        that is neither brings the rest of the hundreds there are."""
        if (indicator.pk, part.pk) not in self._figures:
            self.read_figures(*([] if self._figures else [Q(indicator=indicator) | Q(part=part)]))
        return self._figures[indicator.pk, part.pk]

    def read_figures(self, *which: Q) -> None:
        """Read figures in one query; all of them, for whoever is about to go through them all. Those about people always come along,
        for what is hidden of them depends on them all."""
        wanted = [reduce(or_, which, Q(indicator__key__in=list(chain(*splits()))))] if which else []
        columns = ("indicator", "indicator__key", "part", "value", "previous", "count", "digest")
        keys, found = {}, {}
        for indicator, key, part, *seen in Figure.objects.filter(*wanted, report=self.report).values_list(*columns):
            keys[key], found[indicator, part] = indicator, Seen(*seen)
        self._hide_closed(found, keys)
        if not self.reviewed:
            self._hide(found, keys)
        self._figures.update(found)

    def _hide_closed(self, figures: dict[tuple[int, int], Seen], keys: dict[str, int]) -> None:
        """That there is a closed case at a unit is as secret as the case: figures about such are told of the Region alone, where five or
        more count, and of this year. Whoever reviews the report does not see the cases either."""
        closed = {keys[key] for key in closed_keys() if key in keys}
        for indicator, part in figures:
            if indicator in closed:
                seen = figures[indicator, part].without("previous")
                shown = part == self.region.pk and int(seen.count) not in FEW
                figures[indicator, part] = seen if shown else seen.without("value")

    def _hide(self, figures: dict[tuple[int, int], Seen], keys: dict[str, int]) -> None:
        """The one place where it is settled what is shown of figures about people. ``keys`` gives the ids of indicators."""
        for groups in splits():
            indicators = [keys[key] for key in groups if key in keys]
            places = [[(indicator, part.pk) for indicator in indicators] for part in self.parts]
            for name in ("value", "previous"):
                table = [[int(getattr(figures[place], name)) for place in row] for row in places]
                for row, group in hidden(table):
                    place = places[row][group]
                    figures[place] = figures[place].without(name)

    @cached_property
    def _examples(self) -> dict[int, list[Example]]:
        told = Example.objects.filter(still_told(self.reader), report=self.report)
        rows = told.order_by("part__place", "pk")  # kind after kind
        return {part: list(examples) for part, examples in groupby(rows, key=lambda row: row.part_id)}

    def examples(self, part: Part) -> dict[str, list[Example]]:
        """The part's examples under their headings, in the active language."""
        found: dict[str, list[Example]] = {}
        for example in self._examples.get(part.pk, ()):
            found.setdefault(example.said["heading"], []).append(example)
        return found

    @cached_property
    def drawings(self) -> dict[tuple[int, str], Drawing]:
        """The charts by indicator and language."""
        return {(row.indicator_id, row.language): row for row in Drawing.objects.filter(report=self.report)}


_IDS_BEHIND = """
    SELECT behind.id FROM (
        SELECT unnest(cases) AS id FROM followup_figure WHERE indicator_id = %s AND part_id = coalesce(%s, part_id) ORDER BY id DESC
    ) behind
    WHERE behind.id < coalesce(%s, behind.id + 1) AND behind.id IN ({visible}) ORDER BY behind.id DESC LIMIT %s
"""
"""Of one part, or of all. Sorted before they are looked up, so that no more are than a page needs."""


def cases_behind(
    indicator: FrozenIndicator, part: Part, person: User | AnonymousUser, *, before: int | None, most: int
) -> list[Case]:
    """The newest of the cases frozen behind a figure that the person may see; for the whole Region those of all parts. Two queries."""
    try:
        visible, params = Case.objects.visible_to(person).values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        of_part = part.pk if part.unit_id else None
        cursor.execute(_IDS_BEHIND.format(visible=visible), [indicator.pk, of_part, before, *params, most])
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(for_list(Case.objects.filter(pk__in=ids)).order_by("-pk"))


DIGEST = """encode(sha256(convert_to(
    coalesce(string_agg(behind.id || ':' || coalesce(behind.hash, ''), E'\\n' ORDER BY behind.id), ''), 'UTF8')), 'hex')"""
"""Over the cases behind a figure: the id of each and the hash of its last event, a line for each."""

_ALTERED = """
    SELECT figure.id FROM followup_figure figure JOIN followup_part part ON part.id = figure.part_id
    CROSS JOIN LATERAL (
        SELECT {digest} AS digest FROM (
            SELECT kept.id, event.hash FROM unnest(figure.cases, figure.events) AS kept (id, event)
            LEFT JOIN cases_event event ON event.id = kept.event AND event.case_id = kept.id
        ) AS behind
    ) AS again
    WHERE figure.report_id = %s AND part.unit_id IS NOT NULL AND figure.digest <> again.digest
"""


def altered_figures(report: Report) -> list[Figure]:
    """Figures whose cases no longer have the history that they stood on: somebody has changed what cannot be changed (two queries)."""
    with connection.cursor() as cursor:
        cursor.execute(_ALTERED.format(digest=DIGEST), [report.pk])
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Figure.objects.filter(pk__in=ids).select_related("indicator", "part").order_by("indicator", "part"))


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it was in the version before. None for a figure, or a part, that one of the versions lacks.

    ``same_value`` marks a figure that is the same number with other cases behind it.
    """

    indicator: FrozenIndicator
    part: Part
    before: Seen | None
    now: Seen | None

    @property
    def same_value(self) -> bool:
        return self.before is not None and self.now is not None and self.before.value == self.now.value


_OTHER_CASES = """
    SELECT i.key, p.unit_id FROM followup_figure f
    JOIN followup_frozenindicator i ON i.id = f.indicator_id JOIN followup_part p ON p.id = f.part_id
    JOIN followup_figure g ON g.report_id = %s AND g.cases <> f.cases
    JOIN followup_frozenindicator j ON j.id = g.indicator_id AND j.key = i.key
    JOIN followup_part q ON q.id = g.part_id AND q.unit_id = p.unit_id
    WHERE f.report_id = %s
"""


def differences(snapshot: Snapshot) -> Iterator[Difference]:
    """What this version says otherwise than the one before it, of the whole Region first; nothing for a first version. At most four queries
    more."""
    report = snapshot.report
    if report.before is None:
        return
    then, now = _by_name(replace(snapshot, report=report.before)), _by_name(snapshot)
    moved = _with_other_cases(report, report.before)
    names = (*now, *(name for name in then if name not in now))
    for name in sorted(names, key=lambda name: name[1] is not None):
        before, after = then.get(name), now.get(name)
        if _value(before) != _value(after) or (name in moved and _value(after) != (HIDDEN,)):
            indicator, part, _figure = after or then[name]
            yield Difference(indicator, part, before and before[2], after and after[2])


_Named = tuple[FrozenIndicator, Part, Seen]


def _by_name(snapshot: Snapshot) -> dict[tuple[str, int | None], _Named]:
    snapshot.read_figures()
    return {
        (indicator.key, part.unit_id): (indicator, part, snapshot.figure(indicator, part))
        for indicator in snapshot.indicators
        for part in snapshot.parts
    }


def _value(named: _Named | None) -> tuple[Number] | None:
    """None where there is no figure, which is something else than a figure without a value."""
    return named and (named[2].value,)


def _with_other_cases(report: Report, before: Report) -> set[Any]:
    """Names of the figures of single parts that have other cases behind them than in the version before (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_CASES, [before.pk, report.pk])
        return set(cursor.fetchall())
