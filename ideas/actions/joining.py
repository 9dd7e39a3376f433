"""Effects of joining an idea to another, and of undoing that. Nothing of either idea is moved: what they have together is read by the tie.

The engine holds the lock on the idea that is joined; the other is locked here, without waiting. Whoever joins the two the other way round
in the same moment is refused, and nobody waits for ever.
"""

from typing import Any

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

from ideas.actions.talking import note_many_supporters
from ideas.models import Idea
from ideas.models.whos import FOLLOWER, HANDLING_LEAD, joined_to
from ideas.rules import takes_in
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.links import tie_cases, untie_cases
from portal.cases.errors import Refused
from portal.cases.models import Case, CaseLink
from portal.cases.states import Confidentiality, Relation
from portal.cases.verdicts import no
from portal.cases.who import AUTHOR
from portal.notices.actions import receivers, tell, write_notices


def join(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """Tie the idea to the one it goes on together with; those behind that one are told."""
    lead = _locked(data["idea"].pk)
    if not (verdict := takes_in(lead)):
        raise Refused(verdict)
    tie_cases(source=idea, target=lead, relation=Relation.JOINED, by=person, why=data["reason"])
    _tell_of(idea, lead, "another_joined", person)
    note_many_supporters(lead)


def part(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """Undo the tie. Where the idea stood, and its date, the engine takes from the history."""
    link = CaseLink.objects.select_related("source", "target").get(
        source=idea.pk, relation=Relation.JOINED, undone_at=None
    )
    lead = _locked(link.target_id)
    untie_cases(link=link, by=person)
    _tell_of(idea, lead, "another_parted", person)


def tell_those_joined(idea: Idea, *, person: User | None, data: dict[str, Any]) -> None:
    """The idea is withdrawn, so those that were joined to it lead nowhere: who handles each of them can let it go on by itself, and is
    told. So are its authors, unless they are told of the step itself. Of a closed idea nobody is told how it goes.
    """
    if idea.confidentiality == Confidentiality.RESTRICTED:
        return
    told = {receiver for receiver, _delivery in receivers(idea, (FOLLOWER,), by=person)}
    for (pk,) in joined_to(idea.pk).order_by("source").values_list("source"):
        joined = Case.objects.lock(pk).as_kind()
        event = write_event(case=joined, person=person, move="lead_withdrawn", data={"case": idea.pk})
        others = [one for one in receivers(joined, (AUTHOR, HANDLING_LEAD), by=person) if one[0] not in told]
        write_notices(case=joined, told=others, event=event)


def _locked(pk: int) -> Idea:
    try:
        Case.objects.select_for_update(of=("self",), no_key=True, nowait=True).get(pk=pk)
    except OperationalError:
        raise Refused(no(_("Somebody is doing something with the other idea right now. Try again."))) from None
    return Idea.objects.select_related("unit", "owner").get(pk=pk)


def _tell_of(idea: Idea, lead: Idea, move: str, person: User) -> None:
    """Which idea it is stands in the event by its id alone: whoever sees the one may not see the other."""
    event = write_event(case=lead, person=person, move=move, data={"case": idea.pk})
    tell(case=lead, event=event, whos=(AUTHOR, HANDLING_LEAD), by=person)
