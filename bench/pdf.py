"""What an annual report costs: .venv/bin/python bench/pdf.py

Makes reports of about 50 and 200 pages, each in a process of its own, and holds them against the budget (trust 25).
Seconds are of processor time, which is what a machine at rest would take, so a busy one can be used.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
# Units in the report, and the most that it may cost in seconds and MB.
BUDGETS = ((15, 10, 400), (65, 45, 1_000))


def prepare() -> None:
    sys.path.insert(0, str(ROOT))
    settings.configure(
        LANGUAGE_CODE="sv",
        USE_TZ=True,
        TIME_ZONE="Europe/Stockholm",
        LOCALE_PATHS=[ROOT / "locale"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [ROOT / "templates"]}],
    )
    django.setup()


def measure(units: int) -> dict[str, float]:
    """In this process: drawing the charts, then printing."""
    prepare()
    from portal.paper.report import report_pdf
    from tests.paper.reading import open_pdf
    from tests.paper.samples import annual_report

    start = time.process_time()
    report = annual_report(units)
    drawn = time.process_time()
    content = report_pdf(report)
    done = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = len(open_pdf(content).pages)
    return {"pages": pages, "charts": drawn - start, "pdf": done - drawn, "MB": memory, "size": len(content) / 1e6}


def main() -> int:
    within = True
    print("pages | charts, s | PDF, s | most memory, MB | file, MB | budget")
    print("---:|---:|---:|---:|---:|---")
    for units, seconds, megabytes in BUDGETS:
        command = [sys.executable, __file__, str(units)]
        cost = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        held = cost["pdf"] <= seconds and cost["MB"] <= megabytes
        within &= held
        budget = f"{seconds} s, {megabytes} MB: {'held' if held else 'BROKEN'}"
        print(
            f"{cost['pages']} | {cost['charts']:.1f} | {cost['pdf']:.1f} | {cost['MB']:.0f} | {cost['size']:.1f} | {budget}"
        )
    return 0 if within else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        sys.exit(main())
