"""A person's own data, gathered for them (GDPR articles 15 and 20)."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Prefetch
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.queries import sign_ins_of
from portal.cases import kinds
from portal.cases.actions.access import log_access
from portal.cases.models import Case, Document, Event, Message
from portal.cases.states import Audience
from portal.cases.who import AUTHOR
from portal.cases.words import open_data
from portal.notices.models import Notice

PROFILE = ("username", "name", "email", "is_employee", "language", "delivery", "date_joined", "last_login")
INNER = {"body", "awaits", "field_versions", "version", "source_key", "case_ptr"}
"""Columns of a case that are bookkeeping, or repeat the others."""


def my_data_zip(person: User) -> bytes:
    """Everything as JSON files in a zip. About thirteen queries and two to five more per kind of case, however much there is."""
    parts = {
        "person.json": about(person),
        "cases.json": list(own_cases(person)),
        "actions.json": list(own_actions(person)),
        "messages.json": list(own_messages(person)),
        "comments.json": [row for kind in kinds.all_kinds() for row in kind.said_by(person)],
        "notices.json": list(own_notices(person)),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme())
        for name, content in parts.items():
            archive.writestr(name, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
    return packed.getvalue()


def _readme() -> str:
    lines = (
        _("Your data in Innovationsportalen."),
        _("person.json: who you are, your offices, how you sign in and where you are signed in."),
        _(
            "cases.json: the cases you have written, with what happened in them, the messages you can read and your documents."
        ),
        _("actions.json: what you have done in cases, your own and others’."),
        _("messages.json: the messages and internal notes that you have written in cases you see."),
        _(
            "comments.json: your comments on ideas, in so far as you see them, which you support and follow, your scorecards and reviews, "
            "what you have written in the needs bank and in scanning notes, which rules you have confirmed that you have read, and the "
            "calendar addresses you have made."
        ),
        _("notices.json: what the portal has told you."),
    )
    return "\r\n".join(lines) + "\r\n"


def about(person: User) -> dict[str, Any]:
    """Who the person is, without anything that opens the account."""
    return {
        **_columns(person, PROFILE),
        "unit": str(person.unit) if person.unit else None,
        "email_addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "appointments": [
            {"role": held.get_role_display(), "unit": str(held.unit), "from": held.valid_from, "to": held.valid_to}
            for held in person.appointments.select_related("unit").order_by("valid_from", "pk")
        ],
        "second_factors": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "region_sign_in": list(
            SocialAccount.objects.filter(user=person).values("extra_data", "date_joined", "last_login")
        ),
        "signed_in": [{"since": row.since, "browser": row.browser, "ip": row.ip} for row in sign_ins_of(person, None)],
    }


def own_cases(person: User) -> Iterator[dict[str, Any]]:
    """The cases the person has written alone or with others, and in them what an author may read; where openings are logged, it is one."""
    inside = (
        Prefetch("events", Event.objects.filter(internal=False).order_by("number")),
        Prefetch("messages", Message.objects.filter(audience=Audience.AUTHOR)),
        Prefetch("documents", Document.objects.filter(audience=Audience.AUTHOR)),
    )
    for kind in kinds.all_kinds():
        cases = kind.model.objects.visible_to(person).filter(AUTHOR(person)).select_related("unit")
        for case in cases.order_by("pk").prefetch_related(*inside):
            log_access(case=case, person=person, what="my_data")
            yield _case(case)


def _case(case: Case) -> dict[str, Any]:
    columns = (field for field in case._meta.concrete_fields if not field.is_relation and not field.generated)
    own = [field.name for field in columns if field.name not in INNER]
    kind = case.kind_info
    return {
        **_columns(case, own),
        "unit": str(case.unit),
        "history": [
            {**_columns(event, ("at", "move", "source", "target", "note")), "data": open_data(kind, event)}
            for event in case.events.all()
        ],
        "messages": [_columns(message, ("at", "text")) for message in case.messages.all()],
        "documents": [
            _columns(paper, ("name", "title", "size", "sha256", "added_at")) for paper in case.documents.all()
        ],
    }


def own_actions(person: User) -> Iterator[dict[str, Any]]:
    """What the person has done: which case, what and when, but not what stands in a case they may no longer see."""
    done = Event.objects.filter(person=person).order_by("pk").values("case__reference", "move", "at")
    for event in done.iterator():
        yield {"case": event["case__reference"], "move": event["move"], "at": event["at"]}


def own_messages(person: User) -> Iterator[dict[str, Any]]:
    """What the person has written to authors and as notes, in the cases they may still see; where openings are logged, it is one."""
    written = Message.objects.filter(by=person, case__in=Case.objects.visible_to(person).values("pk"))
    opened: set[int] = set()
    for message in written.select_related("case").order_by("pk"):
        if message.case_id not in opened:
            opened.add(message.case_id)
            log_access(case=message.case, person=person, what="my_data")
        yield {"case": message.case.reference, **_columns(message, ("at", "audience", "text"))}


def own_notices(person: User) -> Iterator[dict[str, Any]]:
    for notice in Notice.objects.filter(recipient=person).select_related("case").order_by("pk"):
        yield {**_columns(notice, ("topic", "created_at", "read_at")), "case": notice.case.reference}


def _columns(row: Model, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
