"""Claims on a testbed's time: held, booked, blocked. The database lets no two overlap."""

import uuid
from datetime import datetime, timedelta
from typing import Self, cast

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from testbeds.models.request import TestRequest
from testbeds.models.testbed import Testbed
from testbeds.states import KEEPS_OUT, ClaimState, Part, WaitState


class Series(models.Model):
    """Several uses by one rule (RFC 5545 RRULE) in local wall time: nine o'clock is nine o'clock on both sides of a change to summer time.

    ``first`` is the wall time of the first use, without a zone, in Europe/Stockholm; ``minutes`` is how long each lasts, as elapsed time.
    """

    testbed = models.ForeignKey(Testbed, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(TestRequest, on_delete=models.PROTECT, related_name="series")
    rule = models.CharField(_("rule"), max_length=200)
    first = models.CharField(max_length=16)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        default_permissions = ()
        constraints = (models.CheckConstraint(condition=Q(minutes__gte=1), name="series_lasts"),)

    def __str__(self) -> str:
        return f"{self.first} {self.rule}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def keeping_out(self) -> Self:
        """Those that keep others out now: a hold that has run out does not, though nobody has noted it yet."""
        live = Q(state__in=KEEPS_OUT) & (~Q(state=ClaimState.HELD) | Q(until__gt=timezone.now()))
        return self.filter(live)

    def overlapping(self, during: tuple[datetime, datetime]) -> Self:
        return self.filter(during__overlap=during)

    def at(self, testbed: int, during: tuple[datetime, datetime]) -> Self:
        """Live ones at one testbed by the index ``claim_live``, which compares nothing but bigint; in order."""
        place = Cast(Value(testbed), models.BigIntegerField())
        return self.keeping_out().overlapping(during).filter(testbed=place).order_by("during")


class Claim(models.Model):
    """One stretch of use, ``[begins, ends)`` in UTC, with what it needs before and after it in minutes.

    ``until`` is when a hold runs out; ``untold`` says that it has, and that its case’s history does not tell of it yet. A block has no
    request, and ``why`` says why. ``uid`` and ``sequence`` are those of the calendar event (RFC 5545): the number goes up whenever time or
    state changes. The trigger ``claim_spans`` lays out its stretches, and those must not overlap. The trigger ``booked_by_agreement`` lets
    nothing be booked before the agreement is in force.
    """

    testbed = models.ForeignKey(Testbed, on_delete=models.PROTECT, related_name="claims")
    request = models.ForeignKey(TestRequest, null=True, on_delete=models.PROTECT, related_name="claims")
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices)
    during = DateTimeRangeField(_("time"))
    before = models.PositiveSmallIntegerField(default=0)
    after = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(_("held until"), null=True)
    why = models.CharField(_("why"), max_length=500, blank=True)
    untold = models.BooleanField(default=False, db_default=False, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(ClaimQuerySet)()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        default_permissions = ()
        ordering = ("during", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False, during__lower_inf=False, during__upper_inf=False, during__lower_inc=True
                )
                & Q(during__upper_inc=False),
                name="claim_has_two_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.HELD) | Q(until__isnull=False), name="claim_hold_runs_out"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.BLOCKED, request__isnull=True)
                | (~Q(state=ClaimState.BLOCKED) & (Q(request__isnull=False) | Q(state=ClaimState.CANCELLED))),
                name="claim_is_of_a_request_or_blocks",
            ),
        )
        indexes = (
            models.Index(fields=["request", "state"], name="claim_request"),
            models.Index(fields=["until"], condition=Q(state=ClaimState.HELD), name="claim_hold"),
            models.Index(fields=["changed_at"], condition=Q(untold=True), name="claim_untold"),
            GistIndex(
                fields=["testbed", "during"],
                condition=Q(state__in=KEEPS_OUT),
                include=["state", "until", "before", "after"],
                name="claim_live",
            ),
        )

    def __str__(self) -> str:
        return f"{self.testbed}: {self.during}"

    @property
    def begins(self) -> datetime:
        return cast(datetime, self.during.lower)

    @property
    def ends(self) -> datetime:
        return cast(datetime, self.during.upper)

    @property
    def lasts(self) -> timedelta:
        return self.ends - self.begins

    @property
    def keeps_out(self) -> bool:
        """As ``keeping_out`` says."""
        held = self.state == ClaimState.HELD and self.until is not None and self.until > timezone.now()
        return held or self.state in (ClaimState.BOOKED, ClaimState.BLOCKED)


class Span(models.Model):
    """A stretch of a claim that keeps others out: its use, or what is around it. Written by the database alone (trigger ``claim_spans``).

    Use overlaps neither use nor what is around another's use; what is around two uses may overlap.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="spans")
    testbed = models.ForeignKey(Testbed, on_delete=models.CASCADE, related_name="+")
    part = models.SmallIntegerField(choices=Part.choices)
    during = DateTimeRangeField()

    class Meta:
        default_permissions = ()
        constraints = (
            ExclusionConstraint(
                name="one_use_at_a_time",
                expressions=[("testbed", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(part=Part.USE),
            ),
            ExclusionConstraint(
                name="no_use_while_it_is_set_up_or_cleaned",
                expressions=[
                    ("testbed", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                    ("part", RangeOperators.NOT_EQUAL),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.during}"


class Wait(models.Model):
    """A place in the line for a time that is taken: whoever has waited longest is offered it first, and has some hours to take it.

    ``wanted`` is the very time, in UTC. ``offer`` is the hold that was made when it came free.
    """

    testbed = models.ForeignKey(Testbed, on_delete=models.PROTECT, related_name="line")
    request = models.ForeignKey(TestRequest, on_delete=models.PROTECT, related_name="waits")
    wanted = DateTimeRangeField(_("time"))
    state = models.CharField(_("state"), max_length=10, choices=WaitState.choices, default=WaitState.WAITING)
    offer = models.OneToOneField(Claim, null=True, on_delete=models.PROTECT, related_name="answers_wait")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("place in line")
        verbose_name_plural = _("places in line")
        default_permissions = ()
        ordering = ("made_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["request", "testbed", "wanted"],
                condition=Q(state__in=(WaitState.WAITING, WaitState.OFFERED)),
                name="wait_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(WaitState.OFFERED, WaitState.TAKEN)) | Q(offer__isnull=False),
                name="wait_offer_is_a_hold",
            ),
        )

    def __str__(self) -> str:
        return f"{self.testbed}: {self.wanted}"

    @property
    def begins(self) -> datetime:
        return cast(datetime, self.wanted.lower)

    @property
    def ends(self) -> datetime:
        return cast(datetime, self.wanted.upper)


class FeedToken(models.Model):
    """A secret address under which a calendar program reads bookings: of one person, or of one testbed. Kept as a digest; can be revoked.

    What a feed shows is asked anew each time, as what its person may see at that moment. ``said`` is the digest of what it said when it was
    last read, and ``said_since`` since when it has said that, in whole seconds.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    testbed = models.ForeignKey(Testbed, null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(_("last read"), null=True)
    said = models.CharField(max_length=64, blank=True)
    said_since = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        default_permissions = ()
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.person}: {self.testbed or ''}"
