"""Effects of the moves of a suggestion. The engine holds the lock on the case and saves it afterwards."""

from typing import Any

from django.utils import timezone

from ideas.models import Idea, Suggestion
from ideas.states import Disposition, IdeaState, Origin, Sender
from portal.accounts.models import User
from portal.cases import personal
from portal.cases.actions.drafts import begin_case
from portal.cases.actions.links import tie_cases, untie_cases
from portal.cases.models import CaseLink
from portal.cases.moving import perform
from portal.cases.states import Beneficiary, Confidentiality, Relation


def answer(suggestion: Suggestion, *, person: User, data: dict[str, Any]) -> None:
    """What becomes of the suggestion (B43-7). A new idea is begun and handed to whoever takes it on."""
    suggestion.disposition = data["disposition"]
    suggestion.route = data["route"] if suggestion.disposition == Disposition.OTHER_ROUTE else ""
    suggestion.answer = data["reason"]
    suggestion.answered_at = timezone.now()
    suggestion.holder = person
    match suggestion.disposition:
        case Disposition.NEW_IDEA:
            idea = raise_idea(suggestion=suggestion, title=data["idea_title"], carrier=data["carrier"])
            tie_cases(source=suggestion, target=idea, relation=Relation.LED_TO, by=person)
        case Disposition.JOINED:
            tie_cases(source=suggestion, target=data["idea"], relation=Relation.JOINED, by=person)
        case Disposition.EXISTS if data["idea"]:
            tie_cases(source=suggestion, target=data["idea"], relation=Relation.RELATED, by=person)


def raise_idea(*, suggestion: Suggestion, title: str, carrier: User) -> Idea:
    """A new idea with the suggestion's words as its need, less identity numbers, for the carrier to complete.

    It is submitted at once, so it has a number, a date and somebody whose move it is: a draft could be forgotten.
    """
    need = personal.mask(suggestion.proposal)
    idea = begin_case(model=Idea, owner=carrier, unit=suggestion.unit, title=title, need=need, body=need)
    idea.possible_invention = False
    idea.origin = Origin.NEED
    idea.beneficiaries = [Beneficiary(Sender(suggestion.sender).value)]
    idea.save()
    perform(idea, "raise_from_suggestion", person=None)
    return idea


def reopen(suggestion: Suggestion, *, person: User, data: dict[str, Any]) -> None:
    """Undo an answer: its ties are undone, and an idea that it began and nobody has worked on is taken back."""
    links = CaseLink.objects.filter(source=suggestion.pk, undone_at=None).select_related("source", "target")
    for link in links.filter(relation__in=(Relation.LED_TO, Relation.JOINED, Relation.RELATED), target__kind="idea"):
        untie_cases(link=link, by=person)
        idea = link.target
        if link.relation == Relation.LED_TO and idea.state == IdeaState.RETURNED and _untouched(idea.pk):
            perform(idea, "take_back", person=None)
    suggestion.disposition = suggestion.route = suggestion.answer = ""
    suggestion.answered_at = suggestion.published_at = None
    suggestion.confidentiality = Confidentiality.INTERNAL


def _untouched(idea: int) -> bool:
    """Nothing has happened to the idea but being raised and tied."""
    done = Idea.objects.get(pk=idea).events.exclude(move__in=("raise_from_suggestion", "cases_tied", "cases_untied"))
    return not done.exists()


def publish(suggestion: Suggestion, *, person: User, data: dict[str, Any]) -> None:
    suggestion.public_text = data["public_text"]
    suggestion.published_at = timezone.now()


def unpublish(suggestion: Suggestion, *, person: User, data: dict[str, Any]) -> None:
    suggestion.published_at = None
