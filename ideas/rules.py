"""Guards of ideas and suggestions, and what a scorecard asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Adoption, Assessment, Comment, Example, Idea, Suggestion
from ideas.states import IN_USE, TAKEN_UP, IdeaState
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.rules import complete
from portal.cases.states import Confidentiality, Perspective, Relation
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.workdays import STOCKHOLM, add_months
from portal.organisation.models import Unit
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

CHECK_OPENS_BEFORE = timedelta(days=30)
ENOUGH_ASSESSORS = 2
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
    if any(
        tie.relation == Relation.JOINED and tie.target_id == idea.pk and tie.source.kind == "idea" for tie in idea.ties
    ):
        return no(_("Other ideas have been joined to this one. Join the other idea to it instead, or undo that first."))
    return YES


def takes_in(lead: Idea) -> Verdict:
    """Ideas are joined to one that is under way or in use, and not closed to others."""
    if lead.opened_at is None or lead.confidentiality == Confidentiality.RESTRICTED:
        return no(_("No idea that you can see has that diary number."), field="idea")
    if lead.state == IdeaState.JOINED:
        return no(_("That idea has itself been joined to another. Give the number of the other."), field="idea")
    if lead.closed_at is not None and lead.state not in IN_USE:
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


def leads(person: User) -> frozenset[int]:
    """Ids of the units that the person answers for as innovation lead or manager. No query, once the standing is read."""
    standing = standing_of(person)
    return standing.units(Role.INNOVATION_LEAD) | standing.units(Role.MANAGER)


def taken_up_by_others(idea: Idea) -> Verdict:
    """Others take up what is in use (B2-1), as long as it is not closed."""
    return talked_of(idea) & (
        YES if idea.state in IN_USE else no(_("An idea can be taken up by others while it is introduced and in use."))
    )


def from_elsewhere(idea: Case, unit: Unit) -> Verdict:
    return no(_("The idea comes from your own unit."), field="unit") if unit.pk == idea.unit_id else YES


def keeps_its_day(adoption: Adoption | None, uptake: str) -> Verdict:
    """What has been put to use does not become a thought again: whether it is still used is asked after twelve months."""
    if adoption is None or adoption.adopted_at is None or uptake in TAKEN_UP:
        return YES
    return no(
        _("You have put it to use already. Whether it is still used is asked twelve months later."), field="uptake"
    )


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


def publishable(example: Example | None) -> Verdict:
    """A good example is told of an idea that is or was in use, and that everyone may be told of by name (OSL 2009:400)."""
    if example is None:
        return no(_("Write the story first."))
    if example.published_at:
        return no(_("It is published already."))
    if example.idea.introduced_at is None:
        return no(_("The idea has not been introduced."))
    if not Case.objects.told_openly().filter(pk=example.idea_id).exists():
        return no(_("The case is closed or has a secrecy mark, so everyone may not be told of it."))
    return YES


# ── The scorecard ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Criterion:
    """One line of the scorecard. ``key`` is stored."""

    key: str
    label: str | Promise
    question: str | Promise


BENEFITS = {
    Perspective.EVERYDAY: gettext_lazy("How much easier does it make everyday life for those it is for?"),
    Perspective.QUALITY: gettext_lazy("How much better or safer does the service become?"),
    Perspective.EFFICIENCY: gettext_lazy("How much time or money is freed for other things?"),
    Perspective.INSIGHT: gettext_lazy("How much more will we know, or be able to decide on?"),
}
ALWAYS = (
    Criterion("feasibility", gettext_lazy("Feasibility"), gettext_lazy("How likely is it that we can carry it out?")),
    Criterion("spread", gettext_lazy("Spread"), gettext_lazy("How many other operations could use it?")),
    Criterion(
        "considerations",
        gettext_lazy("Considerations"),
        gettext_lazy("How well does it stand with sustainability, accessibility, ethics and personal integrity?"),
    ),
)


def criteria(idea: Idea) -> Iterator[Criterion]:
    """What the idea is scored on: the benefit in each perspective chosen, and what is asked of all."""
    for perspective in map(Perspective, idea.perspectives):
        yield Criterion(f"benefit_{perspective}", perspective.label, BENEFITS[perspective])
    yield from ALWAYS


def scored(assessment: Assessment) -> Verdict:
    """Every line has points and a sentence (one query)."""
    lines = {score.criterion: score for score in assessment.scores.all()}
    reasons = []
    for criterion in criteria(assessment.idea):
        score = lines.get(criterion.key)
        if score is None or score.points is None:
            reasons.append(
                Reason(_("“%(line)s” has no points.") % {"line": criterion.label}, f"{criterion.key}_points")
            )
        elif not score.sentence:
            text = _("“%(line)s” needs a sentence that says why.") % {"line": criterion.label}
            reasons.append(Reason(text, f"{criterion.key}_sentence"))
    return Verdict(tuple(reasons))
