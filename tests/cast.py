"""The people in every test, and cases brought to a state by making the moves that lead there.

    def test_the_author_sees_the_decision(cast: Cast) -> None:
        idea = case_in(IdeaFlow, IdeaState.ACCEPTED, cast)
        assert Case.objects.visible_to(cast.author).filter(pk=idea.pk).exists()

What a kind asks for is filled in from its fields and forms, so a new kind needs nothing here. Where that is not enough, the
kind's own tests say more in ``tests/<app>/story.py``: ``STORIES = {IdeaFlow: Story(...)}``.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from typing import Any

import pytest
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.flow import Flow, Move
from portal.cases.forms import MoveForm
from portal.cases.models import Case, Considerations
from portal.cases.moving import judge, perform
from portal.cases.queries.finding import whos_held
from portal.cases.states import Answer
from portal.cases.who import SYSTEM, VISITOR
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role

PASSWORD = "ett-langt-losenord-for-prov"  # opens nothing but the test database
ANYONE = AnonymousUser()
_number = count(1)


# ── The people ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Part:
    """One part in the cast: the unit by its code, and the role held at a unit, if any."""

    unit: str | None = "SOS"
    role: Role | None = None
    at: str = ""
    until: int | None = None  # days from today
    active: bool = True
    employee: bool = True
    superuser: bool = False


PARTS = {
    "author": Part(),
    "colleague": Part(),
    "coauthor": Part(unit="DS"),
    "outsider": Part(unit="KAR"),
    "lead": Part(unit="LISAB", role=Role.INNOVATION_LEAD, at="LISAB"),
    "other_lead": Part(unit="KAR", role=Role.INNOVATION_LEAD, at="KAR"),
    "former_lead": Part(unit="LISAB", role=Role.INNOVATION_LEAD, at="LISAB", until=-1),
    "assessor": Part(unit="DS"),
    "manager": Part(role=Role.MANAGER, at="SOS"),
    "jurist": Part(unit="RLK", role=Role.RIGHTS_REVIEWER, at="REGION"),
    "coordinator": Part(unit="RLK", role=Role.COORDINATOR, at="RLK"),
    "registrar": Part(role=Role.REGISTRAR, at="SOS"),
    "controller": Part(unit="RLK", role=Role.CONTROLLER, at="REGION"),
    "officer": Part(unit="RLK", role=Role.FUND_OFFICER, at="REGION"),
    "host": Part(role=Role.TESTBED_HOST, at="SOS"),
    "external": Part(unit=None, employee=False),
    "inactive": Part(role=Role.INNOVATION_LEAD, at="LISAB", active=False),
    "admin": Part(unit=None, employee=False, superuser=True),
}


@dataclass(frozen=True)
class Cast:
    """Everyone, by part. All work at Södersjukhuset (SOS, a company under LISAB) unless said otherwise.

    A person keeps their standing for the life of the object, as in a request: after a change of appointments take ``again(person)``.
    """

    author: User
    """An employee; owns the cases of ``case_in`` unless told otherwise."""
    colleague: User
    """An employee at the same unit, with no part in the case."""
    coauthor: User
    """An employee at DS, to be named as co-author."""
    outsider: User
    """An employee at another unit (KAR)."""
    lead: User
    """Innovation lead at the parent unit (LISAB)."""
    other_lead: User
    """Innovation lead at another unit (KAR): the right role in the wrong place."""
    former_lead: User
    """Was innovation lead at LISAB until yesterday."""
    assessor: User
    """An employee at DS, to be named as a second assessor."""
    manager: User
    jurist: User
    """Rights reviewer for the whole Region."""
    coordinator: User
    registrar: User
    controller: User
    officer: User
    """Fund officer for the whole Region."""
    host: User
    """Testbed host at SOS; a colleague in all else."""
    external: User
    """Someone from outside the Region, with an account."""
    inactive: User
    """A disabled account that still has an appointment as innovation lead at LISAB."""
    admin: User
    """A superuser with no office and no employment: sees the admin pages and no case."""

    def __iter__(self) -> Iterator[tuple[str, User]]:
        return ((part.name, getattr(self, part.name)) for part in fields(self))


def gather() -> Cast:
    """Make everyone (five queries)."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    password = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(
            username=name,
            name=name.replace("_", " ").capitalize(),
            email=f"{name}@example.org",
            password=password,
            unit=units[part.unit] if part.unit else None,
            is_employee=part.employee,
            is_active=part.active,
            is_staff=part.superuser,
            is_superuser=part.superuser,
        )
        for name, part in PARTS.items()
    )
    people = {person.username: person for person in made}
    Appointment.objects.bulk_create(
        appointment(people[name], part.role, units[part.at], until=part.until)
        for name, part in PARTS.items()
        if part.role
    )
    return Cast(**people)


