"""Receiving a report."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case, save_draft
from portal.cases.actions.receipts import give_receipt
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.organisation.models import Unit
from portal.pages.barriers.models import Barrier

HOLDER = "RLK"
"""The code of the unit that answers for the portal: Regionledningskontoret."""


@transaction.atomic
def report_barrier(*, person: User | AnonymousUser, values: dict[str, Any], email: str) -> tuple[Case, str]:
    """Store a report and send it in; return it with the code of the receipt, which is empty for a person with an account."""
    owner = person if isinstance(person, User) else None
    draft = begin_case(
        model=Barrier,
        owner=owner,
        unit=Unit.objects.get(code=HOLDER),
        title=_("Barrier in the portal"),
        confidentiality=Confidentiality.INTERNAL,
    )
    written = save_draft(case=draft, values=values, version=draft.version, person=owner)
    code = "" if owner else give_receipt(case=written, email=email)
    return perform(written, "receive", person=owner), code


def note_route(case: Case, *, person: User | None, data: dict[str, Any]) -> None:
    """Whose matter it is stands first in the answer, so that the author reads it in the e-mail too."""
    data["reason"] = f"{data['route']}\n\n{data['reason']}"
