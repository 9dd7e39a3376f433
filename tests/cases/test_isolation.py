"""What one may not see is not there: every address of a case, for everyone who may not see it (ASVS 8.2.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.cases import kinds
from portal.cases.actions.documents import add_document
from portal.cases.actions.links import tie_cases
from portal.cases.actions.messages import send_message
from portal.cases.actions.openness import change_openness
from portal.cases.actions.people import name_person
from portal.cases.models import Case
from portal.cases.states import Audience, Confidentiality, Relation
from portal.cases.uploads import inspect
from tests.cast import Cast, case_in, draft_of, signed_in

IDEA = kinds.by_key("idea").flow
SECRET = "Förborgad"
OPEN_TO_ALL = {
    "api:list_cases", "cases:search", "cases:mine", "cases:all", "cases:export_list",
    "diary:list", "diary:export", "diary:case", "api:openapi-json", "api:api-root",
}  # fmt: skip
"""Addresses that belong to no case, or that everyone reads; what they tell is tested by what they must not tell."""
OF_ONE_CASE: dict[str, dict[str, Any]] = {
    "cases:case": {}, "cases:message": {}, "cases:add_document": {}, "cases:considerations": {}, "cases:add_coauthor": {},
    "cases:remove_coauthor": {"person": "coauthor"}, "cases:holder": {}, "cases:openness": {}, "cases:tie": {},
    "cases:untie": {"pk": "link"}, "cases:export": {}, "cases:discard": {}, "cases:move": {"move": "take_up"},
    "cases:similar": {}, "cases:similar_answer": {"pk": 1},
    "cases:document": {"pk": "document"}, "cases:withdraw_document": {"pk": "document"},
    "diary:paper": {}, "diary:mark": {"line": 1},
    "api:get_case": {}, "api:list_moves": {}, "api:make_move": {"name": "take_up"}, "api:list_events": {}, "api:list_documents": {},
}  # fmt: skip
"""Every other address, with what else it takes besides the case's key."""


@dataclass
class Closed:
    """A case that is closed to all but the author and the rights reviewers, with something of everything in it."""

    case: Any
    link: int
    document: int
    coauthor: int


@pytest.fixture
def closed(cast: Cast) -> Closed:
    case = case_in(IDEA, "submitted", cast, title=SECRET, need=f"{SECRET} {SECRET}")
    other = case_in(IDEA, "submitted", cast)
    file = SimpleUploadedFile("hemlig.txt", SECRET.encode())
    document = add_document(
        case=case, file=file, accepted=inspect(file, "hemlig.txt"), person=cast.author, audience=Audience.EVERYONE
    )
    send_message(case=case, text=SECRET, audience=Audience.AUTHOR, person=cast.lead)
    link = tie_cases(source=case, target=other, relation=Relation.RELATED, by=cast.lead)
    name_person(case=case, person=cast.coauthor, grant="coauthor", by=cast.author)
    change_openness(
        case=case, confidentiality=Confidentiality.RESTRICTED, provision="31:16", reason=SECRET, person=cast.jurist
    )
    return Closed(Case.objects.get(pk=case.pk).as_kind(), link.pk, document.pk, cast.coauthor.pk)


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the kernel."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, entry.namespace or space)
        elif space in {"cases", "diary", "api"}:
            yield f"{space}:{entry.name}", entry


def address_of(name: str, closed: Closed) -> str:
    pattern = next(pattern for known, pattern in routes() if known == name)
    more = {
        key: getattr(closed, value, value) if isinstance(value, str) else value
        for key, value in OF_ONE_CASE[name].items()
    }
    key = {"key": closed.case.key} if "key" in pattern.pattern.converters else {}
    return reverse(name, kwargs={**key, **more})


@pytest.mark.trust(1)
def test_every_address_is_classified() -> None:
    assert {name for name, _pattern in routes()} == OPEN_TO_ALL | OF_ONE_CASE.keys()


