"""Support, follow, comment. Everything is judged again on the locked case, which may have been closed a moment ago."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models import Comment, CommentReport, Follow, Idea, Support
from ideas.models.whos import COLLEAGUE, DECIDER, HANDLING_LEAD
from ideas.queries.ideas import supporters_of
from ideas.rules import MANY_SUPPORTERS, editable, may_stand, reportable, talked_of
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.cases.verdicts import no
from portal.cases.who import AUTHOR, one
from portal.notices.actions import receivers, tell, write_notices
from portal.notices.models import Notice


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

    The authors are told, and whoever is answered; the innovation lead, who moderates, of the first one of a day.
    """
    locked = hold(idea)
    above = (parent.parent or parent) if parent else None
    comment = Comment.objects.create(idea_id=locked.pk, parent=above, by=person, text=text)
    event = write_event(case=locked, person=person, move="comment_written", data={"comment": comment.pk})
    tell(case=locked, event=event, whos=(AUTHOR, *([one(parent.by_id)] if parent else [])), by=person)
    tell_moderators(locked, event, by=person)
    return comment


def tell_moderators(idea: Case, event: Event, *, by: User) -> None:
    """Tell the innovation lead of a comment, unless they have been told of one on the idea today. The caller holds the lock on the case."""
    told_today = Notice.objects.filter(
        case=idea.pk, event__move="comment_written", created_at__date=timezone.localdate()
    ).values_list("recipient_id", flat=True)
    already = set(told_today)
    told = [(person, how) for person, how in receivers(idea, (HANDLING_LEAD,), by=by) if person.pk not in already]
    write_notices(case=idea, told=told, event=event)


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
    reporters = settle_reports(locked, person, reason)
    tell(case=case, event=event, whos=[one(pk) for pk in (locked.by_id, *reporters)], by=person)


@transaction.atomic
def report_comment(*, comment: Comment, person: User, reason: str) -> CommentReport:
    """Ask those who handle the idea to look at a comment. They are told of the first report that waits, not of more of the same comment,
    and its writer not at all. Raises Refused for one's own, a removed one, and the second time."""
    case = hold(comment.idea)
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not (verdict := reportable(locked, person)):
        raise Refused(verdict)
    waits = locked.reports.filter(settled_at=None).exists()
    report = CommentReport.objects.create(comment=locked, by=person, reason=reason)
    data = {"comment": locked.pk, "report": report.pk}
    event = write_event(case=case, person=person, move="comment_reported", data=data, internal=True)
    if not waits:
        handlers = receivers(case, (DECIDER,), by=person)
        write_notices(case=case, told=[told for told in handlers if told[0].pk != locked.by_id], event=event)
    return report


@transaction.atomic
def let_stand(*, comment: Comment, person: User, reason: str) -> None:
    """Answer the reports of a comment: it stands, and why. Those who reported it are told. Raises Refused for its writer, and where
    nobody waits for an answer."""
    case = hold(comment.idea)
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not (verdict := may_stand(locked, person)):
        raise Refused(verdict)
    reporters = settle_reports(locked, person, reason)
    data = {"comment": locked.pk}
    event = write_event(case=case, person=person, move="comment_stands", note=reason, data=data, internal=True)
    tell(case=case, event=event, whos=[one(pk) for pk in reporters], by=person)


def settle_reports(comment: Comment, person: User, why: str) -> list[int]:
    """Note what was said of the reports that wait; returns who had made them. The caller holds the comment."""
    waiting = CommentReport.objects.filter(comment=comment.pk, settled_at=None)
    reporters = list(waiting.values_list("by_id", flat=True))
    waiting.update(settled_at=timezone.now(), settled_by=person, settled_why=why)
    return reporters


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
