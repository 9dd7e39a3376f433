import cProfile
import pstats
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ideas.flow import IdeaFlow
from tests.cast import case_in, signed_in


@pytest.mark.django_db
def test_404(cast):
    idea = case_in(IdeaFlow, "accepted", cast)
    c = signed_in(cast.lead)
    for name, url in (
        ("404", "/arenden/SOS-2026-9999/"),
        ("list", "/arenden/alla/"),
        ("case", idea.get_absolute_url()),
        ("inbox", "/arenden/"),
        ("search", "/sok/?q=rubrik"),
    ):
        for i in range(10):
            c.get(url)
        with CaptureQueriesContext(connection) as q:
            c.get(url)
        s = time.process_time()
        for i in range(60):
            c.get(url)
        ms = (time.process_time() - s) / 60 * 1000
        p = cProfile.Profile()
        p.enable()
        for i in range(60):
            c.get(url)
        p.disable()
        p.dump_stats(f"/tmp/page_{name}.prof")
        st = pstats.Stats(p)
        print(name, "ms", round(ms, 2), "queries", len(q), "calls/request", st.total_calls // 60)
