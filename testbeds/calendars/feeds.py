"""Calendar feeds (RFC 5545, METHOD:PUBLISH): what a person’s calendar program reads, as the person may see it at that very moment."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from testbeds.calendars.showing import kept_by, of_own, told_to
from testbeds.models import Claim, FeedToken
from testbeds.rules.hosting import known_to
from testbeds.states import KEEPS_OUT, ClaimState

if TYPE_CHECKING:
    from icalendar import Event

GONE = timedelta(days=60)
"""How long what is over, or has been called off, is still sent, so that every program has time to take it away."""
MOST_EVENTS = 2000
TOKEN_BYTES = 32
UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
"""Control characters, which RFC 5545 lets stand in no text."""


def new_token() -> str:
    """256 bits, to stand in an address."""
    return token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token. It has 256 bits, so nothing slower is needed to keep it from being guessed."""
    return sha256(token.encode()).hexdigest()


def find_feed(token: str) -> FeedToken | None:
    """The feed with the address, if its person may still read it; None otherwise, whatever the reason. One to three queries."""
    found = (
        FeedToken.objects.filter(digest=digest_of(token), revoked_at__isnull=True, person__is_active=True)
        .select_related("person", "testbed")
        .first()
    )
    return found if found and is_open(found) else None


def is_open(feed: FeedToken) -> bool:
    """A testbed’s feed is its hosts’, as long as they are hosts."""
    return feed.testbed_id is None or kept_by(feed.person).filter(pk=feed.testbed_id).exists()


def feeds_of(person: User) -> list[FeedToken]:
    """The person’s addresses that are not revoked, the latest first. One query, and one for the standing."""
    return list(_of(person).filter(revoked_at__isnull=True))


def calendars_of(person: User) -> Iterator[dict[str, Any]]:
    """For the person's own file: the calendar addresses they have made, without the addresses, which nobody keeps (one query)."""
    for feed in _of(person).order_by("pk"):
        yield {
            "calendar": name_of(feed),
            "made_at": feed.made_at,
            "read_at": feed.read_at,
            "revoked_at": feed.revoked_at,
        }


def _of(person: User) -> "QuerySet[FeedToken]":
    known = Exists(known_to(person).filter(pk=OuterRef("testbed")))
    return FeedToken.objects.filter(person=person).select_related("testbed").annotate(is_known=known)


def name_of(feed: Any) -> str:
    """What one of the addresses above is of; empty for the person’s own bookings. A testbed that is hidden from them by now has no name."""
    if feed.testbed is None:
        return ""
    return str(feed.testbed) if feed.is_known else _("A testbed that you no longer host")


def claims_in(feed: FeedToken) -> list[Claim]:
    """What the feed tells of: what keeps others out, and what has been called off lately. One query, and one for the standing."""
    since = timezone.now() - GONE
    chosen = (
        Claim.objects.filter(testbed=feed.testbed_id) if feed.testbed_id else Claim.objects.filter(of_own(feed.person))
    )
    live = Q(state__in=KEEPS_OUT, during__endswith__gt=since)
    gone = ~Q(state__in=KEEPS_OUT) & Q(changed_at__gt=since)
    return list(told_to(chosen.filter(live | gone), feed.person).order_by("-during", "-pk")[:MOST_EVENTS])


def written(feed: FeedToken, claims: Iterable[Claim], base: str) -> bytes:
    """The feed as a file. The same claims give the same bytes. ``base`` is the portal’s address, without a slash at its end."""
    from icalendar import Calendar, vDuration  # 7 MB, which a web process that writes no feed need not bear

    calendar = Calendar()
    name = plain(str(feed.testbed) if feed.testbed else _("My test times"))
    calendar.add("prodid", "-//Region Stockholm//Innovationsportalen//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(timedelta(hours=1)), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for claim in claims:
        calendar.add_component(event_of(claim, base))
    return bytes(calendar.to_ical())


def event_of(claim: Claim, base: str) -> "Event":
    """One event. The number of what has gone is higher than that under which it was sent before, so that programs take it away.

    A hold that has run out is gone from that second, though nobody has written it down yet: it goes out under the number it then gets.
    """
    from icalendar import Event

    run_out = claim.state == ClaimState.HELD and not claim.keeps_out
    changed = claim.until if run_out and claim.until else claim.changed_at
    event = Event()
    event.add("uid", str(claim.uid))
    event.add("sequence", claim.sequence + run_out)
    event.add("dtstamp", in_utc(changed))
    event.add("last-modified", in_utc(changed))
    event.add("created", in_utc(claim.made_at))
    event.add("dtstart", in_utc(claim.begins))
    event.add("dtend", in_utc(claim.ends))
    event.add("status", status_of(claim))
    event.add("transp", "OPAQUE" if claim.keeps_out else "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("summary", plain(summary_of(claim)))
    event.add("location", plain(", ".join(filter(None, (str(claim.testbed), claim.testbed.address)))))
    if claim.request:
        event.add("url", base + claim.request.get_absolute_url())
    if said := plain(around(claim)):
        event.add("description", said)
    return event


def status_of(claim: Claim) -> str:
    if not claim.keeps_out:
        return "CANCELLED"
    return "TENTATIVE" if claim.state == ClaimState.HELD else "CONFIRMED"


def summary_of(claim: Claim) -> str:
    if claim.request is None:
        return _("Blocked: %(why)s") % {"why": claim.why} if claim.why else _("Blocked")
    if claim.state == ClaimState.HELD:
        return _("Held: %(title)s") % {"title": claim.request.title}
    return str(claim.request.title)


def around(claim: Claim) -> str:
    """What is needed before and after, in words; empty where nothing is."""
    parts = (
        _("Set-up before: %(minutes)s min.") % {"minutes": claim.before} if claim.before else "",
        _("Cleaning after: %(minutes)s min.") % {"minutes": claim.after} if claim.after else "",
    )
    return " ".join(filter(None, parts))


def plain(text: str) -> str:
    """One line, without what no calendar may hold; the library escapes the rest."""
    return " ".join(text.translate(UNWRITABLE).split())


def in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