@pytest.mark.trust(1)
@pytest.mark.parametrize(
    "part", ["outsider", "colleague", "lead", "registrar", "coordinator", "external", "admin", "former_lead"]
)
def test_an_outsider_gets_404_everywhere(cast: Cast, closed: Closed, part: str) -> None:
    client = signed_in(getattr(cast, part))

    for name in OF_ONE_CASE:
        address = address_of(name, closed)
        answers = client.get(address), client.post(address, {}, content_type="application/json")
        found = {answer.status_code for answer in answers} - {405}
        assert (name, found) == (name, {404})
        assert not any(SECRET in answer.content.decode() for answer in answers)


@pytest.mark.trust(1)
def test_who_is_not_signed_in_is_asked_to(closed: Closed) -> None:
    client = Client()

    for name in OF_ONE_CASE:
        answer = client.get(address_of(name, closed))
        if answer.status_code != 405:
            assert (name, answer.status_code) == (name, 401 if name.startswith("api:") else 302)


def work_behind(client: Client, address: str) -> list[str]:
    """The shape of every statement that the address costs, without its values."""
    with CaptureQueriesContext(connection) as ran:
        client.get(address)
        client.post(address, {}, content_type="application/json")
    return [re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"]) for query in ran.captured_queries]


@pytest.mark.trust(1)
@pytest.mark.parametrize("part", ["outsider", "colleague", "lead", "external", None])
def test_what_is_hidden_costs_the_same_work_as_what_does_not_exist(
    cast: Cast, closed: Closed, part: str | None
) -> None:
    client, draft = signed_in(getattr(cast, part)) if part else Client(), draft_of(IDEA, cast)
    nothing = replace(closed, case=SimpleNamespace(key=f"{closed.case.key[:-4]}9999"), link=10**9, document=10**9)
    pairs = [(address_of(name, closed), address_of(name, nothing)) for name in OF_ONE_CASE]
    pairs += [
        (reverse(name, args=[draft.pk]), reverse(name, args=[10**9]))
        for name in ("cases:case", "cases:discard", "api:get_case", "ideas:write", "ideas:assess")
    ]
    client.get("/om/")

    for hidden, missing in pairs:
        assert (hidden, work_behind(client, hidden)) == (hidden, work_behind(client, missing))


@pytest.mark.trust(1)
@pytest.mark.parametrize("part", ["outsider", "lead", "registrar", "external", "admin", None])
def test_no_list_search_or_file_tells_of_it(cast: Cast, closed: Closed, part: str | None) -> None:
    client = signed_in(getattr(cast, part)) if part else Client()
    addresses = [
        reverse("cases:mine"),
        reverse("cases:all"),
        f"{reverse('cases:all')}?q={SECRET}",
        f"{reverse('cases:search')}?q={SECRET}",
        f"{reverse('cases:search')}?q={SECRET[:-1]}x",
        f"{reverse('cases:search')}?q={closed.case.key}",
        reverse("cases:export_list", args=["json"]),
        reverse("diary:list"),
        f"{reverse('diary:list')}?q={SECRET}",
        reverse("diary:case", args=[closed.case.key]),
        reverse("diary:export", args=["json"]),
        "/api/v1/cases",
    ]

    for address in addresses:
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        told = content.decode().replace(f'value="{SECRET}', "").replace(f"q={SECRET}", "").replace(f": {SECRET}", "")
        assert (address, SECRET in told, "hemlig.txt" in told) == (address, False, False)


def test_those_who_may_see_it_find_it(cast: Cast, closed: Closed) -> None:
    for person in (cast.author, cast.coauthor, cast.jurist):
        client = signed_in(person)
        assert SECRET in client.get(closed.case.get_absolute_url()).content.decode()
        assert SECRET in client.get(f"{reverse('cases:search')}?q={closed.case.key}").content.decode()
        answer = client.get(reverse("cases:document", args=[closed.document]))
        assert b"".join(answer.streaming_content) == SECRET.encode()  # type: ignore[attr-defined]
