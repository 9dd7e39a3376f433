"""Guards of ideas and suggestions, and what a scorecard asks of an idea."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ideas.models import (
    Adoption,
    Assessment,
    Candidate,
    Challenge,
    Comment,
    CommentReport,
    CriteriaSet,
    Criterion,
    Example,
    Idea,
    Placement,
    Suggestion,
)
from ideas.queries.challenging import would_answer
from ideas.queries.ideas import compared_units, joined_here
from ideas.states import IN_USE, TAKEN_UP, IdeaState, Stage
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.rules import complete
from portal.cases.states import Confidentiality, Perspective
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.workdays import STOCKHOLM, add_months
from portal.organisation.models import Unit
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

CHECK_OPENS_BEFORE = timedelta(days=30)
ENOUGH_ASSESSORS = 2
ENOUGH_CANDIDATES = 2
"""A comparison has two sides at least (B5-2)."""
ANSWERED_WITHIN = timedelta(days=45)
"""An idea is answered in time within two weeks to take it up and thirty days to assess it, with a day to spare (B2-3)."""
MANY_SUPPORTERS = 10
"""Supporters at which the authors are told, once (B43-1)."""


def not_an_invention(idea: Idea) -> Verdict:
    """The question about a possible invention comes before everything else (B43-2)."""
    match idea.possible_invention:
        case None:
            return no(_("Say whether this could be a technical invention."), field="possible_invention")
        case True:
            return no(_("A possible invention goes to the rights reviewer first."), field="possible_invention")
    return YES


def written_out(idea: Idea) -> Verdict:
    """All that is asked of every idea, and what its perspectives ask besides (B41-1 – B41-4)."""
    asked = [name for perspective in idea.perspectives for name in Idea.asks_for[Perspective(perspective)]]
    missing = (name for name in asked if not getattr(idea, name))
    more = Verdict(tuple(Reason(_("“%(field)s” is missing.") % {"field": label_of(name)}, name) for name in missing))
    return complete(idea) & more


def label_of(name: str) -> str:
    """What the form calls a field of an idea."""
    return capfirst(str(Idea._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # no relation is asked


def assessed(idea: Idea) -> Verdict:
    """At least one scorecard, by someone who is neither author nor recused (one query)."""
    return (
        YES if impartial_assessments(idea).exists() else no(_("At least one assessor must submit a scorecard first."))
    )


def impartial_assessments(idea: Idea) -> QuerySet[Assessment]:
    """Submitted scorecards that count: an author's or a recused person's own does not."""
    partial = idea.grants.filter(permission__codename__in=("coauthor_case", "recuse_case")).values("user")
    return idea.assessments.submitted().exclude(assessor=idea.owner_id).exclude(assessor__in=partial)


def twelve_months_on(idea: Idea) -> Verdict:
    """Lasting use is checked twelve months after the introduction, at most thirty days early (B2-1)."""
    opens = idea.due_at and idea.due_at - CHECK_OPENS_BEFORE
    if opens is None or timezone.now() >= opens:
        return YES
    return no(
        _("Whether the use lasts is checked after twelve months: from %(day)s.")
        % {"day": date_format(timezone.localtime(opens), "j F Y")}
    )


def leads_none(idea: Idea) -> Verdict:
    """An idea that others have been joined to is not joined to another: their authors would not know which one to follow."""
    if joined_here(idea):
        return no(_("Other ideas have been joined to this one. Join the other idea to it instead, or undo that first."))
    return YES


def goes_on(idea: Case) -> Verdict:
    """An idea that has ended takes nobody more in: what is left of it is what was learned. One that is in use does."""
    if idea.closed_at is not None and idea.state not in IN_USE:
        return no(_("That idea has ended. Write yours on its own, with what was learned from it."))
    return YES


def takes_in(lead: Idea) -> Verdict:
    """Ideas are joined to one that is under way or in use, and not closed to others."""
    if lead.opened_at is None or lead.confidentiality == Confidentiality.RESTRICTED:
        return no(_("No idea that you can see has that diary number."), field="idea")
    if lead.state == IdeaState.JOINED:
        return no(_("That idea has itself been joined to another. Give the number of the other."), field="idea")
    if not goes_on(lead):
        return no(_("That idea has ended. Answer this one on its own."), field="idea")
    return YES


def is_published(suggestion: Suggestion) -> Verdict:
    return YES if suggestion.published_at else no(_("It is not on the public list."))


# ── Together, and spread ─────────────────────────────────────────────────────────────────────────────────────────────


def talked_of(idea: Case) -> Verdict:
    """Support, following and comments are for ideas that have been handed in and are not closed."""
    if idea.opened_at is None or idea.confidentiality == Confidentiality.RESTRICTED:
        return no(_("The idea is closed, so it is not talked of here."))
    return YES


def editable(comment: Comment, person: User) -> Verdict:
    return (
        YES
        if comment.is_editable_by(person)
        else no(_("A comment can be changed by its writer, for fifteen minutes. Write an answer to it instead."))
    )


def answerable(comment: Comment) -> Verdict:
    """What stands, and what has been removed from above answers that stand: their thread goes on (a query of a removed one)."""
    if comment.removed_at is None or comment.answers.filter(removed_at=None).exists():
        return YES
    return no(
        _("The comment that you answer has been removed. You can copy your text, and write a comment of your own.")
    )


def reportable(comment: Comment, person: User) -> Verdict:
    """Others' comments that stand, once each (one query)."""
    if comment.by_id == person.pk:
        return no(_("You have written it yourself. You can remove it."))
    if comment.removed_at is not None:
        return no(_("The comment has been removed already."))
    if CommentReport.objects.filter(comment=comment.pk, by=person).exists():
        return no(_("You have reported the comment already."))
    return YES


