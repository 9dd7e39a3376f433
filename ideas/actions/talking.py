"""Support, follow, comment. Everything is judged again on the locked case, which may have been closed a moment ago."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models import Comment, Follow, Idea, Support
from ideas.models.whos import COLLEAGUE
from ideas.queries.ideas import supporters_of
from ideas.rules import MANY_SUPPORTERS, editable, talked_of
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.cases.verdicts import no
from portal.cases.who import AUTHOR, one
from portal.notices.actions import tell


@transaction.atomic
def set_support(*, idea: Case, person: User, on: bool) -> None:
    """Support the idea, or do not any more; doing so twice changes nothing. Its authors are told of the tenth supporter, once."""
    locked = hold(idea)
    if not on:
        Support.objects.filter(idea=locked.pk, person=person).delete()
        return
    Support.objects.get_or_create(idea_id=locked.pk, person=person)
    note_many_supporters(locked)


def note_many_supporters(idea: Case) -> None:
    """Tell the authors of the tenth supporter, once. The caller holds the lock on the case."""
    if supporters_of(idea).count() >= MANY_SUPPORTERS:
        reach(idea, "supported_by_many")


@transaction.atomic
def stand_behind(idea: Case, draft: Case, person: User) -> None:
    """Support and follow an idea, as who would have written the same. Raises Refused for its authors, and where it is not talked of."""
    if not Idea.objects.filter(COLLEAGUE(person), pk=idea.pk).exclude(AUTHOR(person)).exists():
        raise Refused(no(_("You are one of those who have written it.")))
    set_support(idea=idea, person=person, on=True)
    set_follow(idea=idea, person=person, on=True)


@transaction.atomic
def set_follow(*, idea: Case, person: User, on: bool) -> None:
    """Be told how the idea gets on, or no more."""
    locked = hold(idea)
    if on:
        Follow.objects.get_or_create(idea_id=locked.pk, person=person)
    else:
        Follow.objects.filter(idea=locked.pk, person=person).delete()


@transaction.atomic
def write_comment(*, idea: Case, person: User, text: str, parent: Comment | None = None) -> Comment:
    """Comment on the idea, or answer a comment. An answer to an answer is one to the comment above it.

    The authors are told, and whoever is answered.
    """
    locked = hold(idea)
    above = (parent.parent or parent) if parent else None
    comment = Comment.objects.create(idea_id=locked.pk, parent=above, by=person, text=text)
    event = write_event(case=locked, person=person, move="comment_written", data={"comment": comment.pk})
    tell(case=locked, event=event, whos=(AUTHOR, *([one(parent.by_id)] if parent else [])), by=person)
    return comment


@transaction.atomic
def change_comment(*, comment: Comment, person: User, text: str) -> None:
    """Raises Refused for others than its writer, and after fifteen minutes."""
    hold(comment.idea)
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not (verdict := editable(locked, person)):
        raise Refused(verdict)
    locked.text, locked.changed_at = text, timezone.now()
    locked.save(update_fields=["text", "changed_at"])


@transaction.atomic
def remove_comment(*, comment: Comment, person: User, reason: str) -> None:
    """Show in its place who removed it and why; the history keeps that too. Its writer is told. Raises Refused if somebody was first."""
    case = hold(comment.idea)
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if locked.removed_at is not None:
        raise Refused(no(_("The comment has been removed already.")))
    locked.removed_at, locked.removed_by, locked.removed_why = timezone.now(), person, reason
    locked.save(update_fields=["removed_at", "removed_by", "removed_why"])
    event = write_event(case=case, person=person, move="comment_removed", note=reason, data={"comment": locked.pk})
    tell(case=case, event=event, whos=(one(locked.by_id),), by=person)


def reach(case: Case, milestone: str) -> None:
    """Tell the authors of a milestone, the first time it is reached. The caller holds the lock on the case (B43-1)."""
    if not Event.objects.filter(case=case.pk, move=milestone).exists():
        event = write_event(case=case, person=None, move=milestone)
        tell(case=case, event=event, whos=(AUTHOR,))


def hold(idea: Case) -> Case:
    """The idea, locked. Raises Refused if it is not talked of."""
    Case.objects.hold(idea.pk)
    locked = Idea.objects.get(pk=idea.pk)
    if not (verdict := talked_of(locked)):
        raise Refused(verdict)
    return locked
