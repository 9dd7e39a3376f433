"""What a process that prints nothing need not carry."""

import subprocess
import sys

from tests.database import ROOT

LOOK = """
import sys
import portal.wsgi
from django.urls import get_resolver

def visit(resolver):
    for pattern in getattr(resolver, "url_patterns", ()):
        visit(pattern)

visit(get_resolver())
print(*{"altair", "vl_convert", "weasyprint", "fontTools"} & sys.modules.keys())
"""


def test_the_web_loads_nothing_that_draws() -> None:
    found = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
