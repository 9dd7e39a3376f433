"""What is opened of each address, and what a rule of the table says of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from django.urls import reverse

from tests.trust.readers import ANONYMOUS, EMPLOYEES, EVERYONE, INACTIVE, SIGNED_IN
from tests.trust.world import Planted, World

Statuses = frozenset[int]
STRANGERS = {ANONYMOUS, INACTIVE}
SOME = ("invention", "suggestion", "disclosed", "applied", "tested")
"""A closed idea, and other kinds."""
SOMETHING = frozenset({200, 302, 403, 405, 409})
"""What someone who sees a case may get from a page of it, where nothing more is written."""


@dataclass(frozen=True)
class Visit:
    """One address to try. ``planted`` is the case it belongs to; ``readers`` the parts it is not hidden from, if fewer than see that."""

    url: str
    planted: Planted | None = None
    readers: frozenset[str] | None = None


@dataclass(frozen=True)
class Rule:
    """``may`` get one of ``status``; others who are signed in get ``refused``; those who are not get ``stranger``.

    ``visits`` are the addresses; without it the route has one, with no parameters.
    """

    may: frozenset[str] = EVERYONE
    status: Statuses = frozenset({200})
    refused: int = 403
    stranger: int = 302
    visits: Callable[[World, str], Iterable[Visit]] = lambda world, name: [Visit(reverse(name))]

    def expects(self, part: str, visit: Visit, world: World) -> Statuses:
        stranger = part in STRANGERS
        if visit.planted and part not in (visit.readers or visit.planted.seen_by):
            return frozenset({self.stranger if stranger else 404}) | (self.status & statuses(405))
        if visit.planted and visit.planted is not world.cases["open"]:
            return SOMETHING
        if part in self.may:
            return self.status
        return frozenset({self.stranger if stranger else self.refused})

    def at(self, **arguments: Any) -> "Rule":
        """The rule for an address with parameters that belong to no case."""
        return replace(self, visits=lambda world, name: [Visit(reverse(name, kwargs=arguments))])


def statuses(*numbers: int) -> Statuses:
    return frozenset(numbers)


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PUBLIC = Rule()
POSTED = Rule(status=statuses(405))
"""Anyone may post there; there is no page."""
PERSONAL = Rule(may=SIGNED_IN)
"""What is one's own, or what one may see, and nothing else: the words in the answer decide."""
POSTED_BY_PERSON = Rule(may=SIGNED_IN, status=statuses(405))
SIGNING_IN = Rule(status=statuses(200, 302))
"""Steps of signing in: a page for those on that step, otherwise the way back to where it begins."""
CHANGING_SIGN_IN = Rule(may=SIGNED_IN, status=statuses(200, 302, 404))
"""Settings of one's own sign-in: the page, or first the password again; 404 for what one does not have."""
ADMIN = Rule(may=frozenset({"admin"}), status=statuses(200, 302, 403, 404), refused=302)
SIGNING_IN_TO_ADMIN = Rule(status=statuses(200, 302, 403, 405))


def of_cases(world: World, name: str) -> Iterator[Visit]:
    for planted in world.cases.values():
        yield Visit(reverse(name, kwargs={"key": planted.case.key}), planted)


def of_some_cases(world: World, name: str) -> Iterator[Visit]:
    """Pages that find their case in the same way as its own page: of the open case, and of one that is hidden from some."""
    for planted in spread(world, name, [world.cases[key] for key in SOME]):
        yield Visit(reverse(name, kwargs={"key": planted.case.key}), planted)


def spread(world: World, name: str, others: list[Planted]) -> list[Planted]:
    """The open case and one of the others: each of them meets a part of all addresses. With --whole all of them."""
    hidden = [planted for planted in others if planted is not world.cases["open"]]
    return [world.cases["open"], *(hidden if world.whole else [hidden[crc32(name.encode()) % len(hidden)]])]