def appointment(person: User, role: Role, unit: Unit, *, until: int | None = None) -> Appointment:
    """An unsaved appointment, from a year ago; ``until`` is days from today."""
    today = timezone.localdate()
    end = None if until is None else today + timedelta(days=until)
    return Appointment(person=person, role=role, unit=unit, valid_from=today - timedelta(days=365), valid_to=end)


def again(person: User) -> User:
    """The same person as the next request would read them."""
    return User.objects.get(pk=person.pk)


def signed_in(person: User) -> Client:
    """A browser without script, signed in as the person."""
    client = Client()
    client.force_login(person, backend="portal.accounts.backends.ActiveBackend")
    return client


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


# ── Cases ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Story:
    """What a kind's cases need beyond what its fields and forms tell.

    ``draft`` are field values of the draft, or functions that give them for the code of its unit. ``answers`` gives what a move's form
    is sent, by move name: a mapping, or a function of case and cast. ``before`` is called with case and cast before the move, for example
    to let an assessor score. ``by`` names the part in the cast that makes a move. ``anonymous`` cases have no owner; ``owner`` names the
    part that owns every case of a kind that only some can begin.
    """

    draft: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any] | Callable[[Any, Cast], Mapping[str, Any]]] = field(default_factory=dict)
    before: Mapping[str, Callable[[Any, Cast], object]] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
    anonymous: bool = False
    owner: str = ""


def case_in(
    flow: type[Flow],
    state: str,
    cast: Cast,
    *,
    owner: User | None = None,
    unit: str = "SOS",
    considered: bool = True,
    **values: Any,
) -> Any:
    """A case of the flow's kind that has come to the state by the shortest way of moves, made by people who may make them.

    ``values`` are fields of the draft. ``considered`` answers the considerations of §6.2 in advance.
    """
    story = story_of(flow)
    case = draft_of(flow, cast, owner=owner, unit=unit, **values)
    if considered:
        answer_considerations(case)
    for move in way_to(flow, state):
        case = make_move(case, move.name, cast, story=story)
    assert case.state == state
    return case


def draft_of(flow: type[Flow], cast: Cast, *, owner: User | None = None, unit: str = "SOS", **values: Any) -> Any:
    """A draft with every field filled in that the kind asks for."""
    story = story_of(flow)
    owner = getattr(cast, story.owner) if story.owner else owner or (None if story.anonymous else cast.author)
    told = {name: value(unit) if callable(value) else value for name, value in story.draft.items()}
    written = {**filled_fields(flow.model), **told, **values}
    return begin_case(model=flow.model, owner=owner, unit=Unit.objects.get(code=unit), **written)


def make_move(
    case: Any, name: str, cast: Cast, *, person: User | None = None, story: Story | None = None, **data: Any
) -> Any:
    """Make one move as the person, or as the first in the cast who may; the form is filled in where ``data`` does not say."""
    story = story or story_of(case.kind_info.flow)
    move = case.kind_info.flow.moves[name]
    if name in story.before:
        story.before[name](case, cast)
    person = person or actor_for(case, move, cast, story)
    answers = story.answers.get(name, {})
    sent = {**filled_form(case, move, person), **(answers(case, cast) if callable(answers) else answers), **data}
    return perform(case, name, person=person, data=sent)


