"""Guards of a disclosure, the clock, and what the portal proposes: never what it decides (strategy §4.3, B43-2).

Paragraphs without a law named are of lagen (1949:345) om rätten till arbetstagares uppfinningar (LAU).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Sum, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.rules import complete, has_reviewer
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.workdays import STOCKHOLM, add_workdays, due_at, end_of
from portal.organisation.rules import leads
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from rights.models import Compensation, Contributor, Disclosure, PolicyVersion, Protection
from rights.states import Capacity, Category, Decision, DisclosureState, Measure, ResultType
from rights.whos import REVIEWER

WHOLE = Decimal(100)
DRAFT_HOLDS = timedelta(days=30)
IF_SO = {"disclosed": ("disclosed_on", "disclosed_where", "disclosed_to"), "personal_data": ("personal_data_text",)}
"""What is asked for besides when the question is answered with yes."""


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def written_out(disclosure: Disclosure) -> Verdict:
    """All that is asked of every result; of an invention also what its category hangs on, and what a yes asks for."""
    more = [name for question, names in IF_SO.items() if getattr(disclosure, question) for name in names]
    if disclosure.result_type == ResultType.INVENTION:
        more += Disclosure.asks_of_inventions
    missing = (name for name in more if getattr(disclosure, name) in (None, ""))
    reasons = (Reason(_("“%(field)s” is missing.") % {"field": label_of(name)}, name) for name in missing)
    return complete(disclosure) & Verdict(tuple(reasons))


def shares_whole(disclosure: Disclosure) -> Verdict:
    """The contributors' shares make up the whole (one query). The database holds it too, when the disclosure is notified."""
    found = Contributor.objects.filter(disclosure=disclosure.pk).aggregate(sum=Sum("share"))["sum"] or Decimal(0)
    if found == WHOLE:
        return YES
    return no(
        _("The contributors’ shares must add up to 100 percent; now they are %(sum)s.")
        % {"sum": number_format(found.normalize() if found else 0)},
        field="contributors",
    )


def unconfirmed(disclosure: Disclosure) -> list[Contributor]:
    """Those who have not confirmed their part (one query)."""
    return [one for one in disclosure.contributors.select_related("person") if not one.has_confirmed]


def facts_of(disclosure: Disclosure) -> dict[str, Any]:
    """What is disclosed and by whom, as JSON for the event that notifies it: the receipt says this, whatever changes later. ``shares`` are
    names, each with its percent, ``language`` the one that the receipt is written in (one query)."""
    people = disclosure.contributors.select_related("person")
    return {
        "title": disclosure.title,
        "result_type": disclosure.result_type,
        "shares": [[str(one), str(one.share)] for one in people],
        "addressee": [str(disclosure.owner), str(disclosure.unit)],
        "language": (get_language() or "sv")[:2],
    }


def percent(share: Decimal) -> str:
    """ "24,5 %" in the active language."""
    return f"{number_format(share.normalize() if share % 1 else int(share))} %"


def names_of(contributors: Iterable[Contributor]) -> str:
    return ", ".join(str(one) for one in contributors)


def attestable(case: Case, contributor: Contributor) -> Verdict:
    """May someone else note that the contributor has confirmed their part? Only for one who cannot do it here."""
    if contributor.person_id is not None:
        return no(_("%(name)s has an account, and confirms in person.") % {"name": contributor})
    if case.opened_at is None:
        return no(_("It is noted when the disclosure has been notified."))
    return YES


def kept_coauthors(disclosure: Case) -> dict[int, Verdict]:
    """Nobody loses sight of what they have contributed to: who stands as a contributor reads the disclosure (one query)."""
    if disclosure.opened_at is None:
        why = _("%(name)s stands as a contributor. Remove them among those who contributed.")
    else:
        why = _("%(name)s contributed to what has been notified, and must be able to read it. They stay.")
    rows = Contributor.objects.filter(disclosure=disclosure.pk).select_related("person")
    return {one.person_id: no(why % {"name": one}) for one in rows if one.person_id is not None}