def of_submitted(world: World, name: str) -> Iterator[Visit]:
    """The API and the diary know no drafts: of those nobody sees anything there."""
    for visit in of_cases(world, name):
        draft = visit.planted is not None and visit.planted.case.opened_at is None
        yield replace(visit, readers=frozenset({"nobody"})) if draft else visit


def of_open_with(**arguments: Callable[[World], Any]) -> Callable[[World, str], Iterator[Visit]]:
    """The open case's address, with the parameters given; each hidden case's address with the same."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        given = {key: value(world) for key, value in arguments.items()}
        for planted in (world.cases["open"], world.cases["invention"]):
            yield Visit(reverse(name, kwargs={"key": planted.case.key, **given}), planted)

    return visits


def of_moves(world: World, name: str) -> Iterator[Visit]:
    for planted in (world.cases[key] for key in ("open", *SOME)):
        for move in planted.case.kind_info.flow.moves_from(planted.case.state):
            yield Visit(reverse(name, kwargs={"key": planted.case.key, "move": move.name}), planted)


def of_api_moves(world: World, name: str) -> Iterator[Visit]:
    yield Visit(reverse(name, kwargs={"key": world.cases["open"].case.key, "name": "withdraw"}))


def of_documents(world: World, name: str) -> Iterator[Visit]:
    for document, readers in world.documents.values():
        planted = next(planted for planted in world.cases.values() if planted.case.pk == document.case_id)
        yield Visit(reverse(name, kwargs={"pk": document.pk}), planted, readers)


def of_diary(world: World, name: str) -> Iterator[Visit]:
    """That a number exists is public (OSL 5:2); what it is about follows the words."""
    for planted in world.cases.values():
        if planted.case.opened_at:
            yield Visit(reverse(name, kwargs={"key": planted.case.key}))


def of_reports(**arguments: Callable[[World], Any]) -> Callable[[World, str], Iterator[Visit]]:
    """A published report, which is everyone's, and a draft."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        given = {key: value(world) for key, value in arguments.items()}
        for report, planted in ((world.report, None), (world.cases["report"].case, world.cases["report"])):
            of = {"year": report.year, "edition": report.edition}
            yield Visit(reverse(name, kwargs={**of, **given}), planted)

    return visits


def of_published(**arguments: Callable[[World], Any]) -> Callable[[World, str], Iterator[Visit]]:
    """Pages of what is frozen: of a draft there is none, whoever asks."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        frozen, draft = of_reports(**arguments)(world, name)
        yield from (frozen, replace(draft, readers=frozenset({"nobody"})))

    return visits


def of_years(world: World, name: str) -> Iterator[Visit]:
    for report, planted in ((world.report, None), (world.cases["report"].case, world.cases["report"])):
        yield Visit(reverse(name, kwargs={"year": report.year}), planted)


def of_written(world: World, name: str) -> Iterator[Visit]:
    """Pages that write an idea, by its id."""
    for planted in spread(world, name, ideas_of(world)):
        yield Visit(reverse(name, kwargs={"pk": planted.case.pk}), planted)


def of_open_idea_with(**arguments: Callable[[World], Any]) -> Callable[[World, str], Iterator[Visit]]:
    """The open idea's address by its id, with the parameters given; that of a closed one with the same."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        given = {key: value(world) for key, value in arguments.items()}
        for planted in (world.cases["open"], world.cases["invention"]):
            yield Visit(reverse(name, kwargs={"pk": planted.case.pk, **given}), planted)

    return visits


def of_row(**arguments: Callable[[World], Any]) -> Callable[[World, str], Iterator[Visit]]:
    return lambda world, name: iter([Visit(reverse(name, kwargs={key: of(world) for key, of in arguments.items()}))])


