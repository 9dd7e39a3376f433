"""Guards of a report."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.cases.verdicts import YES, Verdict, no
from portal.pages.barriers.models import Barrier

MOST_AN_HOUR = 60
"""More than this is no human need but a machine; the form then keeps what is written. No trace of the sender is kept."""


def is_request(barrier: Barrier) -> Verdict:
    """Only a request under 15 § can be refused; a report of a barrier is answered."""
    return (
        YES
        if barrier.is_request
        else no(_("A report is answered. Only a request for content in another form can be refused."))
    )


def is_flooded() -> bool:
    """Have machines filled the form during the last hour? One query."""
    since = timezone.now() - timedelta(hours=1)
    return Barrier.objects.filter(opened_at__gte=since).count() >= MOST_AN_HOUR
