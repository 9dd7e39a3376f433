"""Brings the database up to date as its owner, then loads demo content as the application, in one process for speed.

What of the demo takes long is told when the portal answers (scripts/serve.py).
"""

import os
import sys

import django
import environ
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection


def main() -> None:
    application = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_OWNER_URL") or application
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    print("· Database …", flush=True)
    call_command("migrate", verbosity=0)
    connection.close()
    signs_in_as = environ.Env.db_url_config(application)
    connection.settings_dict |= {"USER": signs_in_as["USER"], "PASSWORD": signs_in_as["PASSWORD"]}
    if "seed_demo" in get_commands():
        print("· Demo content …", flush=True)
        call_command("seed_demo", part="together")


try:
    main()
except DatabaseError as problem:
    sys.exit(f"The database says: {problem}")
except KeyboardInterrupt:
    sys.exit(130)
