"""How far a case is open, and on what legal ground not."""

from django.db import transaction

from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.rules import openable, openness_free
from portal.cases.states import Confidentiality
from portal.cases.verdicts import YES


@transaction.atomic
def change_openness(*, case: Case, confidentiality: Confidentiality, provision: str, reason: str, person: User) -> None:
    """Open or close a case. The history keeps who, why and on which provision (OSL 5:5); what is the same changes nothing.

    Raises Refused for a draft, and where the state of the case settles the matter.
    """
    locked = Case.objects.lock(case.pk)
    opens = confidentiality == Confidentiality.OPEN != locked.confidentiality
    if not (verdict := openness_free(locked) & (openable(locked) if opens else YES)):
        raise Refused(verdict)
    if (locked.confidentiality, locked.provision) == (confidentiality, provision):
        return
    before = locked.confidentiality
    locked.confidentiality, locked.provision = confidentiality, provision
    locked.version += 1
    locked.save(update_fields=["confidentiality", "provision", "version", "changed_at"])
    write_event(
        case=locked,
        person=person,
        move="openness_changed",
        note=reason,
        data={"from": before, "to": confidentiality, "provision": provision},
    )
