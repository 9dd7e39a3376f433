"""What is open, what is taken and what fits, in SQL; and what a hold that has run out leaves to be told."""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

from portal.migrating import drawn_once

FORWARD = """
-- Three hundred testbeds are asked by one query: what is planned once, whatever the days, takes a quarter of the time.
-- The moment of a wall time in Stockholm, as RFC 5545 3.3.5 reads it: what comes twice is the first, what never comes is an hour later.
CREATE FUNCTION stockholm(wall timestamp) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN wall::time >= '02:00' AND wall::time < '03:00'
        AND ((wall AT TIME ZONE 'Europe/Stockholm') - interval '1 hour') AT TIME ZONE 'Europe/Stockholm' = wall
        THEN (wall AT TIME ZONE 'Europe/Stockholm') - interval '1 hour'
        ELSE wall AT TIME ZONE 'Europe/Stockholm' END
$$;

-- When a testbed is open on the days from since and before until. An exception is stronger than a holiday, and that than the weekday.
CREATE FUNCTION testbed_open(place bigint, since date, until date, holidays date[]) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE found tstzmultirange;
BEGIN
    WITH days AS (
        SELECT e.day, e.opens, e.closes FROM testbeds_openingexception e
        WHERE e.testbed_id = place AND e.day >= since AND e.day < until AND e.opens IS NOT NULL
        UNION ALL
        SELECT d.day, h.opens, h.closes
        FROM (SELECT since + n AS day FROM generate_series(0, until - since - 1) AS n) AS d
        JOIN testbeds_openinghours h ON h.testbed_id = place AND h.weekday = extract(isodow FROM d.day) - 1
        WHERE NOT EXISTS (SELECT FROM testbeds_openingexception e WHERE e.testbed_id = place AND e.day = d.day)
          AND (d.day <> ALL (holidays) OR (SELECT t.open_on_holidays FROM testbeds_testbed t WHERE t.id = place))
    ), moments AS (
        SELECT stockholm(day + opens) AS opens,
            stockholm(CASE WHEN closes >= '23:59' THEN (day + 1)::timestamp ELSE day + closes END) AS closes
        FROM days
    )
    SELECT range_agg(tstzrange(opens, closes)) INTO found FROM moments WHERE opens < closes;
    RETURN coalesce(found, '{}');
END $$;

-- When no use with so many minutes before and after it can go on, near a span: others use it, or set up or clean, or it could not itself.
CREATE FUNCTION testbed_taken(place bigint, span tstzrange, set_up integer, cleaning integer, moment timestamptz) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE found tstzmultirange;
BEGIN
    SELECT range_agg(tstzrange(
        lower(c.during) - make_interval(mins => greatest(cleaning, c.before)),
        upper(c.during) + make_interval(mins => greatest(set_up, c.after))
    )) INTO found
    FROM testbeds_claim c
    WHERE c.testbed_id = place AND c.state IN ('held', 'booked', 'blocked') AND (c.state <> 'held' OR c.until > moment)
      AND c.during && tstzrange(lower(span) - interval '8 hours', upper(span) + interval '8 hours');
    RETURN coalesce(found, '{}');
END $$;

-- The stretches in which a use can lie, whole: open, and taken by nobody.
CREATE FUNCTION testbed_free(place bigint, span tstzrange, holidays date[], moment timestamptz) RETURNS tstzmultirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE around testbeds_testbed;
BEGIN
    SELECT * INTO around FROM testbeds_testbed WHERE id = place;
    RETURN testbed_open(place, (lower(span) AT TIME ZONE 'Europe/Stockholm')::date,
            (upper(span) AT TIME ZONE 'Europe/Stockholm')::date + 1, holidays)
        * tstzmultirange(span) - testbed_taken(place, span, around.before, around.after, moment);
END $$;

-- The first uses, at most so many, that fit in a span and all leave room for each other: at even times where that costs no use.
CREATE FUNCTION testbed_fits(
    place bigint, minutes integer, times integer, span tstzrange, holidays date[], step integer, moment timestamptz
) RETURNS TABLE (begins timestamptz, ends timestamptz) LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 3 AS $$
DECLARE
    lasts CONSTANT interval := make_interval(mins => minutes);
    gap interval;
    stretch tstzrange;
    even timestamptz;
    earliest timestamptz := lower(span);
BEGIN
    SELECT make_interval(mins => greatest(before, after)) INTO gap FROM testbeds_testbed
    WHERE id = place AND minutes BETWEEN shortest AND longest;
    IF NOT FOUND OR isempty(span) THEN
        RETURN;
    END IF;
    FOR stretch IN SELECT unnest(testbed_free(place, span, holidays, moment)) LOOP
        begins := greatest(lower(stretch), earliest);
        WHILE begins + lasts <= upper(stretch) LOOP
            even := to_timestamp(ceil(extract(epoch FROM begins) / (step * 60)) * step * 60);
            IF least(uses_in(even, upper(stretch), lasts, gap), times) = least(uses_in(begins, upper(stretch), lasts, gap), times) THEN
                begins := even;
            END IF;
            ends := begins + lasts;
            RETURN NEXT;
            times := times - 1;
            IF times = 0 THEN
                RETURN;
            END IF;
            earliest := ends + gap;
            begins := earliest;
        END LOOP;
    END LOOP;
END $$;

CREATE FUNCTION uses_in(since timestamptz, until timestamptz, lasts interval, gap interval) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor(extract(epoch FROM until - since + gap) / extract(epoch FROM lasts + gap))::integer
$$;
"""

BACKWARD = """
DROP FUNCTION testbed_fits(bigint, integer, integer, tstzrange, date[], integer, timestamptz);
DROP FUNCTION uses_in(timestamptz, timestamptz, interval, interval);
DROP FUNCTION testbed_free(bigint, tstzrange, date[], timestamptz);
DROP FUNCTION testbed_taken(bigint, tstzrange, integer, integer, timestamptz);
DROP FUNCTION testbed_open(bigint, date, date, date[]);
DROP FUNCTION stockholm(timestamp);
"""


class Migration(migrations.Migration):
    dependencies = [("testbeds", "0004_request_rules")]

    operations = [
        migrations.AddField("claim", "untold", models.BooleanField(default=False, db_default=False, editable=False)),
        migrations.AddIndex(
            "claim", models.Index(fields=["changed_at"], condition=Q(untold=True), name="claim_untold")
        ),
        migrations.AddIndex(
            "claim",
            django.contrib.postgres.indexes.GistIndex(
                fields=["testbed", "during"],
                condition=Q(state__in=("held", "booked", "blocked")),
                include=["state", "until", "before", "after"],
                name="claim_live",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
    operations = drawn_once(operations)
