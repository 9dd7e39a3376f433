"""Who reads what of a claim: the one rule behind the pages, one’s own bookings and the feeds.

The host reads what it is about, and so does whoever asked. For everyone else a testbed is busy, and nothing more: not who, not why, not
how many bookings there are, and not where one ends and the next begins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import ExpressionWrapper, Q, QuerySet, Value
from django.db.models.fields import BooleanField
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.who import AUTHOR
from portal.organisation.standing import NO_STANDING, standing_of
from testbeds.calendars.stretches import Stretch, merged
from testbeds.models import Claim, Span, Testbed, TestRequest
from testbeds.models.claim import ClaimQuerySet
from testbeds.rules import hosting

Person = User | AnonymousUser
MOST = 100
"""Bookings on a page of them."""


@dataclass(frozen=True)
class Shown:
    """What a person reads of a testbed’s time: the ``told`` claims, and when it is ``taken`` by any, in as few stretches as can be."""

    told: list[Claim]
    taken: list[Stretch]


def kept_by(person: Person) -> QuerySet[Testbed]:
    """The testbeds that the person hosts."""
    return hosting.kept_by(person).filter(closed_at__isnull=True)


def with_calendars(person: Person) -> QuerySet[Testbed]:
    """Those whose calendars the person may open: the published ones, and their own."""
    return hosting.known_to(person).select_related("unit")


def marked(claims: ClaimQuerySet, person: Person) -> ClaimQuerySet:
    """With ``told``: whether the person reads what the claim is about. Someone with a conflict of interest does not, whatever
    their office.
    """
    if standing_of(person) is NO_STANDING:
        return claims.annotate(told=Value(False))
    return claims.annotate(told=ExpressionWrapper(_told(person), output_field=BooleanField()))


def told_to(claims: ClaimQuerySet, person: Person) -> ClaimQuerySet:
    """Only those that the person reads what they are about, with what is read of them."""
    return claims.none() if standing_of(person) is NO_STANDING else with_words(claims.filter(_told(person)))


def with_words(claims: ClaimQuerySet) -> ClaimQuerySet:
    return claims.select_related("testbed", "request__owner")


def of_own(person: Person) -> Q:
    """Claims of the person’s own requests."""
    return Q(request__in=TestRequest.objects.visible_to(person).filter(AUTHOR(person)).values("pk"))


def _told(person: Person) -> Q:
    hosted = Q(testbed__in=hosting.kept_by(person).values("pk"))
    readable = Q(request__in=TestRequest.objects.visible_to(person).values("pk"))
    return of_own(person) | (hosted & (Q(request__isnull=True) | readable))


def shown(testbed: Testbed, person: Person, since: datetime, until: datetime) -> Shown:
    """What the person reads of ``[since, until)``: one query, and one more for their standing, the first time."""
    reach = timedelta(minutes=max(testbed.before, testbed.after))
    near = Span.objects.filter(testbed=testbed, during__overlap=(since - reach, until + reach)).values("claim")
    claims = marked(Claim.objects.keeping_out().filter(pk__in=near), person)
    if standing_of(person) is not NO_STANDING:
        claims = with_words(claims)
    found = list(claims.order_by("during", "pk"))
    told = [claim for claim in found if claim.told]  # type: ignore[attr-defined]  # annotated by `marked`
    return Shown(told, merged(taken_by(claim, testbed) for claim in found))


def taken_by(claim: Claim, testbed: Testbed) -> Stretch:
    """When another use is kept out, as the database judges it: a use overlaps neither use nor what is around another’s."""
    before = timedelta(minutes=max(claim.before, testbed.after))
    after = timedelta(minutes=max(claim.after, testbed.before))
    return Stretch(claim.begins - before, claim.ends + after)


def own_ahead(person: Person) -> list[Claim]:
    """The person’s own bookings that are not over, the next first, ``MOST`` at most. One query."""
    return _ahead(Claim.objects.filter(of_own(person)), person)


def hosted_ahead(person: Person) -> list[Claim]:
    """What is ahead at the testbeds that the person hosts, the next first, ``MOST`` at most. One query."""
    return _ahead(Claim.objects.filter(testbed__in=kept_by(person).values("pk")), person)


def _ahead(claims: ClaimQuerySet, person: Person) -> list[Claim]:
    ahead = claims.keeping_out().filter(during__endswith__gt=timezone.now())
    return list(told_to(ahead, person).order_by("during", "pk")[:MOST])
