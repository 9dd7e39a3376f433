"""Whether a receipt is genuine, for anybody who has got one."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from fund.forms.receipts import TryReceiptForm
from fund.receipts import public_keys, read_receipt
from fund.words import sek


class TryReceipt(FormView[TryReceiptForm]):
    """Asks nothing of the database: the signature answers, and nothing is kept of what is tried."""

    form_class = TryReceiptForm
    template_name = "fund/try_receipt.html"

    def form_valid(self, form: TryReceiptForm) -> HttpResponse:
        said = read_receipt(form.data_given())
        if said:
            said |= {"at": datetime.fromisoformat(said["handed_in"]), "asked": sek(said["amount"])}
        return self.render_to_response({"form": form, "tried": True, "said": said})


@require_safe
def receipt_keys(request: HttpRequest) -> JsonResponse:
    """The public keys, for who tries receipts with a program of their own."""
    return JsonResponse(public_keys())