def may_stand(comment: Comment, person: User) -> Verdict:
    """A reported comment is let stand by another than its writer (one query)."""
    if comment.by_id == person.pk:
        return no(_("You have written the comment, so somebody else judges the report."))
    if not CommentReport.objects.filter(comment=comment.pk, settled_at=None).exists():
        return no(_("Nobody waits for an answer about the comment."))
    return YES


def taken_up_by_others(idea: Idea) -> Verdict:
    """Others take up what is in use (B2-1), as long as it is not closed."""
    return talked_of(idea) & (
        YES if idea.state in IN_USE else no(_("An idea can be taken up by others while it is introduced and in use."))
    )


def from_elsewhere(idea: Case, unit: Unit) -> Verdict:
    return no(_("The idea comes from your own unit."), field="unit") if unit.pk == idea.unit_id else YES


def keeps_its_day(adoption: Adoption | None, uptake: str) -> Verdict:
    """What has been put to use does not become a thought again: whether it is still used is asked after twelve months.

    What was never put to use, and was noted so by mistake, is ``correctable``.
    """
    if adoption is None or adoption.adopted_at is None or uptake in TAKEN_UP:
        return YES
    return no(
        _(
            "The unit has put it to use, and is asked twelve months later whether it still uses it. If that was noted by mistake, choose "
            "“Correct a mistake” on the page of the idea."
        ),
        field="uptake",
    )


def correctable(adoption: Adoption) -> Verdict:
    """That it was put to use can be taken back as a mistake until the unit has answered whether it lasts (B2-1)."""
    if adoption.adopted_at is None:
        return no(_("It has not been put to use."))
    if adoption.checked_at is not None:
        return no(_("The unit has answered whether it still uses the idea, so it was put to use."))
    return YES


