"""Today, asked for when it is needed: a run of the tests that goes on over midnight, or over New Year, must not keep yesterday."""

from datetime import date, timedelta

from django.utils import timezone

DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def yesterday() -> date:
    return today() - DAY


def tomorrow() -> date:
    return today() + DAY


def this_year() -> int:
    return today().year