def of_own(key: str, **arguments: int) -> Callable[[World, str], Iterator[Visit]]:
    """Pages of one kind's cases, by their id and the parameters given; an idea has none of them, whoever asks."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        for planted, readers in ((world.cases[key], None), (world.cases["open"], frozenset({"nobody"}))):
            yield Visit(reverse(name, kwargs={"pk": planted.case.pk, **arguments}), planted, readers)

    return visits


def of_testbed(**arguments: int) -> Callable[[World, str], Iterator[Visit]]:
    """Pages of the testbed that the world's request asks for, by its id."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        yield Visit(reverse(name, kwargs={"pk": world.cases["tested"].case.testbed.pk, **arguments}))

    return visits


def of_calls(world: World, name: str) -> Iterator[Visit]:
    """Pages of a call, by its id: of one that everyone who works here sees, and of one that nobody but its officer does."""
    for planted in (world.cases["call"], world.cases["unannounced"]):
        yield Visit(reverse(name, kwargs={"pk": planted.case.pk}), planted)


def of_edition(world: World, name: str) -> Iterator[Visit]:
    """The first version of the call that is announced; the other has none."""
    announced, draft = world.cases["call"], world.cases["unannounced"]
    yield Visit(reverse(name, kwargs={"pk": announced.case.pk, "number": 1}), announced)
    yield Visit(reverse(name, kwargs={"pk": draft.case.pk, "number": 1}), draft, frozenset({"nobody"}))


def of_absent(key: str, **arguments: int) -> Callable[[World, str], Iterator[Visit]]:
    """Pages of a row that the case does not have: nobody sees any."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        for planted in (world.cases[key], world.cases["open"]):
            address = reverse(name, kwargs={"pk": planted.case.pk, **arguments})
            yield Visit(address, planted, frozenset({"nobody"}))

    return visits


def of_tie(world: World, name: str) -> Iterator[Visit]:
    yield Visit(reverse(name, kwargs={"pk": world.note_tie.pk}), world.cases["inner"])


def of_scorecards(world: World, name: str) -> Iterator[Visit]:
    """A scorecard is the assessor's own: for everyone else there is none."""
    for planted in ideas_of(world):
        asked = planted in (world.cases["open"], world.cases["inner"], world.cases["placing"])
        readers = frozenset({"assessor"} if asked else {"nobody"})
        yield Visit(reverse(name, kwargs={"pk": planted.case.pk}), planted, readers)


def ideas_of(world: World) -> list[Planted]:
    return [planted for planted in world.cases.values() if planted.case.kind == "idea"]


def of_disclosure(**arguments: Callable[[World], Any]) -> Callable[[World, str], Iterator[Visit]]:
    """Pages of a disclosure, by its id; an idea has none of them, whoever asks."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        given = {key: value(world) for key, value in arguments.items()}
        for planted, readers in ((world.cases["disclosed"], None), (world.cases["open"], frozenset({"nobody"}))):
            yield Visit(reverse(name, kwargs={"pk": planted.case.pk, **given}), planted, readers)

    return visits


def contributor_of(world: World) -> int:
    return int(world.cases["disclosed"].case.contributors.get().pk)


def of_suggestion(world: World, name: str) -> Iterator[Visit]:
    yield Visit(reverse(name, kwargs={"key": world.cases["suggestion"].case.key}))


def in_file_forms(world: World, name: str) -> Iterator[Visit]:
    for form in ("csv", "json", "xlsx"):
        yield Visit(reverse(name, kwargs={"form": form}))


def searched(*queries: str) -> Callable[[World, str], Iterator[Visit]]:
    """The list as it is, and asked for what it might hide."""

    def visits(world: World, name: str) -> Iterator[Visit]:
        for query in ("", *queries):
            yield Visit(reverse(name) + query)

    return visits


def of_case(
    may: Iterable[str], *, visits: Callable[[World, str], Iterable[Visit]] = of_some_cases, **more: Any
) -> Rule:
    """A page of a case. ``may`` are those who get it on the open case, whose authors and handlers are in the world."""
    return Rule(may=frozenset(may), visits=visits, **more)


def of_api(may: Iterable[str] = EMPLOYEES) -> Rule:
    return of_case(may, visits=of_submitted, stranger=401)
