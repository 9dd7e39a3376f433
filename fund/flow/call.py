"""The way of a call: written, announced, reviewed, decided. Whether it is open is a matter of time, and no step."""

from django.utils.translation import gettext_lazy as _

from fund import panels
from fund.actions import calling, closing, deciding
from fund.forms.granting import DecideAllForm
from fund.models import FUND, LEDGER, PHASES, REVIEWERS, RUNS, WRITERS, WRITES_CALL, Call
from fund.queries import rows_of_call
from fund.rules.calls import all_ended, all_ruled, all_screened, call_whole, shut, within_budget
from fund.states import CallState as S
from portal.cases.flow import Flow, Move, Step, days
from portal.cases.forms import ReasonForm
from portal.cases.kinds import Kind, Panel, register
from portal.cases.rules import complete
from portal.cases.states import Direction
from portal.cases.who import SYSTEM


class CallFlow(Flow):
    """The decision is one move of the call: every application gets its own in the same transaction."""

    model, states, start = Call, S, S.DRAFT
    ends = (S.CLOSED, S.CANCELLED)
    good = (S.CLOSED,)
    trail = (
        Step(_("Write"), S.DRAFT),
        Step(_("Take applications"), S.ANNOUNCED),
        Step(_("Review"), S.REVIEWING),
        Step(_("Decide"), S.DECIDED),
        Step(_("Close"), S.CLOSED, S.CANCELLED),
    )
    due = {
        S.ANNOUNCED: days(calling.DECIDED_WITHIN),
        S.REVIEWING: days(calling.DECIDED_WITHIN),
        S.DECIDED: days(730),
    }
    awaits = dict.fromkeys((S.ANNOUNCED, S.REVIEWING, S.DECIDED), FUND)

    announce = Move(
        label=_("Announce"), done=_("Announced"), source=(S.DRAFT,), target=S.ANNOUNCED, by=WRITES_CALL, needs=(complete, call_whole),
        effect=calling.announce, diary=Direction.DRAWN_UP, style="primary",
        help=_("All employees can then read it, and apply while it is open. A change after that is told to everyone who has begun."),
    )  # fmt: skip
    begin_review = Move(
        label=_("Close for applications"), done=_("Closed for applications"), source=(S.ANNOUNCED,), target=S.REVIEWING, by=SYSTEM,
        needs=(shut,), effect=calling.keep_date, tell=(FUND,),
    )  # fmt: skip
    decide = Move(
        label=_("Decide"), done=_("Decided"), source=(S.REVIEWING,), target=S.DECIDED, by=RUNS,
        needs=(all_screened, all_ruled, within_budget), form=DecideAllForm, effect=deciding.decide,
        diary=Direction.DRAWN_UP, style="primary",
        help=_("All applicants are told at the same time, each with their reasons. This cannot be undone."),
    )  # fmt: skip
    close = Move(
        label=_("Close the call"), done=_("Closed"), source=(S.DECIDED,), target=S.CLOSED, by=RUNS, needs=(all_ended,),
    )  # fmt: skip
    cancel = Move(
        label=_("Call off"), done=_("Called off"), source=(S.ANNOUNCED,), target=S.CANCELLED, by=RUNS, form=ReasonForm,
        effect=closing.call_off, tell=(WRITERS,), diary=Direction.OUT, style="danger",
        help=_("Everyone who has begun an application is told why. What has been handed in ends here."),
    )  # fmt: skip


register(
    Kind(
        key="call",
        flow=CallFlow,
        name=_("Call for applications"),
        plural=_("Calls for applications"),
        url_name="fund:list",
        write_url="fund:write_call",
        start_url="fund:begin_call",
        shows=(
            "purpose",
            "terms",
            "takes",
            "opens_at",
            "closes_at",
            *PHASES,
            "year",
            "budget",
            "largest_grant",
            "plan",
        ),
        panels=(
            Panel("fund/panels/officer.html", RUNS, panels.officer_panel),
            Panel("fund/panels/call.html", Call.seen_by, panels.call_panel),
            Panel("fund/panels/money.html", LEDGER, panels.money_panel),
            Panel("fund/panels/my_reviews.html", REVIEWERS),
            Panel("fund/panels/experts.html", RUNS),
            Panel("fund/outcome/book.html", RUNS),
        ),
        keeps_rows=rows_of_call,
        verbs={
            "call_changed": _("The call changed"),
            "late_right_given": _("Somebody may hand in late"),
            "experts_asked": _("Experts asked to review"),
            "review_opened_again": _("Review opened again"),
        },
    )
)
