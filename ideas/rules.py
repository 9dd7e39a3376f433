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

from ideas.models import Assessment, Idea, Suggestion
from portal.cases.rules import complete
from portal.cases.states import Perspective
from portal.cases.verdicts import YES, Reason, Verdict, no

CHECK_OPENS_BEFORE = timedelta(days=30)
ENOUGH_ASSESSORS = 2


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


def is_published(suggestion: Suggestion) -> Verdict:
    return YES if suggestion.published_at else no(_("It is not on the public list."))


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
