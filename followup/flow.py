"""How an annual report moves: made, frozen, published. Nothing official exists before it is frozen (TF 2:10, 2:12)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from followup.models import CONTROLLER, COORDINATOR, Report
from followup.rules import drawn, handed_out
from followup.states import ReportState as S
from portal.accounts.models import User
from portal.cases.flow import Flow, Move, Step, days
from portal.cases.forms import ReasonForm
from portal.cases.kinds import Kind, Panel, register
from portal.cases.states import Direction
from portal.cases.who import OWNER, SYSTEM


def publish_now(report: Report, *, person: User, data: dict[str, Any]) -> None:
    """From now on everyone reads it, signed in or not."""
    report.published_at = timezone.now()


class ReportFlow(Flow):
    model, states, start = Report, S, S.DRAFT
    ends = (S.PUBLISHED, S.SET_ASIDE)
    trail = (Step(_("Make"), S.DRAFT), Step(_("Review"), S.FROZEN), Step(_("Publish"), S.PUBLISHED, S.SET_ASIDE))
    due = {S.FROZEN: days(30)}
    awaits = {S.FROZEN: CONTROLLER}

    freeze = Move(
        label=_("Freeze"), done=_("Frozen"), source=(S.DRAFT,), target=S.FROZEN, by=SYSTEM, needs=(drawn,),
        tell=(OWNER,), diary=Direction.DRAWN_UP,
    )  # fmt: skip
    publish = Move(
        label=_("Publish"), done=_("Published"), source=(S.FROZEN,), target=S.PUBLISHED, by=CONTROLLER, style="primary",
        help=_("Everyone can read a published report. It cannot be changed; a new version can be made."),
        effect=publish_now, tell=(OWNER, COORDINATOR), diary=Direction.OUT,
    )  # fmt: skip
    set_aside = Move(
        label=_("Set aside"), done=_("Put aside"), source=(S.FROZEN,), target=S.SET_ASIDE, by=CONTROLLER, form=ReasonForm,
        help=_("The report stays in the archive but is not published."), tell=(OWNER,), diary=Direction.DRAWN_UP,
    )  # fmt: skip


register(
    Kind(
        key="report",
        flow=ReportFlow,
        name=_("Annual report"),
        plural=_("Annual reports"),
        url_name="followup:list",
        shows=("year", "edition", "reason"),
        panels=(Panel("followup/panel.html", Report.seen_by),),
        keeps=("pdf", "xlsx"),
        handed_out=handed_out,
    )
)
