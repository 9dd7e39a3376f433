"""When something told is mailed."""

from datetime import datetime, time, timedelta

from portal.accounts.states import Delivery
from portal.cases.workdays import STOCKHOLM

SETTLE = timedelta(seconds=15)
"""How long a notice waits for others to the same recipient: several moves at once give one e-mail."""
DIGEST_TIME = time(7, 0)
MOST_ATTEMPTS = 30
"""With the pauses below that is about five days, as long as mail servers try (RFC 5321 4.5.4.1)."""
LONGEST_PAUSE = timedelta(hours=6)


def mail_time(delivery: str, *, mandatory: bool, now: datetime) -> datetime | None:
    """When a notice told now is due to be mailed to a person with that choice; None means never."""
    if mandatory or delivery == Delivery.AT_ONCE:
        return now + SETTLE
    return next_digest(now) if delivery == Delivery.DAILY else None


def next_digest(now: datetime) -> datetime:
    """The first 7:00 in Stockholm after ``now``, whatever the clocks do that night."""
    local = now.astimezone(STOCKHOLM)
    day = local.date() if local.time() < DIGEST_TIME else local.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_TIME, STOCKHOLM)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after that many tries: 1, 2, 4 … minutes, at most six hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 12)), LONGEST_PAUSE)
