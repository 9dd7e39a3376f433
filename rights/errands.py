"""What waits for who contributed to a result: to confirm their part."""

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errands import Errand, register
from portal.organisation.asking import worded_for_anyone
from rights.models import Contributor, Disclosure


def to_confirm(person: User) -> list[Errand]:
    """One for each disclosure that waits for the person (one query)."""
    return [
        Errand(
            label=_("Confirm your part in what is disclosed: %(title)s") % {"title": title},
            url=reverse("rights:confirm", args=[disclosure]),
        )
        for disclosure, title in _unconfirmed(person)
    ]


@worded_for_anyone()
def _unconfirmed(person: User) -> QuerySet[Any]:
    """Disclosures that have not ended and where the person's part is not confirmed; not the drafts that they write themselves."""
    seen = Disclosure.objects.visible_to(person).filter(closed_at=None)
    waiting = Contributor.objects.filter(
        person=person, confirmed_at=None, attested_on=None, disclosure__in=seen.values("pk")
    )
    asked = waiting.exclude(disclosure__opened_at=None, disclosure__owner=F("person"))
    return asked.order_by("pk").values_list("disclosure_id", "disclosure__title")


register("parts to confirm", to_confirm)
