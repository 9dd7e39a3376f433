"""The day's seal over the history."""

from django.db import connection, transaction

from portal.cases.models import Seal

LAG = 15
"""Minutes left before now: an open transaction that has already been given its events' times must be done by then."""
LOCK = 7_303_014
"""Any number of its own: two beats at once make one seal."""

_SEAL = """
    INSERT INTO cases_seal (until, events, previous, hash)
    SELECT till, (SELECT count(*) FROM cases_event WHERE recorded_at > since AND recorded_at <= till), before,
        seal_hash(before, since, till)
    FROM (
        SELECT clock_timestamp() - make_interval(mins => %s) AS till,
            coalesce((SELECT until FROM cases_seal ORDER BY until DESC LIMIT 1), '-infinity') AS since,
            coalesce((SELECT hash FROM cases_seal ORDER BY until DESC LIMIT 1), '') AS before
    ) now
    WHERE till > since AND NOT EXISTS (
        SELECT FROM cases_seal WHERE (until + make_interval(mins => %s)) AT TIME ZONE 'Europe/Stockholm'
            >= date_trunc('day', clock_timestamp() AT TIME ZONE 'Europe/Stockholm')
    )
    RETURNING id
"""


@transaction.atomic
def seal_history(*, lag: int = LAG) -> Seal | None:
    """Seal what has happened since the seal before, once each Swedish day; None when today's seal is there already.

    Reads the hashes of one day. Twice at once, or twice a day, makes one seal.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(_SEAL, [lag, lag])
        row = cursor.fetchone()
    return Seal.objects.get(pk=row[0]) if row else None
