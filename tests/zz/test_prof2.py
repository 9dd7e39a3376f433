import collections
import time
import traceback

import pytest
from django.db.models.sql.compiler import SQLCompiler

from ideas.flow import IdeaFlow
from tests.cast import case_in, signed_in


@pytest.mark.django_db
def test_it(cast):
    idea = case_in(IdeaFlow, "submitted", cast)
    c = signed_in(cast.lead)
    for url in (idea.get_absolute_url(), "/arenden/", "/sok/?q=rubrik"):
        for _ in range(5):
            c.get(url)
        took = collections.OrderedDict()
        real = SQLCompiler.execute_sql
        rs = SQLCompiler.as_sql
        depth = [0]

        def execute_sql(self, *a, **k):
            s = time.process_time()
            w = time.perf_counter()
            r = real(self, *a, **k)
            fr = [f for f in traceback.extract_stack() if "/work/main/" in f.filename and ".venv" not in f.filename][
                -3:
            ]
            key = " < ".join(f"{f.filename.split('/')[-1]}:{f.lineno}" for f in reversed(fr))
            row = took.setdefault((self.query.model.__name__ if self.query.model else "?", key), [0, 0.0, 0.0, 0.0])
            row[0] += 1
            row[1] += time.process_time() - s
            row[2] += time.perf_counter() - w
            row[3] += last[0]
            last[0] = 0.0
            return r

        last = [0.0]

        def as_sql(self, *a, **k):
            depth[0] += 1
            s = time.process_time()
            try:
                return rs(self, *a, **k)
            finally:
                depth[0] -= 1
                if not depth[0]:
                    last[0] += time.process_time() - s

        SQLCompiler.execute_sql = execute_sql
        SQLCompiler.as_sql = as_sql
        n = 20
        t = time.process_time()
        w = time.perf_counter()
        for _ in range(n):
            c.get(url)
        print(
            url,
            "page cpu",
            round((time.process_time() - t) / n * 1000, 1),
            "wall",
            round((time.perf_counter() - w) / n * 1000, 1),
        )
        SQLCompiler.execute_sql = real
        SQLCompiler.as_sql = rs
        tot = 0
        ts = 0
        tw = 0
        for k, (m, a, b, s) in took.items():
            print(f"  {m // n} cpu {a / n * 1000:.2f} wall {b / n * 1000:.2f} sql {s / n * 1000:.2f} {k[0]:18} {k[1]}")
            tot += a / n * 1000
            ts += s / n * 1000
            tw += b / n * 1000
        print("  total", round(tot, 1), round(tw, 1), "sql", round(ts, 1))
