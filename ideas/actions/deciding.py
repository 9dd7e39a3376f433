"""Effects of the moves of an idea. The engine holds the lock on the case and saves it afterwards."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from ideas.actions.challenging import drop_late_answers
from ideas.actions.placing import end_placement
from ideas.models import Assessment, Idea, Trial
from ideas.queries.suggestions import suggestions_of
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.links import untie_cases
from portal.cases.actions.people import name_person, unname_person
from portal.cases.models import Case, CaseLink
from portal.cases.states import Confidentiality, Relation
from portal.cases.who import OWNER
from portal.cases.workdays import STOCKHOLM
from portal.notices.actions import tell


def take_hold(case: Case, *, person: User, data: dict[str, Any]) -> None:
    """Whoever takes the case up handles it: the author sees a name."""
    case.holder = person


def pass_on(case: Case, *, person: User, data: dict[str, Any]) -> None:
    """The case belongs to another unit; its number stays. Those told are the new unit's."""
    case.unit = data["unit"]
    case.holder = None


def close_to_all(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """Only authors and rights reviewers see the idea from here on (patentlagen 2024:945 2:8–9). It goes on by itself."""
    end_placement(idea, person=person, data=data)
    for link in CaseLink.objects.filter(source=idea.pk, relation=Relation.JOINED, undone_at=None):
        untie_cases(link=link, by=person)
    idea.possible_invention = True
    idea.confidentiality = Confidentiality.RESTRICTED
    idea.holder = None


def submit_closed(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    drop_late_answers(idea, person=person)
    close_to_all(idea, person=person, data=data)


def keep_closed(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    idea.provision = data["provision"]
    idea.holder = person


def open_up(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The rights reviewer found no reason to keep the idea closed, or none any longer: it goes the way of all ideas."""
    idea.possible_invention = False
    idea.confidentiality = Confidentiality.OPEN
    idea.provision = ""
    idea.holder = None


def stand_aside(case: Case, *, person: User, data: dict[str, Any]) -> None:
    """The person has a conflict of interest and takes no further part (FL 2017:900 17 §)."""
    Assessment.objects.filter(idea=case.pk, assessor=person, submitted_at=None).delete()
    unname_person(case=case, person=person, grant="assess", by=person)
    name_person(case=case, person=person, grant="recuse", by=person)
    if case.holder_id == person.pk:
        case.holder = None


def accept(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    idea.accepted_at = timezone.now()
    idea.answered_at = idea.answered_at or idea.accepted_at


def decline(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    idea.answered_at = idea.answered_at or timezone.now()


def consent_to_trial(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    idea.trial_ceiling = data["ceiling"]


def begin_trial(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """Write the plan down; the case is due when the trial ends."""
    fields = ("question", "measure", "baseline", "target", "stop_rule", "cost", "ends_on")
    Trial.objects.create(idea=idea, begun_at=timezone.now(), **{name: data[name] for name in fields})
    idea.due_at = datetime.combine(data["ends_on"], time(23, 59, 59), STOCKHOLM)


def end_trial(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    idea.trials.filter(ended_at=None).update(
        outcome=data["outcome"], measured=data["measured"], result=data["reason"], ended_at=timezone.now()
    )


def introduce(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The idea is in use; those whose suggestions became it are told (B43-7)."""
    idea.introduced_where = data["where"]
    idea.introduced_at = timezone.now()
    idea.actual_values = data["values"]
    for suggestion in suggestions_of(idea).order_by("pk"):
        Case.objects.lock(suggestion.pk)
        event = write_event(case=suggestion, person=None, move="idea_introduced", data={"idea": idea.pk})
        tell(case=suggestion, event=event, whos=(OWNER,))


def confirm_use(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """What is ticked is what is seen now; the form begins with what was seen before."""
    idea.actual_values = data["values"]


def keep_lesson(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The lesson can be searched for, and a trial that was under way ends with it: then the form has asked what it showed."""
    if data.get("outcome"):
        end_trial(idea, person=person, data=data)
    idea.lesson = data["reason"]
    idea.body = f"{idea.body}\n{idea.lesson}"
