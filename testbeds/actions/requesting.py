"""Requests for tests: begun, and the effects of their moves. The engine holds the lock on the request and saves it afterwards."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case, body_of
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.cases.verdicts import no
from portal.cases.workdays import due_at
from portal.organisation.queries import heir_of
from testbeds.actions.awaiting import set_next, set_next_anew
from testbeds.actions.booking import worth_as_aid
from testbeds.actions.claiming import book_held, release_all
from testbeds.actions.holding import Taken, put
from testbeds.actions.locking import lock
from testbeds.actions.telling import note, with_places, write_host_needed, write_taken_back
from testbeds.models import PARTS, Agreement, HostReview, ModelFlag, Side, Signature, Survey, Testbed, TestRequest
from testbeds.queries.free import Slot
from testbeds.queries.requests import reviews_left
from testbeds.rules.hosting import other_hosts
from testbeds.rules.terms import digest_of, terms_of
from testbeds.states import Actor, Outcome

TAKEN_OVER = ("summary", "perspectives", "beneficiaries")
FITS = {"baseline": ("need",), "question": ("solution",)}
"""Which texts of the case that a request is begun from say what a field asks."""


def begin_request(*, owner: User, testbed: Testbed, title: str, origin: Case | None = None) -> TestRequest:
    """A draft at the testbed’s unit. Raises Refused when the testbed takes none.

    Not told of by name: who tests what is often what competitors would like to know.
    """
    if not testbed.is_published:
        raise Refused(no(_("The testbed takes no requests now.")))
    return begin_case(
        model=TestRequest,
        owner=owner,
        unit=heir_of(testbed.unit),
        testbed=testbed,
        title=title,
        confidentiality=Confidentiality.INTERNAL,
        actor=Actor.EMPLOYEE if owner.is_employee else "",
        **taken_over(origin),
    )


def taken_over(origin: Case | None) -> dict[str, Any]:
    """What the draft begins with: nothing of a closed case (one query at most)."""
    if origin is None or origin.confidentiality == Confidentiality.RESTRICTED:
        return {}
    whole = origin.as_kind()
    known = {column.name for column in whole._meta.get_fields()}
    texts = {
        field: "\n\n".join(whole.text_of(name) for name in names if name in known) for field, names in FITS.items()
    }
    return {
        **{name: getattr(origin, name) for name in TAKEN_OVER},
        **{field: text[:2000] for field, text in texts.items()},
    }


# ── Sending and answering ────────────────────────────────────────────────────────────────────────────────────────────


def promise_answer(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """The first answer is due when the testbed says so."""
    request.due_at = due_at(timezone.now(), workdays=request.testbed.answer_days)


def say_yes(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    request.conditions = data["conditions"]
    if data["time"]:
        _hold_at_once(request, data["time"], person)
    set_next(request)


def _hold_at_once(request: TestRequest, slot: Slot, person: User) -> None:
    """Hold the time that the host has chosen, or refuse the whole move with what is free instead."""
    stood = lock(request, slot.testbed_id)
    try:
        (claim,) = put(request, [slot], person)
    except Taken as lost:
        free = "; ".join(with_places(lost.alternatives, request.testbed_id))
        raise Refused(lost.verdict & no(_("Free instead: %(times)s.") % {"times": free})) from None
    note(stood, "time_held", person, [claim], until=claim.until.isoformat() if claim.until else "")


def end(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """A request that has ended keeps nobody out, and what it did not use is no aid."""
    _let_go(request, person, request.get_state_display())


def end_with_reason(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """As above; why stands at the times that were left."""
    _let_go(request, person, data.get("reason") or request.get_state_display())


def _let_go(request: TestRequest, person: User, why: str) -> None:
    release_all(request=request, person=person, why=why[:500])
    if request.aid is not None:
        request.aid = worth_as_aid(request)


def stand_aside(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """A host has a conflict of interest, and takes no further part (FL 2017:900 17 §)."""
    name_person(case=request, person=person, grant="recuse", by=person)
    if request.holder_id == person.pk:
        request.holder = None
    if not other_hosts(request, person):
        write_host_needed(request)


def mark_secret(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """What is marked is no longer found by search."""
    request.mark(data["field"], data["ground"], data["why"])
    request.body = body_of(request)


def flag_model(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    ModelFlag.objects.create(request=request, text=data["text"], by=person)


# ── Review ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_review(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """Reviewers may have been named before the text was sent back to be completed."""
    set_next(request)


def name_reviewer(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    HostReview.objects.create(request=request, reviewer=data["person"], asked_by=person)
    set_next(request)


def take_back_reviewer(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """The place is free for another, and the request is closed to who was asked."""
    reviews_left().filter(request=request.pk, reviewer=data["person"]).delete()
    set_next(request)
    write_taken_back(request, data["person"], data["reason"])


def declare_conflict(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """The place is free for another, and the request is closed to who declared it."""
    request.reviews.filter(reviewer=person, handed_in_at=None).update(conflict=True, conflict_why=data["why"])
    name_person(case=request, person=person, grant="recuse", by=person)
    set_next(request)


def hand_in_review(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """It stays as it is: the trigger ``host_review_stays``."""
    said = {name: data[name] for name in ("benefit", "feasible", "safe", "recommends", "words")}
    request.reviews.filter(reviewer=person, conflict=False, handed_in_at=None).update(
        **said, handed_in_at=timezone.now()
    )
    set_next(request)


# ── Agreement and time ───────────────────────────────────────────────────────────────────────────────────────────────


def write_terms(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _new_version(request, person, **{part: data[part] for part in PARTS})


def waive_agreement(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _new_version(request, person, waived=data["waived"])


def _new_version(request: TestRequest, person: User, **terms: str) -> Agreement:
    """Signatures are of a version, so a new one has none."""
    before = request.agreements.order_by("-number").first()
    made = Agreement(request=request, number=before.number + 1 if before else 1, made_by=person, **terms)
    made.sha256 = digest_of(terms_of(made))
    made.save()
    set_next(request)
    return made


def sign_for_host(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _sign(request, person, Side.HOST, data["sha256"])


def sign_for_tester(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _sign(request, person, Side.TESTER, data["sha256"])


def _sign(request: TestRequest, person: User, side: Side, sha256: str) -> None:
    agreement = request.agreements.order_by("-number")[0]
    Signature.objects.create(agreement=agreement, side=side, by=person, sha256=sha256)
    set_next(request)


def book(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    book_held(request, person)
    request.aid = worth_as_aid(request)
    set_next(request)


def book_more(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    book(request, person=person, data=data)
    set_next_anew(request)


def choose_anew(request: TestRequest, *, person: User | None, data: dict[str, Any]) -> None:
    """No booked time is left: who tests chooses another."""
    set_next(request)


def begin(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    set_next(request)


# ── Result, decision, follow-up ──────────────────────────────────────────────────────────────────────────────────────


def hand_in_result(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    for name, value in data.items():
        request.set_value(name, value)


def go_on(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _decide(request, Outcome(data["outcome"]), receiver=data["receiver"])
    share(request, person=person, data=data)


def extend(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _decide(request, Outcome.EXTEND, receiver=data["receiver"])
    set_next(request)


def stop(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    _decide(request, Outcome.STOP, receiver="")
    request.lesson = data["lesson"]
    request.mark("lesson", data["secret_lesson"], data["why_secret_lesson"])
    share(request, person=person, data=data)
    end(request, person=person, data=data)


def _decide(request: TestRequest, outcome: Outcome, *, receiver: str) -> None:
    request.outcome, request.receiver, request.decided_at = outcome, receiver, timezone.now()


def share(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """What the host says of sharing the result, when it is decided and whenever they come to think otherwise."""
    request.withheld, request.withheld_why = data["withheld"], data["withheld_why"]
    request.shared = not request.withheld


def follow_up(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    """After six months; the next is due a year after the decision."""
    request.after_half_year = data["became"]
    request.due_at = due_at(request.decided_at or timezone.now(), months=12)


def close(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    request.still_used = data["became"]


def answer_survey(request: TestRequest, *, person: User, data: dict[str, Any]) -> None:
    Survey.objects.create(request=request, **data)
