"""Money and moments as they are read."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _


def sek(amount: int | None) -> str:
    """Whole SEK; nothing where there is no amount."""
    return "" if amount is None else sek_of(number_format(amount, force_grouping=True))


def sek_of(number: str) -> str:
    """An amount whose number is written already."""
    return _("SEK %(number)s") % {"number": number}


def points(mean: float | None) -> str:
    """To one decimal, as people read it."""
    return "–" if mean is None else number_format(round(float(mean), 1), 1)


def moment(at: datetime | None) -> str:
    """A moment to the minute, in Swedish local time; to the second where it has any."""
    if at is None:
        return _("at a time not set")
    local = timezone.localtime(at)
    return f"{date_format(local, 'j F Y')} {local:%H:%M}" + (f":{local:%S}" if local.second else "")