def check_opens(adoption: Adoption) -> Verdict:
    """As for the idea itself: twelve months after it was put to use there, at most thirty days early, and once (B2-1)."""
    if adoption.adopted_at is None:
        return no(_("It has not been put to use."))
    if adoption.checked_at is not None:
        return no(_("The check has been made."))
    local = adoption.adopted_at.astimezone(STOCKHOLM)
    opens = add_months(local.date(), 12) - CHECK_OPENS_BEFORE
    if timezone.localdate() >= opens:
        return YES
    return no(
        _("Whether the use lasts is checked after twelve months: from %(day)s.") % {"day": date_format(opens, "j F Y")}
    )


def check_correctable(adoption: Adoption) -> Verdict:
    """What was answered can be wrong, like all that people write; before that there is nothing to correct."""
    return (
        YES if adoption.checked_at is not None else no(_("The unit has not answered whether it still uses the idea."))
    )


def publishable(example: Example | None) -> Verdict:
    """A good example is told of an idea that is or was in use, and that everyone may be told of by name (OSL 2009:400). No query when
    the example came with its idea."""
    if example is None:
        return no(_("Write the story first."))
    if example.published_at:
        return no(_("It is published already."))
    if example.idea.introduced_at is None:
        return no(_("The idea has not been introduced."))
    if not example.idea.is_told_openly:
        return no(_("The case is closed or has a secrecy mark, so everyone may not be told of it."))
    return YES


def consented_by_now(consented_on: date | None) -> Verdict:
    """A consent is noted when it has been given: a name or a face is never public on the ground of one to come (GDPR article 7.1)."""
    if consented_on is not None and consented_on > timezone.localdate():
        return no(
            _("A consent counts from the day it was given, so the day cannot be after today."), field="consented_on"
        )
    return YES


# ── Needs and challenges ─────────────────────────────────────────────────────────────────────────────────────────────


def gathers(person: User) -> bool:
    """Innovation leads and coordinators gather needs and make challenges of them (B43-6). No query, once the standing is read."""
    standing = standing_of(person)
    return bool(standing.units(Role.INNOVATION_LEAD) or standing.units(Role.COORDINATOR))


def gathers_for(person: User) -> "QuerySet[Unit]":
    """The units for which the person writes in the needs bank: those they lead, for a coordinator all."""
    units = Unit.objects.current().in_order()
    standing = standing_of(person)
    if standing.units(Role.COORDINATOR):
        return units
    return units.filter(pk__in=standing.units(Role.INNOVATION_LEAD))


def takes_answers(challenge: Challenge) -> Verdict:
    """Between its opening and its closing, and no longer (B43-6)."""
    if challenge.stage == Stage.OPEN:
        return YES
    if challenge.opens_at is None:
        return no(_("The challenge has not been announced."))
    if challenge.stage == Stage.COMING:
        return no(_("It opens for answers %(moment)s.") % {"moment": moment(challenge.opens_at)})
    return no(_("The challenge is closed, so it takes no more answers."))


def too_late_for(draft: Case) -> list[Challenge]:
    """The challenges that the draft was to answer and that take no answers any more. It goes on without them (one query)."""
    return [challenge for challenge in would_answer(draft) if not takes_answers(challenge)]


def has_closed(challenge: Challenge) -> Verdict:
    """The answers are compared when all have come."""
    if challenge.stage == Stage.CLOSED or challenge.closes_at is None:
        return YES
    return no(_("It takes answers until %(moment)s.") % {"moment": moment(challenge.closes_at)})


def moment(at: datetime) -> str:
    """For example "3 May 2026 16:00", in Stockholm."""
    return date_format(timezone.localtime(at), "j F Y H:i")


# ── Host placement ───────────────────────────────────────────────────────────────────────────────────────────────────


def placement_of(idea: Case) -> Placement | None:
    """The round that is under way, if any (one query)."""
    return Placement.objects.filter(idea=idea.pk, ended_at__isnull=True).first()