def label_of(name: str) -> str:
    """What the form calls a field."""
    return capfirst(str(Disclosure._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # no relation is asked


# ── The clock ────────────────────────────────────────────────────────────────────────────────────────────────────────


def declaration_due(received: datetime) -> datetime:
    """The end of the period within which the Region must declare what it wants: four calendar months from the notice (5 §)."""
    return due_at(received, months=settings.RIGHTS_RESPONSE_MONTHS)


def lapses_at(respond_by: datetime) -> datetime:
    """When the period has surely run out: a last day that is free gives the next working day too (lagen (1930:173) 2 §).

    People are asked to be done by ``respond_by`` all the same.
    """
    last = respond_by.astimezone(STOCKHOLM).date()
    return end_of(add_workdays(last, 0))


def in_time(disclosure: Disclosure) -> Verdict:
    """A declaration after the period has no effect (5 §)."""
    if disclosure.respond_by is None or timezone.now() <= lapses_at(disclosure.respond_by):
        return YES
    return no(
        _(
            "The time to make a declaration ran out %(day)s (LAU 5 §). The Region can now only agree with the contributors."
        )
        % {"day": day_of(disclosure.respond_by)}
    )


def run_out(disclosure: Disclosure) -> Verdict:
    return no(_("There is still time to make a declaration.")) if in_time(disclosure) else YES


def complete_by(asked: datetime, respond_by: datetime) -> datetime:
    """When the author has completed the disclosure: in time for the Region to decide afterwards, but never before the next working day."""
    first, last = asked.astimezone(STOCKHOLM).date(), respond_by.astimezone(STOCKHOLM).date()
    wished = add_workdays(first, settings.RIGHTS_COMPLETE_WORKDAYS)
    latest = max(add_workdays(last, -settings.RIGHTS_COMPLETE_WORKDAYS), add_workdays(first, 1))
    return end_of(min(wished, latest, last))


def has_assessor(disclosure: Disclosure) -> Verdict:
    """One of the reviewers has no part in it: nobody who contributed or wrote what it came from, nor who has declared a conflict of
    interest."""
    return has_reviewer(disclosure, REVIEWER)


def day_of(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


# ── What it holds closed ─────────────────────────────────────────────────────────────────────────────────────────────


def holds(disclosure: Disclosure, other: Case) -> Verdict:
    """What is opened up can no longer be patented (patentlagen 2024:945 2:8–9), so a case that is tied to a disclosure stays closed until
    the assessor has said otherwise. A draft that nobody has touched for thirty days holds nothing."""
    if disclosure.is_draft:
        resting = disclosure.changed_at < timezone.now() - DRAFT_HOLDS
        return (
            YES if resting else no(_("Its author is writing a disclosure. It must be notified and decided on first."))
        )
    if not disclosure.keeps_closed:
        return YES
    if disclosure.is_answered or disclosure.closed_at:
        return no(_("The rights reviewer keeps it closed to protect a right. Only they can say when it may be opened."))
    return no(_("A disclosure is being assessed. The decision says whether this case may be opened."))


def frees(disclosure: Disclosure, other: Case) -> str:
    """Why a tied case may be opened. Who reads that may know nothing of the disclosure, so what it says stays out (one query)."""
    if disclosure.keeps_closed or not disclosure.is_answered:
        return ""
    if disclosure.decision == Decision.WAIVE:
        return _("The rights decision lets it be opened: the Region has waived its right (fribrev).")
    if disclosure.protections.exclude(measure__in=NO_APPLICATION).exists():
        return _("The rights decision lets it be opened: protection has been applied for.")
    return _("The rights decision lets it be opened.")


NO_APPLICATION = (Measure.SECRECY, Measure.LICENCE, Measure.OTHER)
"""Protections that nobody applies for."""


def flagged(case: Case) -> bool:
    """Its author has answered that this could be an invention."""
    return getattr(case, "possible_invention", None) is True


def holding(disclosure: Disclosure) -> Verdict:
    return YES if disclosure.keeps_closed else no(_("Nothing is held closed."), moot=True)


# ── What became of it ────────────────────────────────────────────────────────────────────────────────────────────────


def protections_of(disclosure: Disclosure) -> list[Protection]:
    """One query the first time, then none."""
    prefetch_related_objects([disclosure], "protections")
    return list(disclosure.protections.all())


def compensations_of(disclosure: Disclosure) -> list[Compensation]:
    """Those of all contributors. Three queries the first time, then none."""
    prefetch_related_objects([disclosure], "contributors__person", "contributors__compensations__contributor__person")
    return [paid for one in disclosure.contributors.all() for paid in one.compensations.all()]


def has_protections(disclosure: Disclosure) -> Verdict:
    alive = any(one.ended_on is None for one in protections_of(disclosure))
    return YES if alive else no(_("No protection is recorded."), moot=True)


def has_compensations(disclosure: Disclosure) -> Verdict:
    return YES if compensations_of(disclosure) else no(_("No compensation is recorded."), moot=True)


def has_agreement(disclosure: Disclosure) -> Verdict:
    return YES if disclosure.agreement else no(_("No agreement is recorded."), moot=True)


def wound_up(disclosure: Disclosure) -> Verdict:
    """Nothing is dropped with the case that somebody still must see to: a renewal, a payment, a use that was planned."""
    alive = (one for one in protections_of(disclosure) if one.ended_on is None and one.renew_by)
    owed = (one for one in compensations_of(disclosure) if one.paid_on is None and one.amount)
    reasons = [
        *(_("%(protection)s is to be renewed. Renew or end it first.") % {"protection": one} for one in alive),
        *(_("The compensation to %(person)s is not noted as paid.") % {"person": one.contributor} for one in owed),
    ]
    if disclosure.use_plan and not disclosure.use:
        reasons.append(_("The planned use has not been followed up: say first what came of it."))
    return Verdict(tuple(Reason(reason) for reason in reasons))


# ── The proposal ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Facts:
    """What the category hangs on. None is a question that has not been answered; ``capacities`` are the contributors'."""

    result_type: str
    capacities: frozenset[str]
    main_duty: bool | None = None
    specific_task: bool | None = None
    in_service: bool | None = None
    in_operations: bool | None = None

    @classmethod
    def of(cls, disclosure: Disclosure, contributors: list[Contributor]) -> "Facts":
        answers = ("result_type", "main_duty", "specific_task", "in_service", "in_operations")
        capacities = frozenset(one.capacity for one in contributors)
        return cls(capacities=capacities, **{name: getattr(disclosure, name) for name in answers})


@dataclass(frozen=True)
class Proposal:
    """A category to weigh, with what speaks for it; None where an answer is missing. It binds nobody."""

    category: Category | None
    reasons: tuple[str | Promise, ...]


BESIDE_THE_ACT: dict[str, str | Promise] = {
    ResultType.PROGRAM: gettext_lazy(
        "A computer program made in the service passes to the employer unless something else is agreed (URL 1960:729, 40 a §)."
    ),
    ResultType.WORK: gettext_lazy(
        "No act gives the employer other works: what follows from the agreement and the purpose of the employment decides (URL 28 §)."
    ),
    ResultType.DATABASE: gettext_lazy(
        "The right to a database is its maker’s, normally the one who made the investment (URL 49 §)."
    ),
    ResultType.DESIGN: gettext_lazy(
        "The right to a design is the designer’s or passes by agreement (mönsterskyddslagen 1970:485, 1 a §)."
    ),
    ResultType.KNOW_HOW: gettext_lazy("Know-how is not covered by the act; secrecy and agreements decide."),
    ResultType.TRADE_MARK: gettext_lazy("A trade mark is the one’s who registers it."),
    ResultType.DATA: gettext_lazy(
        "Data as such are nobody’s property; agreements and secrecy decide who may use them."
    ),
}
NO_EMPLOYEE = gettext_lazy(
    "No contributor took part as an employee: the act covers employees only, and a university teacher is none in that capacity (1 §)."
)
MIXED = gettext_lazy("It holds for those who took part as employees. The right of the others takes an agreement.")
UNANSWERED = gettext_lazy("The answers do not say enough yet.")
ONLY_PATENTABLE = gettext_lazy("The act covers only inventions that can be patented (1 §).")
FREE = gettext_lazy("It cannot be used in what the Region does, so the Region has no right to it (3 §).")
USABLE = gettext_lazy("It can be used in what the Region does.")
MAIN_DUTY = gettext_lazy(
    "Research or inventing is the main duty, and the invention is a result of it (3 § first paragraph)."
)
TASK = gettext_lazy("It solves a specific task given in the service (3 § first paragraph).")
CONNECTED = gettext_lazy("It came about in other connection with the employment (3 § second paragraph).")
UNCONNECTED = gettext_lazy("It came about without connection with the employment (3 § third paragraph).")


def propose(facts: Facts) -> Proposal:
    """The category that the answers point to, with the reasons. A pure function: the assessor decides (B43-2)."""
    if facts.result_type in BESIDE_THE_ACT:
        return Proposal(Category.OUTSIDE, (ONLY_PATENTABLE, BESIDE_THE_ACT[facts.result_type]))
    if not facts.result_type or not facts.capacities:
        return Proposal(None, (UNANSWERED,))
    if Capacity.EMPLOYEE not in facts.capacities:
        return Proposal(Category.OUTSIDE, (NO_EMPLOYEE,))
    category, reasons = _by_connection(facts)
    mixed = (MIXED,) if len(facts.capacities) > 1 and category else ()
    return Proposal(category, (*reasons, *mixed))


def _by_connection(facts: Facts) -> tuple[Category | None, tuple[str | Promise, ...]]:
    if facts.in_operations is False:
        return Category.D, (FREE,)
    if facts.in_operations and (facts.main_duty or facts.specific_task):
        return Category.A, (USABLE, *_assigned(facts))
    if None in (facts.in_operations, facts.main_duty, facts.specific_task, facts.in_service):
        return None, (UNANSWERED,)
    return (Category.B, (USABLE, CONNECTED)) if facts.in_service else (Category.C, (USABLE, UNCONNECTED))


def _assigned(facts: Facts) -> Iterator[str | Promise]:
    if facts.main_duty:
        yield MAIN_DUTY
    if facts.specific_task:
        yield TASK


DECLARING = ("claim", "correct_claim", "waive")
"""Moves by which the Region declares what it wants."""
CLOCK_RUNS = (DisclosureState.NOTIFIED, DisclosureState.ASSESSING, DisclosureState.COMPLETING)
"""States in which the Region owes a declaration. Asking for more does not stop the time; only a declaration does."""


MEANS: dict[Category, str | Promise] = {
    Category.A: gettext_lazy("The Region may take over the right to the invention, wholly or in part."),
    Category.B: gettext_lazy(
        "The Region may get a right to use the invention in what it does. If it wants more it comes first, in an agreement with you."
    ),
    Category.C: gettext_lazy("The right is yours. If the Region wants it, it comes first, in an agreement with you."),
    Category.D: gettext_lazy("The right is yours."),
    Category.OUTSIDE: gettext_lazy("This act gives the Region no right. Another law or an agreement decides."),
}
"""What each category means for the one who made the invention (3 §)."""


def not_asked_back(disclosure: Disclosure) -> Verdict:
    """The author asks once, and waits for the answer."""
    return no(_("You have asked to take it back. The rights reviewer answers.")) if disclosure.take_back_why else YES


def asked_back(disclosure: Disclosure) -> Verdict:
    return YES if disclosure.take_back_why else no(_("The author has not asked to take it back."), moot=True)


# ── The rules for everyone ───────────────────────────────────────────────────────────────────────────────────────────


def writes_policy(person: User | AnonymousUser) -> bool:
    """Rights reviewers write the rules."""
    return bool(standing_of(person).units(Role.RIGHTS_REVIEWER))


def follows_policy(person: User | AnonymousUser) -> bool:
    """Who sees how many in each unit know the rules: those who tell them, those who write them, and the coordinators."""
    standing = standing_of(person)
    return bool(writes_policy(person) or standing.units(Role.COORDINATOR) or leads(person))


def tells_outside(person: User | AnonymousUser) -> bool:
    """Who records that somebody outside the Region was told: those who tell the staff, and those who write the rules."""
    return bool(leads(person)) or writes_policy(person)


def may_follow(policy: PolicyVersion, *, number: int) -> Verdict:
    """May a new version be made from the one with the number? Only from the latest."""
    if policy.number == number:
        return YES
    return no(
        _("Someone else has written version %(number)s meanwhile. Read it before you save yours, which stands below.")
        % {"number": policy.number}
    )
