#!/usr/bin/env python
"""Django's command line. Use `bin/manage`, which starts the services first."""

import os
import sys

from django.core.management import execute_from_command_line

AS_OWNER = {
    "migrate",
    "flush",
    "pgtrigger",
    "seed_scale",
}  # they change or vacuum tables, which the application may not


if __name__ == "__main__":
    if AS_OWNER.intersection(sys.argv[1:2]) and os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    execute_from_command_line(sys.argv)
