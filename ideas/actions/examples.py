"""Good examples: written, illustrated, published and withdrawn, with a trace in the history of the idea."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from ideas.models import Credit, Example, Idea, Picture
from ideas.rules import consented_by_now, publishable
from portal.accounts.models import User
from portal.cases.actions.documents import add_document, withdraw_document
from portal.cases.actions.drafts import body_of
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.pictures import redrawn
from portal.cases.states import Audience, Direction
from portal.cases.uploads import inspect

ALLOWED = "name_allowed"
"""The event of an author’s saying that their name may be shown; before that, the day they handed the idea in is when they said so."""


@transaction.atomic
def write_example(*, idea: Case, texts: dict[str, str], person: User) -> Example:
    """Write the story, or change it; a published one is changed at once, and the history says so.

    It begins with the author's name, if they said when they handed the idea in that it may be shown.
    """
    locked = Case.objects.lock(idea.pk)
    example, created = Example.objects.update_or_create(idea_id=locked.pk, defaults={**texts, "written_by": person})
    if created:
        credit_author(example)
    tell_in_search(locked)
    write_event(case=locked, person=person, move="example_written")
    return example


@transaction.atomic
def publish_example(*, idea: Case, person: User) -> None:
    """Let everyone read it. Raises Refused when everyone may not be told of the idea."""
    locked = Case.objects.lock(idea.pk)
    example = Example.objects.select_related("idea").filter(idea=locked.pk).first()
    verdict = publishable(example)
    if example is None or not verdict:
        raise Refused(verdict)
    example.published_at = timezone.now()
    example.save(update_fields=["published_at"])
    tell_in_search(locked)
    write_event(case=locked, person=person, move="example_published")


@transaction.atomic
def withdraw_example(*, idea: Case, reason: str, person: User) -> None:
    """Nobody reads it any more; withdrawing twice changes nothing."""
    locked = Case.objects.lock(idea.pk)
    if Example.objects.filter(idea=locked.pk, published_at__isnull=False).update(published_at=None):
        tell_in_search(locked)
        write_event(case=locked, person=person, move="example_withdrawn", note=reason)


def tell_in_search(locked: Case) -> None:
    """Let the idea be found by the words of its story, as a case and as similar, as long as the story is published."""
    idea = Idea.objects.get(pk=locked.pk)
    story = Example.objects.filter(idea=idea, published_at__isnull=False).values_list(*Example.SOUGHT).first() or ()
    body = "\n".join(filter(None, (body_of(idea), idea.lesson, *story)))
    Case.objects.filter(pk=idea.pk).update(body=body)


def add_picture(*, example: Example, image: Any, name: str, person: User, **told: Any) -> Picture:
    """Keep a picture as a document inside the idea. ``told`` are the picture's words and its consent.

    It is drawn anew: turned upright, no larger than it is shown, and without what the camera wrote in it, such as a place.
    Raises Refused for a consent that has not been given yet.
    """
    if not (verdict := consented_by_now(told.get("consented_on"))):
        raise Refused(verdict)
    drawn, size = redrawn(image)
    accepted = inspect(drawn, f"{name}.jpg")
    with transaction.atomic():
        document = add_document(
            case=example.idea,
            file=drawn,  # type: ignore[arg-type]  # any file of Django's will do
            accepted=accepted,
            person=person,
            title=told["alt"][:200],
            audience=Audience.INTERNAL,
            direction=Direction.DRAWN_UP,
        )
        return Picture.objects.create(example=example, document=document, width=size[0], height=size[1], **told)


@transaction.atomic
def remove_picture(*, picture: Picture, reason: str, person: User) -> None:
    """For example when a consent is taken back. The document stays with the case, withdrawn."""
    withdraw_document(document=picture.document, person=person, reason=reason)
    Picture.objects.filter(pk=picture.pk).delete()


@transaction.atomic
def add_credit(
    *, example: Example, name: str, part: str, consent: str, consented_on: date | None, person: User
) -> Credit:
    """Thank somebody by name. The history tells that it was done, not whom of: the name may have to be taken away.

    Raises Refused for a consent that has not been given yet.
    """
    if not (verdict := consented_by_now(consented_on)):
        raise Refused(verdict)
    locked = Case.objects.lock(example.idea_id)
    credit = Credit.objects.create(example=example, name=name, part=part, consent=consent, consented_on=consented_on)
    write_event(case=locked, person=person, move="credit_added", internal=True, data={"credit": credit.pk})
    return credit


@transaction.atomic
def remove_credit(*, credit: Credit, person: User) -> None:
    """The name is erased (GDPR article 7.3: it is as easy to take a consent back as to give it). An author can give their word anew."""
    locked = Case.objects.lock(credit.example.idea_id)
    write_event(case=locked, person=person, move="credit_removed", internal=True, data={"credit": credit.pk})
    Idea.objects.filter(pk=locked.pk, owner=credit.person_id).update(may_credit=False)
    Credit.objects.filter(pk=credit.pk).delete()


@transaction.atomic
def say_of_name(*, idea: Case, shown: bool, person: User) -> None:
    """The author says whether their name may be shown. It stands in the story, or is erased from it, at once; saying it twice changes
    nothing.
    """
    locked = Case.objects.lock(idea.pk)
    if not Idea.objects.filter(pk=locked.pk).exclude(may_credit=shown).update(may_credit=shown):
        return
    write_event(case=locked, person=person, move=ALLOWED if shown else "name_withdrawn", internal=True)
    if example := Example.objects.filter(idea=locked.pk).first():
        credit_author(example)
    if not shown:
        Credit.objects.filter(example__idea=locked.pk, person=person).delete()


def credit_author(example: Example) -> None:
    """Thank the author by name, if they have said that it may be shown. Their word is kept with the idea, and counts from its day."""
    idea = Idea.objects.select_related("owner").get(pk=example.idea_id)
    if idea.owner is None or not idea.may_credit:
        return
    said_at = (
        idea.events.filter(move=ALLOWED).order_by("-number").values_list("at", flat=True).first() or idea.opened_at
    )
    told = {"name": str(idea.owner)[:120], "consent": idea.reference, "consented_on": timezone.localdate(said_at)}
    Credit.objects.update_or_create(example=example, person=idea.owner, defaults=told)