def actor_for(case: Any, move: Move, cast: Cast, story: Story | None = None) -> User | None:
    """The first who may make the move: the owner, then the cast in order. None for a visitor or the clock."""
    if move.by is VISITOR or move.by is SYSTEM:
        return None
    if story and move.name in story.by:
        return again(getattr(cast, story.by[move.name]))
    stored = type(case).objects.get(pk=case.pk)
    told = set(User.objects.filter(move.by.people(stored)).values_list("pk", flat=True))
    people = filter(None, (case.owner, *(person for _part, person in cast)))
    for person in sorted(people, key=lambda person: person.pk not in told):  # those who are told of it most likely may
        if whos_held(stored, again(person), [move.by]).get(move.by.key):
            return again(person)
    raise LookupError(f"Nobody in the cast may {move.name} {case!r}.")


def way_to(flow: type[Flow], state: str) -> list[Move]:
    """The shortest way of moves from the draft to the state, the first in the table's order."""
    ways: dict[str, list[Move]] = {flow.start: []}
    queue = deque([flow.start])
    while queue and state not in ways:
        here = queue.popleft()
        for move in flow.moves_from(here):
            if move.target is not None and move.target not in ways:
                ways[move.target] = [*ways[here], move]
                queue.append(move.target)
    return ways[state]


def open_moves(case: Any) -> set[str]:
    """Names of the moves whose guards say yes now, whoever asks."""
    return {move.name for move in case.kind_info.flow.moves_from(case.state) if judge(case, move)}


def story_of(flow: type[Flow]) -> Story:
    """What the kind's tests add, from ``tests/<app>/story.py`` where there is one."""
    place = f"tests.{flow.model._meta.app_label}.story"
    try:
        found = find_spec(place)
    except ModuleNotFoundError:
        found = None
    stories: Mapping[type[Flow], Story] = import_module(place).STORIES if found else {}
    return stories.get(flow, Story())


def answer_considerations(case: Case) -> Considerations:
    """All four considerations answered as a guard wants them."""
    answers = dict.fromkeys(Considerations.TOPICS, Answer.YES)
    texts = {f"{topic}_text": "Prövat tillsammans med verksamheten." for topic in Considerations.TOPICS}
    found, _created = Considerations.objects.update_or_create(case_id=case.pk, defaults={**answers, **texts})
    return found


# ── Filling in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def filled_fields(model: type[Case]) -> dict[str, Any]:
    """A fitting value for each field that the writer of a draft can fill in."""
    own = [column for column in model._meta.local_fields if column.editable and not column.is_relation]
    asked = [model._meta.get_field(name) for name in ("title", "summary", "perspectives", "beneficiaries", *model.asks)]
    return {column.name: _column_value(column) for column in {*own, *asked} if isinstance(column, models.Field)}


def _column_value(column: models.Field[Any, Any]) -> Any:
    match column:
        case ArrayField():
            return [_column_value(column.base_field)]
        case models.ForeignKey():
            return column.related_model._default_manager.first()
        case models.BooleanField():
            return False
        case models.IntegerField() | models.DecimalField():
            return 1
        case models.DateField():
            return timezone.localdate() + timedelta(days=30)
        case models.EmailField():
            return "svar@example.org"
    if column.choices:
        return next(value for value, _label in column.flatchoices if value)
    return f"{'Hjärtstartare med drönare' if column.name == 'title' else 'Beskrivet i ord'} {next(_number)}"


def filled_form(case: Any, move: Move, person: User | None) -> dict[str, Any]:
    """What someone who fills in the move's form with care would send."""
    if move.form is None:
        return {}
    form: MoveForm = move.form(case=case, person=person)
    return {name: _answer(asked) for name, asked in form.fields.items() if asked.required}


_ANSWERS: dict[type[forms.Field], Any] = {
    forms.BooleanField: True,
    forms.IntegerField: 1,
    forms.DateField: "2026-09-01",
    forms.EmailField: "svar@example.org",
}


def _answer(asked: forms.Field) -> Any:
    if isinstance(asked, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return [_first_choice(asked)]
    if isinstance(asked, forms.ChoiceField):
        return _first_choice(asked)
    return next((value for sort, value in _ANSWERS.items() if isinstance(asked, sort)), "Skälen är vägda mot varandra.")


def _first_choice(asked: forms.ChoiceField) -> str:
    choices: Any = asked.choices
    return next(str(value) for value, _label in choices if value not in ("", None))
