"""The addresses that the portal really has, each with the rule written for it in ``routes``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.trust.routes import ROUTES
from tests.trust.visits import ADMIN, SIGNING_IN_TO_ADMIN, Rule, Visit
from tests.trust.world import World

ADMIN_ARGUMENTS = {"object_id": "1", "id": "1", "pk": "1", "app_label": "accounts", "content_type_id": "1", "url": "x"}
"""What stands in for any parameter of an address under /admin/: all of them belong to administrators alone."""


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
