"""Time at testbeds: how long the database takes to say what is free, with years of bookings behind it and ahead.

    .venv/bin/python -m portal.local run -- .venv/bin/python bench/testbeds.py

Half a million claims at three hundred testbeds, made by SQL in a database of their own: every working day from a year ago to two years
ahead, about half of the four uses of two hours that there is room for, with set-up and cleaning. Nothing is cached. Writes the table in
docs/performance.md.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- testbeds -->", "<!-- end of testbeds -->"
TURNS = 100
PLACES = """
    INSERT INTO testbeds_testbed (slug, unit_id, name, name_en, summary, summary_en, offers, offers_en, equipment, equipment_en, quality,
        quality_en, terms, terms_en, capacity, before, after, shortest, longest, open_on_holidays, induction, secrecy, ethics, fee,
        reimbursement, in_kind, aid, answer_days, contact, email, phone, address, published_at, version)
    SELECT 'plats-' || n, (SELECT min(id) FROM organisation_unit), 'Plats ' || n, '', '', '', '', '', '', '', '', '', '', '', 1, 15, 30, 60,
        600, false, false, false, false, 0, 0, 0, 0, 10, '', 'plats@example.org', '', '', now(), 1
    FROM generate_series(1, %(places)s) AS n;
    INSERT INTO testbeds_openinghours (testbed_id, weekday, opens, closes)
    SELECT id, day, '08:00', '18:00' FROM testbeds_testbed, generate_series(0, 4) AS day;
"""
CLAIMS = """
    INSERT INTO testbeds_claim (testbed_id, state, during, before, after, why, uid, sequence, made_at, changed_at)
    SELECT t.id, 'blocked', tstzrange(begins, begins + interval '2 hours'), t.before, t.after, '', gen_random_uuid(), 0, now(), now()
    FROM testbeds_testbed t
    CROSS JOIN generate_series(current_date - 365, current_date + 730, interval '1 day') AS day
    CROSS JOIN generate_series(0, 3) AS turn
    CROSS JOIN LATERAL (SELECT stockholm(day::timestamp + '08:00' + turn * interval '150 minutes') AS begins) AS times
    WHERE extract(isodow FROM day) < 6
    ORDER BY random() LIMIT %(claims)s;
    ANALYZE;
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--claims", type=int, default=500_000)
    options.add_argument("--testbeds", type=int, default=300)
    told = options.parse_args()
    from bench.measure import at, manage
    from bench.rush import make

    name = f"bench_testbeds_{told.claims}_{told.testbeds}"
    make(at(os.environ["DATABASE_OWNER_URL"], "postgres"), name)
    owner = at(os.environ["DATABASE_OWNER_URL"], name)
    os.environ |= {"DATABASE_OWNER_URL": owner, "DATABASE_URL": owner}
    manage("migrate", "--verbosity=0")
    filled(owner, {"claims": told.claims, "places": told.testbeds})
    lines = measured()
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END]) + after)
    print("\n".join(lines))
    return 0


def filled(url: str, numbers: dict[str, int]) -> None:
    """The testbeds and their claims, unless an earlier run has made them."""
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM testbeds_claim)")
        if cursor.fetchone() == (False,):
            cursor.execute(PLACES, numbers)
            cursor.execute(CLAIMS, numbers)
    with closing(psycopg2.connect(url)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) testbeds_claim, testbeds_span")


def questions() -> Iterator[tuple[str, Callable[[], Any], int]]:
    """What is asked of the testbeds, each at a day and a place drawn anew, and how often."""
    from django.utils import timezone

    from portal.cases.workdays import STOCKHOLM
    from testbeds.models import Claim, Testbed
    from testbeds.queries.free import HORIZON, Slot, fits_times, free_slots, judged, open_spans

    testbeds, hour = list(Testbed.objects.all()), timedelta(hours=1)
    midnight = timezone.now().astimezone(STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0)

    def someday() -> datetime:
        return midnight + timedelta(days=random.randrange(1, 600))

    def check() -> None:
        begins = someday() + 10 * hour
        judged([Slot(random.choice(testbeds).pk, begins, begins + 2 * hour)])

    def week() -> None:
        monday, place = someday(), random.choice(testbeds)
        list(Claim.objects.at(place.pk, (monday, monday + 7 * 24 * hour)))
        open_spans(place, monday.date(), monday.date() + timedelta(days=7))

    def first() -> None:
        begins = someday()
        free_slots(None, minutes=120, since=begins, until=begins + HORIZON)

    def several() -> None:
        begins = someday()
        fits_times(None, minutes=240, times=3, since=begins, until=begins + HORIZON)

    def hard() -> None:
        begins = someday()
        free_slots(None, minutes=600, since=begins, until=begins + HORIZON, number=3000)

    yield "overlap check, as who claims a time is judged: open, and free with what is around it", check, TURNS
    yield "one week of one testbed: opening hours and bookings", week, TURNS
    yield "first fit over all testbeds, 60 days: 2 hours", first, TURNS
    yield "3 × 4 hours within 60 days: every testbed with room", several, TURNS // 5
    yield "the same 60 days read to the end: a whole day at each", hard, TURNS // 10


def measured() -> list[str]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()
    from testbeds.models import Claim, Testbed

    return [
        f"{Claim.objects.count()} claims at {Testbed.objects.count()} testbeds.",
        "",
        "| asked | p50 ms | p95 ms |",
        "|---|---:|---:|",
        *(row(*one) for one in questions()),
        "",
        f"The load of the machine at the end was {os.getloadavg()[0]:.1f}.",
    ]


def row(label: str, ask: Callable[[], Any], turns: int) -> str:
    """In milliseconds, as who asks sees it: the query, Django and the way there and back."""
    ask()
    spent = []
    for _turn in range(turns):
        began = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - began))
    cuts = quantiles(spent, n=20)
    return f"| {label} | {cuts[9]:.1f} | {cuts[18]:.1f} |"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
