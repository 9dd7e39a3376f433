"""Who contributed to a result: written by its authors, confirmed by each in person."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.actions.history import write_event
from portal.cases.actions.people import name_person, unname_person
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.rules import in_writing
from portal.cases.verdicts import no
from portal.cases.who import one
from portal.notices.actions import tell
from portal.notices.states import Topic
from portal.organisation.models import Unit
from rights.models import Contributor, Disclosure
from rights.rules import WHOLE, attestable, flagged, unconfirmed
from rights.states import Capacity, ResultType


@transaction.atomic
def begin_disclosure(*, owner: User, unit: Unit, origin: Case | None = None, **fields: Any) -> Disclosure:
    """Begin a draft with its author as the one contributor, and with what is already written in the case it comes from."""
    if origin is not None:
        fields = {"summary": origin.summary, "description": origin.body, **fields}
        if flagged(origin.as_kind()):
            fields["result_type"] = ResultType.INVENTION
    disclosure = begin_case(model=Disclosure, owner=owner, unit=unit, **fields)
    Contributor.objects.create(
        disclosure=disclosure, person=owner, employer=str(unit), capacity=Capacity.EMPLOYEE, share=WHOLE
    )
    return disclosure


@transaction.atomic
def save_contributor(
    *, disclosure: Disclosure, contributor: Contributor | None, values: dict[str, Any], by: User
) -> Contributor:
    """Add or change a contributor. Whoever has an account writes the case with its author from then on; what they had confirmed
    is asked again. Raises Refused when the text is no longer the authors' to change, the contributor has been removed, or the person
    is there already."""
    case = _writable(disclosure)
    saved = case.contributors.filter(pk=contributor.pk).first() if contributor else Contributor(disclosure=case)
    if saved is None:
        raise Refused(no(_("Somebody has removed the contributor meanwhile.")))
    person = values.get("person")
    if person and case.contributors.filter(person=person).exclude(pk=saved.pk).exists():
        raise Refused(no(_("%(name)s is among the contributors already.") % {"name": person}))
    for name, value in values.items():
        setattr(saved, name, value)
    saved.confirmed_at = saved.attested_on = saved.attested_by = None
    saved.attested_how = ""
    saved.save()
    if saved.person is not None and saved.person_id != case.owner_id:
        name_person(case=case, person=saved.person, grant="coauthor", by=by, topic=None)
        ask_to_confirm(case, saved.person, by=by)
    _changed(case, by)
    return saved


@transaction.atomic
def remove_contributor(*, contributor: Contributor, by: User) -> None:
    """Take a contributor away, and with it their way in to the case; twice changes nothing. Raises Refused when the text is not theirs to
    change."""
    case = _writable(contributor.disclosure)
    person = contributor.person
    if not case.contributors.filter(pk=contributor.pk).delete()[0]:
        return
    if person is not None and person.pk != case.owner_id:
        unname_person(case=case, person=person, grant="coauthor", by=by)
    _changed(case, by)


@transaction.atomic
def confirm_contribution(*, contributor: Contributor, person: User) -> None:
    """The contributor says that what stands about them is right. Raises Refused for anyone else; twice changes nothing."""
    case = Case.objects.lock(contributor.disclosure_id)
    fresh = Contributor.objects.get(pk=contributor.pk)
    if fresh.person_id != person.pk:
        raise Refused(no(_("Only the contributor can confirm their own part.")))
    if fresh.confirmed_at is not None:
        return
    fresh.confirmed_at = timezone.now()
    fresh.save(update_fields=["confirmed_at"])
    if case.opened_at is not None:
        write_event(case=case, person=person, move="contribution_confirmed", data={"share": str(fresh.share)})


@transaction.atomic
def attest_contribution(*, contributor: Contributor, by: User, on: date, how: str) -> None:
    """Note when and how someone without an account confirmed their part, such as on a paper that is added to the case. Noting it again
    corrects it. Raises Refused where they confirm in person, or the case is a draft."""
    case = Case.objects.lock(contributor.disclosure_id)
    fresh = Contributor.objects.get(pk=contributor.pk)
    if not (verdict := attestable(case, fresh)):
        raise Refused(verdict)
    fresh.attested_on, fresh.attested_how, fresh.attested_by = on, how, by
    fresh.save(update_fields=["attested_on", "attested_how", "attested_by"])
    data = {"contributor": str(fresh), "share": str(fresh.share), "on": on.isoformat()}
    write_event(case=case, person=by, move="contribution_attested", note=f"{fresh}: {how}", data=data)


def ask_to_confirm(case: Case, *people: User, by: User, mandatory: bool = False) -> None:
    """Ask those people to confirm their part. Part of the caller's transaction."""
    tell(case=case, whos=[one(person.pk) for person in people], topic=Topic.CONFIRM, mandatory=mandatory, by=by)


def ask_the_unconfirmed(disclosure: Disclosure, *, by: User) -> None:
    """Ask those who have an account and have not confirmed their part."""
    people = [one.person for one in unconfirmed(disclosure) if one.person is not None]
    if people:
        ask_to_confirm(disclosure, *people, by=by, mandatory=True)


def _writable(disclosure: Disclosure) -> Disclosure:
    Case.objects.hold(disclosure.pk)
    locked = Disclosure.objects.get(pk=disclosure.pk)
    if not (verdict := in_writing(locked)):
        raise Refused(verdict)
    return locked


def _changed(case: Disclosure, by: User) -> None:
    """Once the disclosure is notified, the history keeps who contributed and with how much."""
    if case.opened_at is not None:
        shares = {str(one): str(one.share) for one in case.contributors.select_related("person")}
        write_event(case=case, person=by, move="contributors_changed", data={"shares": shares})
