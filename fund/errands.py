"""What waits for an expert: the case is not theirs to see, so their reviews wait beside the cases."""

from django.urls import reverse
from django.utils.translation import ngettext

from fund.reviewing.reading import waiting_for
from portal.accounts.models import User
from portal.cases.errands import Errand, register


def to_read(person: User) -> list[Errand]:
    """One errand for each call, which says nothing of the applications but how many they are (one query)."""
    return [
        Errand(
            label=ngettext(
                "%(number)s application to read as an expert: %(call)s",
                "%(number)s applications to read as an expert: %(call)s",
                row["number"],
            )
            % {"number": row["number"], "call": row["title"]},
            url=reverse("fund:reviews"),
            due_on=row["due_on"],
        )
        for row in waiting_for(person)
    ]


register("reviews", to_read)
