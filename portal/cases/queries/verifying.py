"""The proof that no event has been changed or taken away."""

from dataclasses import dataclass

from django.db import connection

from portal.cases.models import Event, Seal

_BROKEN_EVENT = """
    SELECT id FROM (
        SELECT e.*, lag(e.hash, 1, '') OVER chain AS before, row_number() OVER chain AS place, event_hash(e.*::cases_event) AS own
        FROM cases_event e WINDOW chain AS (PARTITION BY e.case_id ORDER BY e.number)
    ) link
    WHERE hash <> own OR previous <> before OR number <> place
    ORDER BY recorded_at, id LIMIT 1
"""
_BROKEN_END = """
    SELECT coalesce(c.reference, case_id::text), CASE WHEN e.number = l.number THEN e.number
        ELSE least(coalesce(e.number, 0), coalesce(l.number, 0)) + 1 END
    FROM cases_chainend e
    FULL JOIN (SELECT DISTINCT ON (case_id) case_id, number, hash FROM cases_event ORDER BY case_id, number DESC) l USING (case_id)
    LEFT JOIN cases_case c ON c.id = case_id
    WHERE (e.number, e.hash) IS DISTINCT FROM (l.number, l.hash)
    ORDER BY case_id LIMIT 1
"""
_BROKEN_SEAL = """
    SELECT id FROM (
        SELECT s.*, lag(s.hash, 1, '') OVER days AS before, lag(s.until, 1, '-infinity') OVER days AS since
        FROM cases_seal s WINDOW days AS (ORDER BY s.until)
    ) seal
    WHERE previous <> before OR hash <> seal_hash(before, since, until)
    ORDER BY until LIMIT 1
"""


@dataclass(frozen=True)
class Loose:
    """A chain that does not end as the database wrote it: the case by its diary number (its id while it is a draft), and the number of
    the first event that is missing, or is another.
    """

    case: str
    number: int


@dataclass(frozen=True)
class Verification:
    """What ``verify_history`` found: the first broken event, the first loose end and the first broken seal, or None."""

    events: int
    seals: int
    event: Event | None
    end: Loose | None
    seal: Seal | None

    @property
    def whole(self) -> bool:
        return self.event is None and self.end is None and self.seal is None


def verify_history() -> Verification:
    """Recompute every chain, its end, and every seal in the database: three scans, about a second per 200 000 events."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN_EVENT)
        event = cursor.fetchone()
        cursor.execute(_BROKEN_END)
        end = cursor.fetchone()
        cursor.execute(_BROKEN_SEAL)
        seal = cursor.fetchone()
    return Verification(
        Event.objects.count(),
        Seal.objects.count(),
        Event.objects.select_related("case").get(pk=event[0]) if event else None,
        Loose(*end) if end else None,
        Seal.objects.get(pk=seal[0]) if seal else None,
    )
