"""What became of suggestions and of good examples, in the words that everyone may read: the state of an idea, never its inside."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Adoption, Idea, Suggestion
from ideas.queries.suggestions import BECAME
from ideas.states import IdeaState as S
from portal.cases.models import CaseLink
from portal.cases.states import Confidentiality, Relation
from portal.organisation.models import Unit

LOOKED_INTO = gettext_lazy("It is being looked into.")
PUBLIC: dict[str, str | Promise] = {
    S.ACCEPTED: gettext_lazy("It has been accepted, and will be tried."),
    S.PLACING: gettext_lazy("It has been accepted, and a unit that can carry it out is being looked for."),
    S.DECLINED: gettext_lazy("It was looked into and not taken further."),
    S.TRYING: gettext_lazy("It is being tried."),
    S.EVALUATED: gettext_lazy("It has been tried, and the result is being weighed."),
    S.INTRODUCED: gettext_lazy("It is in use."),
    S.LASTING: gettext_lazy("It is in use, more than a year on."),
    S.ENDED: gettext_lazy("It was in use for a time."),
    S.CLOSED: gettext_lazy("It was worked on and ended with a lesson that others can use."),
    S.JOINED: gettext_lazy("It goes on together with another idea that is much the same."),
    S.WITHDRAWN: gettext_lazy("It was withdrawn."),
}
"""What the public is told of an idea's state; all others are being looked into."""


def what_became(suggestions: Iterable[Suggestion]) -> dict[int, list[str]]:
    """For each suggestion, by id: the sentences that tell what it became and how that is getting on (one query)."""
    ids = [suggestion.pk for suggestion in suggestions]
    ties = CaseLink.objects.filter(source__in=ids, relation__in=BECAME, target__kind="idea", undone_at=None)
    found: dict[int, list[str]] = {pk: [] for pk in ids}
    for tie in ties.select_related("target").order_by("pk"):
        became = (
            _("Your suggestion became an idea.")
            if tie.relation == Relation.LED_TO
            else _("Your suggestion was joined to an idea that others have had too.")
        )
        found[tie.source_id].append(f"{became} {state_in_words(tie.target.state, tie.target.confidentiality)}")
    return found


def who_uses(idea: Idea, adoptions: Iterable[Adoption]) -> Iterator[dict[str, Any]]:
    """The units that have put the idea to use, with the ``years`` and whether it is ``in_use`` there; its own unit first."""
    if idea.introduced_at:
        yield _use(idea.unit, idea.introduced_at, None if idea.is_in_use else idea.closed_at)
    for one in adoptions:
        if one.adopted_at:
            yield _use(one.unit, one.adopted_at, None if one.is_in_use else one.checked_at)


def _use(unit: Unit, since: datetime, until: datetime | None) -> dict[str, Any]:
    years = [localtime(at).year for at in (since, until) if at]
    told = "–".join(str(year) for year in sorted(set(years)))
    return {
        "unit": unit,
        "years": told if until else _("since %(year)s") % {"year": told},
        "in_use": until is None,
    }


def state_in_words(state: str, confidentiality: str) -> str:
    """A closed idea says nothing of how far it has come."""
    closed = confidentiality == Confidentiality.RESTRICTED
    return str(LOOKED_INTO if closed else PUBLIC.get(state, LOOKED_INTO))
