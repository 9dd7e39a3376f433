"""Every address of the portal and who may open it, written by hand: a new address fails until somebody has thought about it.

A rule says what a GET answers to each part of the cast. Pages of a case also answer by who sees the case: 404 to those who do not,
whatever the page; 403 to those who see it when the page is another's.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.trust.world import (
    ANONYMOUS,
    AUTHORS,
    DECIDERS,
    EMPLOYEES,
    EVERYONE,
    HANDLERS,
    INACTIVE,
    SIGNED_IN,
    Planted,
    World,
)

Statuses = frozenset[int]
STRANGERS = {ANONYMOUS, INACTIVE}
SOME = ("open", "invention", "suggestion", "disclosed")
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
    """Pages that find their case in the same way as its own page: on the open case, a closed one and another kind."""
    for visit in of_cases(world, name):
        if visit.planted in [world.cases[key] for key in SOME]:
            yield visit


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
    for planted in (world.cases[key] for key in SOME):
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
    for planted in ideas_of(world):
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


def of_challenge(world: World, name: str) -> Iterator[Visit]:
    """Pages that write a challenge, by its id; an idea has none of them, whoever asks."""
    for planted, readers in ((world.cases["challenge"], None), (world.cases["open"], frozenset({"nobody"}))):
        yield Visit(reverse(name, kwargs={"pk": planted.case.pk}), planted, readers)


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


WORDS = ("?q=Rubrik", "?q=Rubrikk", "?q=zqx", "?q=SOS+2026-0002")
FIGURE = "sample_received"
LEADERS = frozenset({"lead", "other_lead"})
"""Who answers for some other unit than that of the open idea."""
TELLERS = LEADERS | {"manager"}
"""Who answers for a unit."""
STORYTELLERS = frozenset({"lead", "coordinator"})
GATHERERS = STORYTELLERS | {"other_lead"}
"""Who writes in the needs bank and makes challenges of what is in it; for SOS and LISAB only the ``STORYTELLERS``."""

# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────

ROUTES: dict[str, Rule] = {
    # Open to everyone
    "pages:start": PUBLIC,
    "pages:way_in": PUBLIC,
    "pages:doors": PUBLIC.at(audience="invanare"),
    "pages:about": PUBLIC,
    "pages:guides": PUBLIC,
    "pages:guide": PUBLIC.at(slug="invanare"),
    "pages:contacts": PUBLIC,
    "pages:accessibility": PUBLIC,
    "pages:barrier": PUBLIC,
    "pages:barrier_receipt": PUBLIC,
    "pages:barrier_follow": PUBLIC,
    "pages:colours": POSTED,
    "set_language": Rule(status=statuses(302)),
    "api_docs": PUBLIC,
    "api:openapi-json": PUBLIC,
    "api:api-root": Rule(status=statuses(404)),
    "healthz": PUBLIC,
    "metrics": PUBLIC,  # to this machine alone, or with a token: tests/test_health.py
    "organisation:tree": PUBLIC,
    # Roles
    "pages:contact_add": Rule(may=frozenset({"coordinator"})),
    "pages:contact_edit": Rule(may=frozenset({"coordinator"}), status=statuses(200, 404)).at(pk=1),
    "pages:contact_remove": Rule(may=frozenset({"coordinator"}), status=statuses(200, 404)).at(pk=1),
    # What one may see of all cases
    "cases:search": Rule(visits=searched(*WORDS, "?q=zqx&kind=idea")),
    "cases:mine": PERSONAL,
    "cases:all": replace(PERSONAL, visits=searched(*WORDS, "?kind=suggestion", "?mine=next", "?overdue=on")),
    "cases:export_list": replace(PERSONAL, visits=in_file_forms),
    "notices:list": replace(PERSONAL, visits=searched("?unread=1")),
    "notices:read": POSTED_BY_PERSON,
    "notices:delivery": POSTED_BY_PERSON,
    "accounts:me": PERSONAL,
    "accounts:my_data": PERSONAL,
    "accounts:sign_out_everywhere": POSTED_BY_PERSON,
    "diary:list": Rule(visits=searched(*WORDS, "?kind=idea")),
    "diary:export": Rule(visits=in_file_forms),
    "diary:case": Rule(visits=of_diary),
    "api:list_cases": replace(PERSONAL, stranger=401, visits=searched("?kind=idea", "?state=rights")),
    # One case
    "cases:case": of_case(EMPLOYEES, visits=of_cases),
    "cases:move": of_case(EMPLOYEES, status=SOMETHING, visits=of_moves),
    "cases:message": of_case(AUTHORS | HANDLERS),
    "cases:add_document": of_case(AUTHORS | HANDLERS),
    "cases:document": of_case(EMPLOYEES, visits=of_documents),
    "cases:withdraw_document": of_case(DECIDERS | {"author"}, visits=of_documents),
    "cases:considerations": of_case(AUTHORS | HANDLERS),
    "cases:add_coauthor": of_case({"author"}),
    "cases:remove_coauthor": of_case(AUTHORS, visits=of_open_with(person=lambda world: world.cast.coauthor.pk)),
    "cases:holder": of_case(DECIDERS),
    "cases:openness": of_case(DECIDERS | {"registrar"}),
    "cases:tie": of_case(DECIDERS),
    "cases:untie": of_case(  # 404 to those who see one end of the tie alone
        DECIDERS, status=statuses(200, 404), visits=of_open_with(pk=lambda world: world.link.pk)
    ),
    "cases:export": of_case(DECIDERS | {"registrar"}),
    "cases:discard": of_case(()),
    "cases:similar": of_case(()),  # of a draft: tests/cases/test_similar.py
    "cases:similar_answer": of_case(
        EMPLOYEES, status=statuses(405), visits=of_open_with(pk=lambda world: world.cases["open"].case.pk)
    ),
    "diary:paper": of_case({"registrar"}),
    "diary:mark": of_case({"registrar"}, visits=of_open_with(line=lambda world: world.line.line)),
    "api:get_case": of_api(),
    "api:list_moves": of_api(),
    "api:list_events": of_api(),
    "api:list_documents": of_api(),
    "api:make_move": Rule(status=statuses(405), visits=of_api_moves),
    # Ideas and suggestions
    "ideas:list": replace(PERSONAL, visits=searched("?q=Rubrik")),
    "ideas:begin": Rule(may=EMPLOYEES),
    "ideas:write": of_case(AUTHORS, status=statuses(409), visits=of_written),
    "ideas:assess": of_case({"assessor"}, visits=of_scorecards),
    "ideas:criteria": Rule(may=EMPLOYEES),
    "ideas:criteria_new": Rule(may=frozenset({"coordinator"})),
    "ideas:candidate_add": of_case(DECIDERS, status=statuses(409), visits=of_written),
    "ideas:candidate": of_case(DECIDERS, status=statuses(409), visits=of_open_idea_with(candidate=lambda world: 1)),
    "ideas:candidate_remove": of_case(
        DECIDERS, status=statuses(409), visits=of_open_idea_with(candidate=lambda world: 1)
    ),
    "ideas:benefits": of_case(AUTHORS | DECIDERS, visits=of_written),
    "ideas:unit": Rule(may=TELLERS),
    "ideas:support": of_case(EMPLOYEES, status=statuses(405), visits=of_written),
    "ideas:follow": of_case(EMPLOYEES, status=statuses(405), visits=of_written),
    "ideas:comment": of_case(EMPLOYEES, visits=of_written),
    "ideas:comment_change": of_case(
        {"colleague"}, status=statuses(200, 409), visits=of_open_idea_with(comment=lambda world: world.comment.pk)
    ),
    "ideas:comment_remove": of_case(
        DECIDERS | {"colleague"}, visits=of_open_idea_with(comment=lambda world: world.comment.pk)
    ),
    "ideas:kit": of_case(AUTHORS | DECIDERS, status=statuses(409), visits=of_written),
    "ideas:take_up": of_case(LEADERS, status=statuses(409), visits=of_written),
    "ideas:check_adoption": of_case(
        {"other_lead"}, status=statuses(409), visits=of_open_idea_with(adoption=lambda world: world.adoption.pk)
    ),
    "ideas:example": of_case(STORYTELLERS, visits=of_written),
    "ideas:example_publish": of_case(STORYTELLERS, visits=of_written),
    "ideas:example_withdraw": of_case(STORYTELLERS, visits=of_written),
    "ideas:picture": of_case(STORYTELLERS, visits=of_written),
    "ideas:picture_remove": of_case(STORYTELLERS, visits=of_open_idea_with(picture=lambda world: world.picture.pk)),
    "ideas:credit": of_case(STORYTELLERS, visits=of_written),
    "ideas:credit_remove": of_case(STORYTELLERS, visits=of_open_idea_with(credit=lambda world: world.credit.pk)),
    "examples:list": PUBLIC,
    "examples:page": replace(PUBLIC, visits=of_row(pk=lambda world: world.example.pk)),
    "examples:picture": replace(PUBLIC, visits=of_row(pk=lambda world: world.picture.pk)),
    "challenges:list": PUBLIC,
    "challenges:begin": Rule(may=GATHERERS),
    "challenges:page": replace(PUBLIC, visits=of_row(pk=lambda world: world.cases["challenge"].case.pk)),
    "challenges:write": of_case((), visits=of_challenge),
    "needs:list": Rule(may=EMPLOYEES, visits=searched("?q=zqx", "?challenge=no")),
    "needs:add": Rule(may=GATHERERS),
    "needs:need": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.need.pk)),
    "needs:change": Rule(may=STORYTELLERS, visits=of_row(pk=lambda world: world.need.pk)),
    "needs:gatherings": Rule(may=EMPLOYEES, visits=searched("?method=survey")),
    "needs:add_gathering": Rule(may=GATHERERS),
    "needs:gathering": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.need.gathering_id)),
    "needs:change_gathering": Rule(may=STORYTELLERS, visits=of_row(pk=lambda world: world.need.gathering_id)),
    "scanning:list": Rule(may=EMPLOYEES, visits=searched("?q=zqx")),
    "scanning:add": Rule(may=EMPLOYEES),
    "scanning:note": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.note_tie.note_id)),
    "scanning:change": Rule(may=frozenset({"colleague"}), visits=of_row(pk=lambda world: world.note_tie.note_id)),
    "scanning:tie": Rule(may=EMPLOYEES, visits=of_row(pk=lambda world: world.note_tie.note_id)),
    "scanning:untie": of_case((), visits=of_tie),
    "suggestions:public": Rule(visits=searched("?q=Rubrik")),
    "suggestions:leave": PUBLIC,
    "suggestions:receipt": Rule(status=statuses(302)),
    "suggestions:follow": PUBLIC,
    "suggestions:followed": Rule(status=statuses(302), visits=of_suggestion),
    "suggestions:forget": POSTED,
    "suggestions:handle": replace(PERSONAL, visits=searched("?q=Rubrik")),
    # Rights: their authors' and the rights reviewers' alone
    "rights:list": replace(PERSONAL, visits=searched("?q=Rubrik", "?unused=on")),
    "rights:begin": Rule(may=EMPLOYEES),
    "rights:write": of_case((), visits=of_disclosure()),
    "rights:add_contributor": of_case((), visits=of_disclosure()),
    "rights:edit_contributor": of_case((), visits=of_disclosure(contributor=contributor_of)),
    "rights:remove_contributor": of_case((), visits=of_disclosure(contributor=contributor_of)),
    "rights:confirm": of_case((), visits=of_disclosure()),
    "rights:letter": of_case((), visits=of_disclosure(letter=lambda world: "mottagningsbevis")),
    # The rules on rights: everyone's to read
    "rights:policy": PUBLIC,
    "rights:policy_version": PUBLIC.at(number=1),
    "rights:policy_guide": Rule(visits=searched("?result_type=invention&capacities=employee&main_duty=True")),
    "rights:policy_file": Rule(may=EMPLOYEES).at(number=1, language="sv"),
    "rights:policy_read": POSTED_BY_PERSON.at(number=1),
    "rights:policy_write": Rule(may=frozenset({"jurist"})),
    "rights:policy_spread": Rule(may=TELLERS | {"coordinator", "jurist"}),
    "rights:policy_tell": Rule(may=TELLERS),
    "rights:policy_withdraw": Rule(may=TELLERS, status=statuses(404)).at(pk=1),
    # The annual report: published ones are everyone's; the one in the world is not published
    "followup:list": PUBLIC,
    "followup:year": Rule(status=statuses(302), stranger=404, visits=of_years),
    "followup:report": Rule(stranger=404, visits=of_reports()),
    "followup:progress": Rule(stranger=404, visits=of_reports()),
    "followup:cancel": Rule(may=SIGNED_IN, status=statuses(405), visits=of_reports()),
    "followup:file": Rule(stranger=404, visits=of_published(extension=lambda world: "pdf")),
    "followup:part": Rule(stranger=404, visits=of_published(unit=lambda world: world.part.unit_id)),
    "followup:figure": Rule(stranger=404, visits=of_published(key=lambda world: FIGURE)),
    "followup:chart": Rule(stranger=404, visits=of_published(key=lambda world: FIGURE, language=lambda world: "sv")),
    # Signing in
    "account_login": SIGNING_IN,
    "account_signup": SIGNING_IN,
    "account_inactive": PUBLIC,
    "account_logout": SIGNING_IN,
    "account_reauthenticate": Rule(may=SIGNED_IN, status=statuses(200, 302)),
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC.at(key="MQ:1abc:def"),
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC.at(uidb36="1", key="set-password"),
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": SIGNING_IN,
    "mfa_login_webauthn": SIGNING_IN,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": Rule(status=statuses(401)),
    "socialaccount_signup": SIGNING_IN,
    "openid_connect_login": Rule(status=statuses(404)).at(provider_id="region"),
    "openid_connect_callback": Rule(status=statuses(404)).at(provider_id="region"),
    # One's own sign-in
    "account_email": CHANGING_SIGN_IN,
    "account_change_password": CHANGING_SIGN_IN,
    "account_set_password": CHANGING_SIGN_IN,
    "mfa_index": CHANGING_SIGN_IN,
    "mfa_reauthenticate": CHANGING_SIGN_IN,
    "mfa_activate_totp": CHANGING_SIGN_IN,
    "mfa_deactivate_totp": CHANGING_SIGN_IN,
    "mfa_view_recovery_codes": CHANGING_SIGN_IN,
    "mfa_generate_recovery_codes": CHANGING_SIGN_IN,
    "mfa_download_recovery_codes": CHANGING_SIGN_IN,
    "mfa_list_webauthn": CHANGING_SIGN_IN,
    "mfa_add_webauthn": CHANGING_SIGN_IN,
    "mfa_reauthenticate_webauthn": CHANGING_SIGN_IN,
    "mfa_edit_webauthn": CHANGING_SIGN_IN.at(pk=1),
    "mfa_remove_webauthn": CHANGING_SIGN_IN.at(pk=1),
    "usersessions_list": CHANGING_SIGN_IN,
    "socialaccount_connections": CHANGING_SIGN_IN,
}

ADMIN_ARGUMENTS = {"object_id": "1", "id": "1", "pk": "1", "app_label": "accounts", "content_type_id": "1", "url": "x"}
"""What stands in for any parameter of an address under /admin/: all of them belong to administrators alone."""


# ── Walking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Route:
    """``name`` as ``reverse`` takes it; an address without a name is called by its pattern."""

    name: str
    pattern: str
    parameters: tuple[str, ...]


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns))


def _walk(entries: Iterable[Any], spaces: tuple[str, ...] = (), before: str = "") -> Iterator[Route]:
    for entry in entries:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, (*spaces, entry.namespace) if entry.namespace else spaces, pattern)
        elif isinstance(entry, URLPattern):
            parameters = tuple(re.findall(r"<(?:\w+:)?(\w+)>", pattern))
            yield Route(":".join((*spaces, entry.name)) if entry.name else pattern, pattern, parameters)


def rule_of(route: Route) -> Rule | None:
    """The rule written for the route; everything under /admin/ has one. None if nobody has written any."""
    if route.pattern.startswith("admin/"):
        return SIGNING_IN_TO_ADMIN if route.name in {"admin:login", "admin:logout", "admin:jsi18n"} else ADMIN
    return ROUTES.get(route.name)


def visits_of(route: Route, world: World) -> list[Visit]:
    if route.pattern.startswith("admin/"):
        return [Visit(_admin_address(route))]
    rule = ROUTES[route.name]
    return list(rule.visits(world, route.name))


def _admin_address(route: Route) -> str:
    try:
        return reverse(route.name, kwargs={name: ADMIN_ARGUMENTS[name] for name in route.parameters})
    except NoReverseMatch:
        return "/" + re.sub(
            r"\(?\??P?<(?:\w+:)?(\w+)>(?:\.\*\)\$)?", lambda found: ADMIN_ARGUMENTS[found[1]], route.pattern
        )
