"""What a host does with a testbed: written, opened, illustrated, published, closed. The history is kept by triggers (pghistory)."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import resolve
from django.utils import timezone
from django.utils.text import slugify

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.pictures import redrawn
from portal.organisation.models import Unit
from testbeds.models import OpeningException, OpeningHours, Testbed, TestbedPicture
from testbeds.rules.hosting import may_add, may_close, may_publish

Stretch = tuple[int, time, time]
LONGEST_SLUG = 50


def save_testbed(*, testbed: Testbed, values: Mapping[str, Any], person: User) -> Testbed:
    """Write it anew, or change it. Its address is made of its name once, and stays whatever it is called later. Where it goes to another
    unit, so do drafts of requests for it.
    """
    with transaction.atomic():
        if not testbed.pk:
            row = Testbed(slug=_free_slug(values["name"]), made_by=person)
        else:
            drafts = _drafts_elsewhere(testbed, values["unit"])
            row = locked(testbed)
            row.version += 1
            Case.objects.filter(pk__in=drafts, opened_at=None).update(unit=values["unit"], version=F("version") + 1)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return row


def _drafts_elsewhere(testbed: Testbed, unit: Unit) -> list[int]:
    """Drafts of requests for it that are not at the unit, locked."""
    drafts = list(testbed.requests.filter(opened_at=None).exclude(unit=unit).values_list("pk", flat=True))
    if drafts:
        Case.objects.hold(*drafts)
    return drafts


def locked(testbed: Testbed) -> Testbed:
    """As it is now, and nobody claims time there before the transaction is over."""
    Testbed.objects.hold(testbed.pk)
    return Testbed.objects.select_related("unit").get(pk=testbed.pk)


def _free_slug(name: str) -> str:
    """Of the name, with a number where another has it, or where a page of ours lies under it (a query for each that is tried)."""
    first = slugify(name)[:LONGEST_SLUG].strip("-") or "testbadd"
    slug, number = first, 1
    while resolve(f"/testbaddar/{slug}/").url_name != "testbed" or Testbed.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{first}-{number}"
    return slug


@transaction.atomic
def set_hours(*, testbed: Testbed, stretches: Iterable[Stretch]) -> None:
    """The hours of the week, each a day (0 is Monday) with two times. What is the same as before is left alone."""
    locked(testbed)
    wanted = set(stretches)
    for row in testbed.hours.all():
        stretch = (row.weekday, row.opens, row.closes)
        if stretch in wanted:
            wanted.remove(stretch)
        else:
            row.delete()
    for day, opens, closes in sorted(wanted):
        OpeningHours.objects.create(testbed=testbed, weekday=day, opens=opens, closes=closes)


@transaction.atomic
def add_exception(*, exception: OpeningException) -> None:
    """Other hours on one day. Bookings that lie there stay: the host moves them, or cancels them with a reason. Raises Refused where other
    hours have been told of it meanwhile.
    """
    row = locked(exception.testbed)
    if not (verdict := may_add(row, exception.day, exception.opens, exception.closes)):
        raise Refused(verdict)
    exception.save()


@transaction.atomic
def remove_exception(*, exception: OpeningException) -> None:
    locked(exception.testbed)
    exception.delete()


def add_picture(*, testbed: Testbed, image: Any, alt: str, alt_en: str) -> TestbedPicture:
    """Drawn anew, so that it carries nothing but what is seen."""
    drawn, (width, height) = redrawn(image)
    return TestbedPicture.objects.create(
        testbed=testbed, content=drawn.read(), alt=alt, alt_en=alt_en, width=width, height=height
    )


def remove_picture(*, picture: TestbedPicture) -> None:
    picture.delete()


@transaction.atomic
def publish_testbed(*, testbed: Testbed) -> None:
    """Put it in the catalogue, also again after it was closed. Raises Refused while it has no opening hours."""
    row = locked(testbed)
    if not (verdict := may_publish(row)):
        raise Refused(verdict)
    row.published_at, row.closed_at = row.published_at or timezone.now(), None
    row.version += 1
    row.save(update_fields=["published_at", "closed_at", "version"])


@transaction.atomic
def close_testbed(*, testbed: Testbed) -> None:
    """Take it out of the catalogue. Raises Refused while somebody has time there ahead."""
    row = locked(testbed)
    if not (verdict := may_close(row)):
        raise Refused(verdict)
    row.closed_at = timezone.now()
    row.version += 1
    row.save(update_fields=["closed_at", "version"])
