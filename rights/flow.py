"""The way of a disclosure: from the notice to a right that is used, or a waiver."""

from typing import Any, cast

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.cases.flow import Flow, Move, Statute, Step, days, workdays
from portal.cases.forms import ReasonForm
from portal.cases.kinds import Kind, Panel, register
from portal.cases.models import Case
from portal.cases.states import Direction
from portal.cases.who import AUTHOR, HOLDER, IMPARTIAL, OWNER, SYSTEM
from rights import panels
from rights.actions import deciding
from rights.forms import correcting
from rights.forms import moves as forms
from rights.models import Disclosure
from rights.queries import read_by, rows_of, to_renew
from rights.rules import (
    CLOCK_RUNS,
    asked_back,
    declaration_due,
    flagged,
    frees,
    has_agreement,
    has_assessor,
    has_compensations,
    has_protections,
    holding,
    holds,
    in_time,
    kept_coauthors,
    not_asked_back,
    run_out,
    shares_whole,
    wound_up,
    written_out,
)
from rights.states import DisclosureState as S
from rights.whos import COMPENSATED, REVIEWER, RIGHTS, UNINVOLVED

LAPSED = _("No declaration made: the right under 3 § not asserted")
ASSET = (S.DECIDED, S.AGREED, S.IN_USE)


def _what_follows() -> str:
    number = settings.RIGHTS_RESPONSE_MONTHS
    return ngettext(
        "The Region receives your disclosure today, and owes you a declaration within %(number)s month. Until you have it, do not "
        "reveal the invention or give away the right to it (LAU 5 §).",
        "The Region receives your disclosure today, and owes you a declaration within %(number)s months. Until you have it, do not "
        "reveal the invention or give away the right to it (LAU 5 §).",
        number,
    ) % {"number": number}


