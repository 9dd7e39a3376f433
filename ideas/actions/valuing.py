"""What an idea is expected to give, and what it gave."""

from collections.abc import Mapping

from django.db import transaction

from ideas.actions.talking import hold
from ideas.models import Benefit, Idea
from ideas.rules import valued
from ideas.states import Value
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case


@transaction.atomic
def write_benefits(*, idea: Case, texts: Mapping[str, str], sek: int | None = None, person: User) -> None:
    """Say in words what each kind of value is. Before the introduction it is a promise; after it what was seen, beside the promise
    that stands (B1-3). ``texts`` are by kind; ``sek`` is the economic value a year. A kind that is described is one that the idea has.
    Raises Refused.
    """
    locked = hold(idea)
    assert isinstance(locked, Idea)  # noqa: S101  # tells the type
    if not (verdict := valued(locked)):
        raise Refused(verdict)
    told = {kind: texts[kind] for kind in Value.values if kind in texts}
    column, kinds = ("actual", "actual_values") if locked.introduced_at else ("expected", "values")
    _keep(locked, column, told, sek)
    described = {kind for kind, text in told.items() if text}
    setattr(locked, kinds, [kind for kind in Value.values if kind in described or kind in getattr(locked, kinds)])
    locked.version += 1
    locked.save(update_fields=[kinds, "version", "changed_at"])
    write_event(case=locked, person=person, move=f"benefits_{column}", data={"kinds": sorted(described)})


def _keep(idea: Idea, column: str, told: Mapping[str, str], sek: int | None) -> None:
    """An empty text takes back what stood there; a row that says nothing goes."""
    kept = {row.kind: row for row in Benefit.objects.filter(idea=idea)}
    for kind, text in told.items():
        row = kept.get(kind) or Benefit(idea=idea, kind=kind)
        setattr(row, column, text)
        if kind == Value.ECONOMIC:
            setattr(row, f"{column}_sek", sek if text else None)
        if row.expected or row.actual:
            row.save()
        elif row.pk:
            row.delete()
