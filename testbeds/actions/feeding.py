"""Making, reading and revoking the secret addresses of calendar feeds."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import NotVisible, Refused
from portal.cases.verdicts import no
from testbeds.calendars.feeds import digest_of, feeds_of, new_token
from testbeds.calendars.showing import kept_by
from testbeds.models import FeedToken, Testbed

MOST_FEEDS = 20
"""Addresses that one person has at a time."""
SECOND = timedelta(seconds=1)


@transaction.atomic
def make_feed(*, person: User, testbed: Testbed | None = None) -> str:
    """A new address, as its token: shown now and never again. Raises NotVisible for a testbed that is not the person’s,
    Refused for too many.
    """
    if testbed is not None and not kept_by(person).filter(pk=testbed.pk).exists():
        raise NotVisible
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if len(feeds_of(person)) >= MOST_FEEDS:
        raise Refused(
            no(_("You have %(number)s addresses already. Revoke one that you do not use.") % {"number": MOST_FEEDS})
        )
    token = new_token()
    FeedToken.objects.create(person=person, testbed=testbed, digest=digest_of(token))
    return token


def revoke_feed(*, pk: int, person: User) -> bool:
    """From now on the address leads nowhere. False if the person has no such address."""
    mine = FeedToken.objects.filter(pk=pk, person=person, revoked_at__isnull=True)
    return bool(mine.update(revoked_at=timezone.now()))


def note_read(*, feed: FeedToken, body: bytes) -> datetime:
    """Write down that the feed was read, and answer since when it has said what it says, in whole seconds.

    That moves on a second at least with every change, so that whoever asks for what is new since then is never told that nothing is.
    """
    now = timezone.now().replace(microsecond=0)
    said = sha256(body).hexdigest()
    values: dict[str, object] = {"read_at": now}
    since = feed.said_since
    if since is None or feed.said != said:
        since = now if since is None else max(now, since + SECOND)
        values |= {"said": said, "said_since": since}
    FeedToken.objects.filter(pk=feed.pk).update(**values)
    return since
