"""Effects of the moves of a disclosure. The engine holds the lock on the case and saves it afterwards."""

from datetime import date
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.cases.actions.deadlines import sound_alarm
from portal.cases.actions.people import name_person
from portal.cases.rules import is_manned
from portal.cases.workdays import end_of
from rights.actions.contributing import ask_the_unconfirmed
from rights.models import Compensation, Disclosure, Protection
from rights.queries import to_renew
from rights.rules import complete_by, declaration_due, in_time
from rights.states import Decision
from rights.whos import REVIEWER

Data = dict[str, Any]


def start_clock(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """The Region has received the disclosure: from now on it owes a declaration (5 §)."""
    disclosure.respond_by = disclosure.due_at = declaration_due(disclosure.opened_at or timezone.now())
    ask_the_unconfirmed(disclosure, by=person)


def keep_clock(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """Nothing but a declaration stops the time."""
    disclosure.due_at = disclosure.respond_by


def ask_completion(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """The author has a date of their own, that leaves the Region time to decide. The Region's runs on."""
    if disclosure.respond_by:
        disclosure.due_at = complete_by(timezone.now(), disclosure.respond_by)


def take_up(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """Whoever takes the case up handles it: the author sees a name."""
    disclosure.holder = person
    disclosure.provision = data["provision"]
    keep_clock(disclosure, person=person, data=data)


def claim(disclosure: Disclosure, *, person: User, data: Data) -> None:
    _declare(disclosure, data["decision"], data)
    disclosure.holder = person
    if disclosure.due_at:
        disclosure.follow_up_on = timezone.localdate(disclosure.due_at)


def correct_claim(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """The declaration as it should have been. It was made when it was first made; the history keeps both."""
    _declare(disclosure, data["decision"], data)


def ask_to_take_back(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """A question, and no more: the time runs on until somebody has decided (LAU 5 §)."""
    disclosure.take_back_why = data["reason"]


def go_on(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """The answer to an author who has asked to take it back: it is assessed as it would have been."""
    disclosure.take_back_why = ""


def close_mistaken(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """A recorded decision that there is nothing to declare: the time stops with the case, and what was received stays received."""
    disclosure.keeps_closed = data["keeps_closed"]
    disclosure.take_back_why = ""


def waive(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """Whatever the Region had declared before, the contributors have their right back. After the time has run out a waiver is good too,
    but nothing was declared in time."""
    if disclosure.lapsed_at is None and not disclosure.decided_at and not in_time(disclosure):
        note_lapse(disclosure, person=person, data=data)
    _declare(disclosure, Decision.WAIVE, {**data, "scope": ""})


def _declare(disclosure: Disclosure, decision: str, data: Data) -> None:
    disclosure.decision = decision
    disclosure.category = data["category"]
    disclosure.basis = data["basis"]
    disclosure.scope = data["scope"]
    disclosure.keeps_closed = data["keeps_closed"]
    disclosure.decided_at = disclosure.decided_at or timezone.now()


def note_lapse(disclosure: Disclosure, *, person: User | None, data: Data) -> None:
    disclosure.lapsed_at = timezone.now()


def agree(disclosure: Disclosure, *, person: User, data: Data) -> None:
    disclosure.agreement = data["reason"]
    disclosure.signed_on = data["signed_on"]
    disclosure.use_plan = data["use_plan"]
    _follow_up(disclosure, data["follow_up_on"])


def put_in_use(disclosure: Disclosure, *, person: User, data: Data) -> None:
    disclosure.in_use_at = timezone.now()
    disclosure.use_plan = data["use_plan"]
    follow_up(disclosure, person=person, data=data)


def follow_up(disclosure: Disclosure, *, person: User, data: Data) -> None:
    disclosure.use = data["reason"]
    _follow_up(disclosure, data["follow_up_on"])


def compensate(disclosure: Disclosure, *, person: User, data: Data) -> None:
    Compensation.objects.create(**data)
    disclosure.compensated = data["contributor"].person_id


def note_payment(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """What is left empty stays as it was."""
    dates = {name: data[name] for name in ("paid_on", "reviewed_on") if data[name]}
    Compensation.objects.filter(pk=data["compensation"].pk).update(**dates)
    disclosure.compensated = data["compensation"].contributor.person_id


def correct_agreement(disclosure: Disclosure, *, person: User, data: Data) -> None:
    _correct(disclosure, data["changed"])


def correct_protection(disclosure: Disclosure, *, person: User, data: Data) -> None:
    Protection.objects.filter(pk=data["protection"].pk).update(**data["changed"])
    _set_date(disclosure)


def correct_compensation(disclosure: Disclosure, *, person: User, data: Data) -> None:
    Compensation.objects.filter(pk=data["compensation"].pk).update(**data["changed"])
    disclosure.compensated = data["compensation"].contributor.person_id


def _correct(disclosure: Disclosure, changed: Data) -> None:
    for name, value in changed.items():
        setattr(disclosure, name, value)


def protect(disclosure: Disclosure, *, person: User, data: Data) -> None:
    Protection.objects.create(disclosure=disclosure, **data)
    _set_date(disclosure)


def renew(disclosure: Disclosure, *, person: User, data: Data) -> None:
    dates = {"renew_by": data["renew_by"], "ended_on": data["ended_on"]}
    Protection.objects.filter(pk=data["protection"].pk).update(**dates)
    _set_date(disclosure)


def let_open(disclosure: Disclosure, *, person: User, data: Data) -> None:
    disclosure.keeps_closed = False


def stand_aside(disclosure: Disclosure, *, person: User, data: Data) -> None:
    """The person has a conflict of interest and takes no further part (FL 2017:900 17–18 §§). Where nobody is left, the coordinators are
    told at once that another must be appointed."""
    name_person(case=disclosure, person=person, grant="recuse", by=person)
    if disclosure.holder_id == person.pk:
        disclosure.holder = None
    if not is_manned(disclosure, REVIEWER):
        sound_alarm(case=disclosure, manned=False)


def _follow_up(disclosure: Disclosure, day: date) -> None:
    disclosure.follow_up_on = day
    _set_date(disclosure)


def _set_date(disclosure: Disclosure) -> None:
    """The case is due when its use is followed up, or before that when a protection must be renewed (one query)."""
    renewals = to_renew().filter(disclosure=disclosure.pk).values_list("renew_by", flat=True)
    days = [*renewals, disclosure.follow_up_on]
    disclosure.due_at = end_of(min(day for day in days if day))
