"""Coming back to a case without an account."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from portal.cases.actions.receipts import case_of_receipt
from portal.cases.forms.receipt import ReceiptForm
from portal.cases.models import Case
from portal.throttle import over_limit

WRONG_TRIES = 20
HOUR = 60 * 60


class FollowView(FormView[ReceiptForm]):
    """Number and code, posted, so that the code stands in no address and no log. ``found`` answers whoever has both.

    Sixty bits are not guessed, so wrong tries are turned away for their number alone, and the right code is let in however many wrong
    ones have come from the same address: nobody who guesses keeps the sender out.
    """

    form_class = ReceiptForm
    model: ClassVar[type[Case]] = Case

    def found(self, form: ReceiptForm, case: Any) -> HttpResponse:
        raise NotImplementedError

    def form_valid(self, form: ReceiptForm) -> HttpResponse:
        case = case_of_receipt(**form.cleaned_data)
        if isinstance(case, self.model):
            return self.found(form, case)
        many = over_limit(self.request, action="receipt", most=WRONG_TRIES, seconds=HOUR)
        form.add_error(
            None,
            _(
                "There have been many wrong tries from where you are. The number and the code on your receipt still work."
            )
            if many
            else _("The number and the code do not belong together. Look at your receipt and try again."),
        )
        response = self.form_invalid(form)
        response.status_code = 429 if many else response.status_code
        return response
