"""``seed_demo``: a believable pair of years at Region Stockholm, lived through by real moves."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.models import Case
from portal.demo.people import ACCOUNTS, make_cast, read_cast
from portal.demo.registry import all_demos
from portal.notices.models import Notice

NEWS = timedelta(days=21)


class Command(BaseCommand):
    help = (
        "Fills an empty portal with demo content. Does nothing if it is there already; refuses where there are people."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--part",
            choices=("together", "alone"),
            help="only what is told in one transaction, or only what comes after it and takes longer",
        )

    def handle(self, *args: Any, part: str | None = None, **options: Any) -> None:
        if not settings.DEMO_PASSWORD:
            raise CommandError("DEMO_PASSWORD is missing: bin/run makes one for your own machine.")
        if part != "alone":
            self._tell_together()
            self.stdout.write(self.style.SUCCESS(f"{Case.objects.count()} cases are in place."))
        if part != "together":
            for demo in all_demos():
                if demo.alone:
                    demo.tell(read_cast(), self.stdout.write)

    @transaction.atomic
    def _tell_together(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('seed_demo'))")
        if User.objects.filter(username__in=[account.username for account in ACCOUNTS]).count() == len(ACCOUNTS):
            return
        if User.objects.exists() or Case.objects.exists():
            raise CommandError("There are people or cases in this database. Demo content is for an empty portal only.")
        make_cast(password=settings.DEMO_PASSWORD)
        for demo in all_demos():
            if not demo.alone:
                demo.tell(read_cast(), self.stdout.write)
        _settle_notices()


def _settle_notices() -> None:
    """What was told in the demo's past was mailed then, and what is older than some weeks has been read."""
    now = timezone.now()
    Notice.objects.update(mail_at=None)
    Notice.objects.filter(created_at__lt=now - NEWS).update(read_at=now)
