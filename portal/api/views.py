"""The operations. Each reads ``visible_to`` first, so what a person may not see is not found."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from django.db.models import Q
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI, Query
from ninja.errors import HttpError
from ninja.responses import Response
from ninja.security import django_auth

from portal.accounts.models import User
from portal.api.schemas import CaseDetail, CasePage, DocumentOut, EventOut, MoveChance, MoveIn, Problem
from portal.cases import words
from portal.cases.actions.access import log_access
from portal.cases.errors import Invalid, NotVisible, NotYours, Refused
from portal.cases.models import Case
from portal.cases.moving import chances, perform
from portal.cases.queries.finding import asked_by, read_case
from portal.cases.queries.listing import for_list
from portal.cases.rules import Part, whos_of_page
from portal.cases.views.page import documents_for

MOST = 200
SEEN_EVENTS = 1000
NO_CURSOR = "“after” is not a value of “next”."
KEY, CURSOR = "^[a-z_]*$", "^[A-Za-z0-9_-]*$"

api = NinjaAPI(
    title="Innovationsportalen",
    version="1",
    description="Cases that you may see, and the steps that you may take. Sign in on the portal: the session is the key.",
    auth=django_auth,
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(NotVisible)
def not_visible(request: HttpRequest, problem: NotVisible) -> Response:
    return Response({"reasons": []}, status=404)


@api.exception_handler(NotYours)
def not_yours(request: HttpRequest, problem: NotYours) -> Response:
    return Response({"reasons": [str(problem)]}, status=403)


@api.exception_handler(Refused)
def refused(request: HttpRequest, problem: Refused) -> Response:
    return Response({"reasons": [str(reason) for reason in problem.verdict.reasons]}, status=409)


@api.exception_handler(Invalid)
def invalid(request: HttpRequest, problem: Invalid) -> Response:
    fields = {name: [str(error) for error in errors] for name, errors in problem.form.errors.items()}
    return Response({"reasons": [], "fields": fields}, status=422)


@api.get("/cases", response=CasePage, tags=["cases"], summary="Cases that you may see")
def list_cases(
    request: HttpRequest,
    kind: Annotated[str, Query(pattern=KEY)] = "",
    state: Annotated[str, Query(pattern=KEY)] = "",
    after: Annotated[str, Query(pattern=CURSOR, description="The value of `next` on the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> dict[str, Any]:
    cases = for_list(Case.objects.visible_to(_person(request)).filter(opened_at__isnull=False))
    if kind:
        cases = cases.filter(kind=kind)
    if state:
        cases = cases.filter(state=state)
    if after:
        at, pk = _read_cursor(after)
        cases = cases.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))
    found = list(cases.order_by("-opened_at", "-pk")[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return {"items": [_summary(case) for case in found[:limit]], "next": _cursor(more) if more else None}


@api.get("/cases/{key}", response={200: CaseDetail, 404: Problem}, tags=["cases"], summary="One case")
def get_case(request: HttpRequest, key: str) -> dict[str, Any]:
    case, _held = _read(request, key)
    return _detail(case)


@api.get(
    "/cases/{key}/moves", response={200: list[MoveChance], 404: Problem}, tags=["cases"], summary="Your next steps"
)
def list_moves(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    case, held = _read(request, key)
    return [
        {
            "name": chance.move.name,
            "label": str(chance.move.label),
            "open": bool(chance.verdict),
            "reasons": [str(reason) for reason in chance.verdict.reasons],
            "fields": list(chance.move.form.base_fields) if chance.move.form else [],
        }
        for chance in chances(case, _person(request), held)
    ]


@api.post(
    "/cases/{key}/moves/{name}",
    response={200: CaseDetail, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    tags=["cases"],
    summary="Take a step",
)
def make_move(request: HttpRequest, key: str, name: str, move: MoveIn) -> dict[str, Any]:
    case, _held = _read(request, key)
    if name not in case.kind_info.flow.moves:
        raise NotVisible
    return _detail(perform(case, name, person=_person(request), data=_as_posted(move), version=move.version))


@api.get(
    "/cases/{key}/events", response={200: list[EventOut], 404: Problem}, tags=["cases"], summary="What has happened"
)
def list_events(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    case, held = _read(request, key)
    events = case.events.select_related("person").order_by("number")
    part = Part.of(case, held)
    shown = list((events if part.reads_internal else events.filter(internal=False))[:SEEN_EVENTS])
    people, kind = words.people_in(shown), case.kind_info
    return [
        {
            "number": place,
            "at": event.at,
            "what": words.what_happened(kind, event),
            "who": words.who_did(kind, event),
            "text": words.details(case, event, people, part.audiences),
            "internal": event.internal,
            "move": event.move,
            "hash": event.hash if part.reads_internal else None,
        }
        for place, event in enumerate(shown, 1)
    ]


@api.get("/cases/{key}/documents", response={200: list[DocumentOut], 404: Problem}, tags=["cases"], summary="Documents")
def list_documents(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    case, held = _read(request, key)
    names = ("id", "title", "name", "content_type", "size", "sha256", "audience", "added_at")
    return [
        {
            **{name: getattr(document, name) for name in names},
            "withdrawn": document.withdrawn_at is not None,
            "url": document.get_absolute_url(),
        }
        for document in documents_for(case, Part.of(case, held))
    ]


def _as_posted(move: MoveIn) -> MultiValueDict[str, str]:
    """As a form is posted, which is what the step's form reads: each field a list of texts. Null is a field left out."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in move.data.items()}
    return MultiValueDict({name: [str(one) for one in values if one is not None] for name, values in lists.items()})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _read(request: HttpRequest, key: str) -> tuple[Any, Mapping[str, bool]]:
    """A submitted case; drafts are their writers' own and not in the API."""
    case, held = read_case(asked_by(key), _person(request), whos_of_page)
    if case.opened_at is None:
        raise NotVisible
    log_access(case=case, person=_person(request), what="api")
    return case, held


def _summary(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "kind": case.kind,
        "title": case.title,
        "state": case.state,
        "state_label": case.get_state_display(),
        "unit": case.unit.code,
        "handled_by": str(case.holder) if case.holder else None,
        "submitted_at": case.opened_at,
        "closed_at": case.closed_at,
        "due_at": case.due_at,
        "confidentiality": case.confidentiality,
        "url": case.get_absolute_url(),
    }


def _detail(case: Case) -> dict[str, Any]:
    return {
        **_summary(case),
        "summary": case.summary,
        "perspectives": case.perspectives,
        "beneficiaries": case.beneficiaries,
        "next_step": words.next_step(case),
        "version": case.version,
        "fields": {name: case.text_of(name) for name in case.kind_info.shows},
    }


def _cursor(case: Case) -> str:
    """Where a page ends: the moment and the id of its last case."""
    at = case.opened_at.isoformat() if case.opened_at else ""
    return urlsafe_b64encode(f"{at}|{case.pk}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[datetime, int]:
    """A time without a zone, or one that no calendar reaches in UTC, was not written by ``_cursor``."""
    try:
        at, _bar, pk = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        moment, number = datetime.fromisoformat(at), int(pk)
        universal = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise HttpError(422, NO_CURSOR) from error
    if moment.tzinfo is None:
        raise HttpError(422, NO_CURSOR)
    return universal, number
