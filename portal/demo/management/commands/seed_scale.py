"""``seed_scale --cases N``: realistic volume in minutes, for measuring."""

import time
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from portal.accounts.models import User
from portal.demo.registry import all_demos


class Command(BaseCommand):
    help = "Adds N cases of all kinds, with numbers, history and diary, written by COPY. For a database made for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True)
        parser.add_argument("--seed", type=int, default=2025, help="the same seed gives the same cases")

        parser.add_argument("--only", help="the cases of this app alone, by its key")

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.filter(is_employee=True).exists():
            raise CommandError("There is nobody to write cases: run seed_demo first.")
        began, random = time.monotonic(), Random(options["seed"])
        demos = [demo for demo in all_demos() if demo.volume and options["only"] in (None, demo.key)]
        whole = sum(demo.share for demo in demos)
        for demo in demos:
            made = demo.fill(cases=round(options["cases"] * demo.share / whole), random=random, say=self.stdout.write)
            self.stdout.write(f"{demo.key}: {made} cases")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as autovacuum would have done by the time so much had come in
        self.stdout.write(self.style.SUCCESS(f"Done in {time.monotonic() - began:.0f} s."))
