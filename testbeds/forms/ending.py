"""What is asked of who ends a test or takes a request back: which times are let go, and why."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.text import CleanTextField
from testbeds.forms.moves import TestForm
from testbeds.models import Claim
from testbeds.rules.timing import ahead_of
from testbeds.states import ClaimState


def let_go(ahead: Iterable[Claim]) -> str:
    """Which times are let go, for who is about to do so."""
    times = (date_format(timezone.localtime(one.begins), _("l j F Y H:i")) for one in ahead)
    return "\n".join([_("These times are let go:"), *times])


class FinishForm(TestForm):
    """That the test is over. Where times lie ahead they are listed, and letting them go needs a reason."""

    reason = CleanTextField(
        label=gettext_lazy("Why the times that are left are let go"),
        help_text=gettext_lazy("Those whose times they are read this."),
        max_length=500,
    )

    def prepare(self) -> None:
        if ahead := list(ahead_of(self.case)):
            self.quote = let_go(ahead)
        else:
            del self.fields["reason"]


class WithdrawForm(TestForm):
    """That the request is taken back. What the host has booked for it is not cancelled without a word."""

    reason = CleanTextField(
        label=gettext_lazy("Why you withdraw it"),
        help_text=gettext_lazy("The host reads this."),
        max_length=5000,
        required=False,
    )

    def prepare(self) -> None:
        ahead = list(ahead_of(self.case))
        self.fields["reason"].required = any(one.state == ClaimState.BOOKED for one in ahead)
        if ahead:
            self.quote = let_go(ahead)