def being_placed(idea: Case) -> Verdict:
    """Units are compared from when the idea is accepted until one of them has taken it on, as long as every unit may read it."""
    if idea.state not in (IdeaState.ACCEPTED, IdeaState.PLACING):
        return no(_("Units are compared while the idea is accepted and is not being tried."))
    if idea.confidentiality != Confidentiality.OPEN:
        return no(_("The idea is not open to all employees, so the units could not read what they are asked to host."))
    return YES


def comparable(candidate: Candidate) -> Verdict:
    """What units were compared by when one of them was asked does not change."""
    asked_at = candidate.placement.asked_at
    if asked_at is None or candidate.compared_at > asked_at:
        return YES
    return no(_("A unit has been asked on the ground of this comparison, so it stays as it is."))


def hosts_compared(idea: Idea) -> Verdict:
    """Two units at least, of which one has not been asked, and no other is thinking (one query, unless they were read with the case)."""
    compared = [one for one in compared_units(idea) if one.placement.ended_at is None]
    if any(one.asked_at and not one.answer for one in compared):
        return no(_("A unit has been asked and has not answered yet."))
    if len(compared) < ENOUGH_CANDIDATES:
        return being_placed(idea) & no(_("Compare at least two units first."))
    if all(one.asked_at or one.unit.is_past for one in compared):
        return no(_("All units that were compared have been asked. Compare one more first."))
    return being_placed(idea)


def answer_is_late(idea: Idea) -> Verdict:
    """The unit that was asked has not answered in time (one query)."""
    asked = Candidate.objects.filter(placement__idea=idea.pk, asked_at__isnull=False, answer="")
    return YES if asked.filter(answer_by__lt=timezone.now()).exists() else no(_("The unit still has time to answer."))


# ── Benefits ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def valued(idea: Case) -> Verdict:
    """Benefits are told of ideas that are or may come in use, by those who may talk of them."""
    if idea.state in (IdeaState.DECLINED, IdeaState.WITHDRAWN):
        return no(_("The idea was not taken further, so there are no benefits to describe."))
    return talked_of(idea)


# ── The scorecard ────────────────────────────────────────────────────────────────────────────────────────────────────


def criteria(assessment: Assessment) -> list[Criterion]:
    """The lines of the assessment's version that are asked of its idea: of its perspectives, and of all (one query)."""
    lines = Criterion.objects.filter(criteria_set=assessment.criteria_set_id)
    return list(lines.filter(perspective__in=["", *assessment.idea.perspectives]))


def reads_scores(idea: Idea, person: User) -> bool:
    """May the person, who has not been asked to assess, read a scorecard of the idea that has been submitted? Two queries."""
    cards = Assessment.objects.filter(idea=idea.pk)
    return not cards.filter(assessor=person).exists() and cards.submitted().readable_by(person).exists()


def keeps_criteria(person: User) -> bool:
    """Coordinators renew the scorecard (B5-4). No query, once the standing is read."""
    return bool(standing_of(person).units(Role.COORDINATOR))


def replaceable(valid_from: date) -> Verdict:
    """A new version begins today or later, and after the one before it (one query)."""
    if valid_from < timezone.localdate():
        return no(_("A version cannot begin before today."), field="valid_from")
    if CriteriaSet.objects.filter(valid_from__gte=valid_from).exists():
        return no(_("There is a version that begins on that day or later. Choose a later day."), field="valid_from")
    return YES


def scored(assessment: Assessment) -> Verdict:
    """Every line has points and a sentence (two queries)."""
    lines = {score.criterion: score for score in assessment.scores.all()}
    reasons = []
    for criterion in criteria(assessment):
        score = lines.get(criterion.key)
        if score is None or score.points is None:
            reasons.append(
                Reason(_("“%(line)s” has no points.") % {"line": criterion.label}, f"{criterion.key}_points")
            )
        elif not score.sentence:
            text = _("“%(line)s” needs a sentence that says why.") % {"line": criterion.label}
            reasons.append(Reason(text, f"{criterion.key}_sentence"))
    return Verdict(tuple(reasons))