class DisclosureFlow(Flow):
    """The Region declares in time what it wants (LAU 5 §). Asking for more does not stop the time; only a declaration does.

    A named assessor decides, with reasons, and never one who contributed or wrote what it came from. The case is closed from its first
    line to its end.
    """

    model, states, start = Disclosure, S, S.DRAFT
    ends = (S.WAIVED, S.CLOSED)
    closed = tuple(S)
    trail = (
        Step(_("Write"), S.DRAFT),
        Step(_("Notified"), S.NOTIFIED),
        Step(_("Assess"), S.ASSESSING, S.COMPLETING),
        Step(_("Decide"), S.DECIDED, S.LAPSED, S.WAIVED),
        Step(_("Agree"), S.AGREED),
        Step(_("Use"), S.IN_USE, S.CLOSED),
    )
    due = {
        **dict.fromkeys(CLOCK_RUNS, declaration_due),
        S.COMPLETING: workdays(settings.RIGHTS_COMPLETE_WORKDAYS),
        S.LAPSED: workdays(10),
        S.DECIDED: days(90),
        S.AGREED: days(180),
        S.IN_USE: days(365),
    }
    awaits = {
        S.NOTIFIED: REVIEWER,
        S.ASSESSING: REVIEWER,
        S.COMPLETING: AUTHOR,
        S.LAPSED: REVIEWER,
        S.DECIDED: REVIEWER,
        S.AGREED: REVIEWER,
        S.IN_USE: REVIEWER,
    }
    statute = Statute(
        column="respond_by",
        states=CLOCK_RUNS,
        deciders=REVIEWER | (HOLDER & IMPARTIAL & UNINVOLVED),
        stages=tuple(settings.RIGHTS_REMIND_DAYS),
        alarms=tuple(sorted(settings.RIGHTS_REMIND_DAYS)[:2]),
        aside=(S.COMPLETING,),
    )

    @classmethod
    def step(cls, case: Case) -> Move | None:
        """An asset's date is that of its follow-up, or of a protection to be renewed before that."""
        if case.state not in ASSET or case.due_at is None:
            return None
        follow_up_on = cast(Disclosure, case.as_kind()).follow_up_on
        if follow_up_on and timezone.localdate(case.due_at) != follow_up_on:
            return cls.renew
        return cls.follow_up if case.state == S.IN_USE else None

    @classmethod
    def dates(cls) -> tuple[QuerySet[Any], ...]:
        """An asset is followed up and each of its protections renewed, so one that is overdue must not hide another that is near."""
        assets = Disclosure.objects.filter(state__in=ASSET)
        return (
            to_renew().filter(disclosure__in=assets).annotate(of_case=F("disclosure"), day=F("renew_by")),
            assets.filter(follow_up_on__isnull=False).annotate(of_case=F("pk"), day=F("follow_up_on")),
        )

    @classmethod
    def stands_at(cls, case: Disclosure) -> str:
        """A case that was closed before anything came to use got no further than to its agreement, its decision or its notice."""
        if case.state != S.CLOSED or case.in_use_at:
            return str(case.state)
        return S.AGREED if case.agreement else S.DECIDED if case.is_answered else S.NOTIFIED

    # ── Notifying ──
    notify = Move(
        label=_("Notify"), done=_("Notified"), source=(S.DRAFT,), target=S.NOTIFIED, by=OWNER,
        needs=(written_out, shares_whole, has_assessor), form=forms.NotifyForm,
        help=lazy(_what_follows, str)(),
        effect=deciding.start_clock, tell=(AUTHOR, REVIEWER), mandatory=True, diary=Direction.IN, style="primary",
    )  # fmt: skip
    take_up = Move(
        label=_("Start assessing"), done=_("Assessment begun"), source=(S.NOTIFIED,), target=S.ASSESSING, by=REVIEWER,
        form=forms.TakeUpForm, effect=deciding.take_up, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    ask_completion = Move(
        label=_("Ask the author to complete it"), done=_("Sent back to the author"), source=(S.ASSESSING,), target=S.COMPLETING,
        by=REVIEWER, form=ReasonForm, effect=deciding.ask_completion, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("The time for the declaration runs on meanwhile. The author gets a date that leaves you time to decide."),
    )  # fmt: skip
    hand_in = Move(
        label=_("Hand in again"), done=_("Handed in again"), source=(S.COMPLETING,), target=S.ASSESSING, by=AUTHOR,
        needs=(written_out, shares_whole), effect=deciding.keep_clock, tell=(REVIEWER,), diary=Direction.IN, style="primary",
    )  # fmt: skip
    stand_aside = Move(
        label=_("I have a conflict of interest"), done=_("Conflict of interest declared"), source=(*CLOCK_RUNS, S.LAPSED, *ASSET),
        target=None, by=RIGHTS & IMPARTIAL, form=ReasonForm, effect=deciding.stand_aside, tell=(REVIEWER,), internal=True,
        help=_(
            "You take no further part in the case (FL 16–18 §§). This cannot be undone. If nobody else can decide, the coordinators are "
            "told at once that another must be appointed; they learn the diary number alone."
        ),
    )  # fmt: skip
    ask_to_take_back = Move(
        label=_("Ask to take it back"), done=_("The author asks to take it back"), source=CLOCK_RUNS, target=None, by=OWNER,
        needs=(not_asked_back,), form=correcting.TakeBackForm, effect=deciding.ask_to_take_back, tell=(REVIEWER,), mandatory=True,
        diary=Direction.IN,
        help=_(
            "The rights reviewer answers: the case is closed, or assessed all the same. The time for the declaration runs on until then."
        ),
    )  # fmt: skip
    go_on = Move(
        label=_("Go on, though the author asks to take it back"), done=_("Not taken back: it is assessed all the same"),
        source=CLOCK_RUNS, target=None, by=REVIEWER, needs=(asked_back,), form=ReasonForm, effect=deciding.go_on, tell=(AUTHOR,),
        mandatory=True, diary=Direction.OUT,
    )  # fmt: skip
    close_mistaken = Move(
        label=_("Close as notified by mistake"), done=_("Closed as notified by mistake"), source=CLOCK_RUNS, target=S.CLOSED,
        by=REVIEWER, form=correcting.MistakenForm, effect=deciding.close_mistaken, tell=(AUTHOR, REVIEWER), mandatory=True,
        diary=Direction.OUT, style="danger",
        help=_("When the author says that it was no disclosure, or has made it before. The time stops, and the receipt stays."),
    )  # fmt: skip

    # ── Deciding ──
    claim = Move(
        label=_("Declare what the Region wants"), done=_("Declared"), source=(S.ASSESSING, S.COMPLETING), target=S.DECIDED,
        by=REVIEWER, needs=(in_time,), form=forms.ClaimForm, effect=deciding.claim, tell=(AUTHOR,), mandatory=True,
        diary=Direction.OUT, style="primary",
    )  # fmt: skip
    correct_claim = Move(
        label=_("Correct the declaration"), done=_("Declaration corrected"), source=(S.DECIDED,), target=None, by=REVIEWER,
        needs=(in_time,), form=correcting.CorrectedClaimForm, effect=deciding.correct_claim, tell=(AUTHOR,), mandatory=True,
        diary=Direction.OUT,
        help=_("For a slip, as long as there is time to make a declaration. The history keeps both."),
    )  # fmt: skip
    waive = Move(
        label=_("Waive the right (fribrev)"), done=_("Waived: the right is the contributors’ own (fribrev)"),
        source=(S.ASSESSING, S.COMPLETING, S.LAPSED, *ASSET), target=S.WAIVED, by=REVIEWER, form=forms.WaiveForm,
        effect=deciding.waive, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_("Binds the Region, for the whole result. The contributors then do what they want with it."),
    )  # fmt: skip
    waive_part = Move(
        label=_("Waive a part of the right (fribrev)"), done=_("A part of the right waived (fribrev)"),
        source=(S.ASSESSING, S.COMPLETING, S.LAPSED, *ASSET), target=None, by=REVIEWER, form=forms.WaivePartForm,
        tell=(AUTHOR,), mandatory=True, diary=Direction.OUT,
        help=_(
            "Binds the Region for the part that you name. The rest of the right is as before, and so is the time within which the "
            "Region must declare what it wants."
        ),
    )  # fmt: skip
    lapse = Move(
        label=_("Note that the time has run out"), done=LAPSED, source=CLOCK_RUNS, target=S.LAPSED, by=SYSTEM,
        needs=(run_out,), effect=deciding.note_lapse, tell=(AUTHOR, REVIEWER), mandatory=True, diary=Direction.DRAWN_UP,
    )  # fmt: skip
    let_open = Move(
        label=_("Let tied cases open"), done=_("Tied cases may be opened"), source=(S.LAPSED, *ASSET, S.WAIVED, S.CLOSED),
        target=None, by=REVIEWER, needs=(holding,), form=ReasonForm, effect=deciding.let_open, tell=(AUTHOR,),
        help=_("For example when a patent has been applied for, or the contributors have agreed to it."),
    )  # fmt: skip

    # ── Using ──
    agree = Move(
        label=_("Record the agreement"), done=_("Agreement recorded"), source=(S.LAPSED, S.DECIDED), target=S.AGREED, by=REVIEWER,
        form=forms.AgreementForm, effect=deciding.agree, tell=(AUTHOR,), mandatory=True, diary=Direction.DRAWN_UP, style="primary",
    )  # fmt: skip
    correct_agreement = Move(
        label=_("Correct the agreement"), done=_("Agreement corrected"), source=(S.AGREED, S.IN_USE), target=None, by=REVIEWER,
        needs=(has_agreement,), form=correcting.CorrectedAgreementForm, effect=deciding.correct_agreement, tell=(AUTHOR,), mandatory=True,
        diary=Direction.DRAWN_UP,
    )  # fmt: skip
    put_in_use = Move(
        label=_("Note that it is in use"), done=_("Put in use"), source=(S.DECIDED, S.AGREED), target=S.IN_USE, by=REVIEWER,
        form=forms.UseForm, effect=deciding.put_in_use, tell=(AUTHOR,), style="primary",
    )  # fmt: skip
    follow_up = Move(
        label=_("Follow up the use"), done=_("Use followed up"), source=(S.AGREED, S.IN_USE), target=None, by=REVIEWER,
        form=forms.FollowUpForm, effect=deciding.follow_up, tell=(AUTHOR,),
    )  # fmt: skip
    leave_unused = Move(
        label=_("Note that it is no longer in use"), done=_("No longer in use"), source=(S.IN_USE,), target=S.AGREED, by=REVIEWER,
        form=forms.FollowUpForm, effect=deciding.follow_up, tell=(AUTHOR,),
    )  # fmt: skip
    protect = Move(
        label=_("Record a protection"), done=_("Protection recorded"), source=ASSET, target=None, by=REVIEWER,
        form=forms.ProtectionForm, effect=deciding.protect, internal=True,
    )  # fmt: skip
    renew = Move(
        label=_("Renew or end a protection"), done=_("Protection renewed or ended"), source=ASSET, target=None, by=REVIEWER,
        needs=(has_protections,), form=forms.RenewalForm, effect=deciding.renew, internal=True,
    )  # fmt: skip
    correct_protection = Move(
        label=_("Correct a protection"), done=_("Protection corrected"), source=ASSET, target=None, by=REVIEWER,
        needs=(has_protections,), form=correcting.CorrectedProtectionForm, effect=deciding.correct_protection, internal=True,
    )  # fmt: skip
    compensate = Move(
        label=_("Record compensation"), done=_("Compensation recorded"), source=ASSET, target=None, by=REVIEWER,
        form=forms.CompensationForm, effect=deciding.compensate, tell=(COMPENSATED,), mandatory=True, internal=True,
        help=_("Whoever hands over a right has a right to reasonable compensation, whatever was agreed before (LAU 6 §)."),
    )  # fmt: skip
    note_payment = Move(
        label=_("Note a payment or a review"), done=_("Payment or review noted"), source=(*ASSET, S.WAIVED, S.CLOSED),
        target=None, by=REVIEWER, needs=(has_compensations,), form=forms.PaymentForm, effect=deciding.note_payment,
        tell=(COMPENSATED,), internal=True,
    )  # fmt: skip
    correct_compensation = Move(
        label=_("Correct a compensation"), done=_("Compensation corrected"), source=(*ASSET, S.WAIVED, S.CLOSED), target=None,
        by=REVIEWER, needs=(has_compensations,), form=correcting.CorrectedCompensationForm, effect=deciding.correct_compensation,
        tell=(COMPENSATED,), mandatory=True, internal=True,
    )  # fmt: skip
    close = Move(
        label=_("Close the case"), done=_("Closed"), source=(S.LAPSED, *ASSET), target=S.CLOSED, by=REVIEWER,
        needs=(wound_up,), form=ReasonForm, tell=(AUTHOR,), mandatory=True, diary=Direction.OUT, style="danger",
    )  # fmt: skip


register(
    Kind(
        key="disclosure",
        flow=DisclosureFlow,
        name=_("Disclosure of an invention or other result"),
        plural=_("Disclosures of inventions and other results"),
        office=_("The rights reviewers"),
        url_name="rights:list",
        write_url="rights:write",
        start_url="rights:begin",
        start_from=_("Report an invention or other result"),
        grows=True,
        panels=(
            Panel("rights/panels/rights.html", Disclosure.seen_by, panels.rights_panel),
            Panel("rights/panels/inside.html", Disclosure.handled_by & IMPARTIAL, panels.inside_panel),
        ),
        confirm_url="rights:confirm",
        keeps_coauthors=kept_coauthors,
        holds=holds,
        frees=frees,
        urged_from=flagged,
        once_from=True,
        logs_access=True,
        keeps_rows=rows_of,
        said_by=read_by,
        verbs={
            "contributors_changed": _("Contributors changed"),
            "contribution_confirmed": _("Contribution confirmed"),
            "contribution_attested": _("Noted that someone without an account has confirmed their contribution"),
        },
    )
)
