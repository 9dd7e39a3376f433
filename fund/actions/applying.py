"""Applications: begun, handed in, signed by the manager, received when the call has closed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fund.attached import Upload, beside_answers, described, documents_of, files_in
from fund.models import Application, Approval, Call, LateRight, Submission
from fund.models.application import HANDED_IN, Answers
from fund.printing import application_pdf, pages_in
from fund.rules.applying import in_rush, sign_until, within_pages
from fund.rules.calls import takes_applications
from fund.rules.counting import sum_of
from fund.states import QuestionKind
from fund.words import moment
from portal.accounts.models import User
from portal.cases.actions.documents import add_document, bring_back
from portal.cases.actions.drafts import begin_case, save_draft
from portal.cases.errors import Refused
from portal.cases.models import Case, Document
from portal.cases.states import Audience, Confidentiality
from portal.cases.verdicts import no
from portal.cases.who import AUTHOR
from portal.cases.workdays import due_at
from portal.organisation.models import Unit

TAKEN_OVER = ("summary", "perspectives", "beneficiaries")
FITS = {"need": ("need",), "approach": ("solution",), "benefit": ("everyday_benefit", "short_effect", "long_effect")}
"""Which fields of the case that an application comes from answer which question, by the question’s key."""
SCREENED_WITHIN = 15
"""Working days after the closing by which an application has been screened."""


def begin_application(*, owner: User, unit: Unit, call: Call, title: str, origin: Case | None = None) -> Application:
    """A draft; what is already written in the case that it comes from is taken over, unless that case is closed: the manager and the
    fund will read this one. Raises Refused when the call takes none now.

    Not told of by name before it is granted: nobody should find in the public diary who applies, least of all who weighs it.
    """
    if not (verdict := takes_applications(call, owner)):
        raise Refused(verdict)
    return begin_case(
        model=Application,
        owner=owner,
        unit=unit,
        call=call,
        title=title,
        confidentiality=Confidentiality.INTERNAL,
        **taken_over(origin, call),
    )


def taken_over(origin: Case | None, call: Call) -> dict[str, Any]:
    """What the draft begins with (four queries at most)."""
    if origin is None or origin.confidentiality == Confidentiality.RESTRICTED:
        return {}
    return {**{name: getattr(origin, name) for name in TAKEN_OVER}, "answers": answers_from(origin, call)}


def answers_from(origin: Case, call: Call) -> Answers:
    """What the other case says where a question of the call asks just that, by the key of the question (two queries)."""
    whole = origin.as_kind()
    fields = {column.name for column in whole._meta.get_fields()}
    asked = call.questions.filter(kind=QuestionKind.TEXT, key__in=FITS).values_list("key", flat=True)
    found = {
        key: "\n\n".join(filter(None, (whole.text_of(name) for name in FITS[key] if name in fields))) for key in asked
    }
    return {key: text for key, text in found.items() if text}


def content_of(application: Application) -> dict[str, Any]:
    """What is handed in, word for word: the case's own fields, every question with its answer, and the files beside (one query)."""
    answers = [{**one.as_data(), "answer": application.value_of(one.field)} for one in application.questions]
    own = {name: application.value_of(name) for name in HANDED_IN}
    return {**own, "answers": answers, "attachments": beside_answers(application, answers)}


def save_application(
    *,
    application: Application,
    values: Mapping[str, Any],
    version: int,
    person: User,
    keep: Mapping[str, int] | None = None,
) -> Application:
    """As ``save_draft``. A file sent along becomes a document of the case, for everyone who may see it; not if the text is not saved."""
    added: list[Document] = []
    try:
        with transaction.atomic():
            told = {name: _attach(application, name, value, person, added) for name, value in values.items()}
            return save_draft(case=application, values=told, version=version, person=person, keep=keep)
    except BaseException:
        for document in added:
            document.file.storage.delete(str(document.file.name))
        raise


def _attach(application: Application, name: str, value: Any, person: User, added: list[Document]) -> Any:
    """What is saved: the value, or of a file the description of its document, called what the question is."""
    if not isinstance(value, Upload):
        return value
    title, audience = application.name_of(name)[:200], Audience.EVERYONE
    document = add_document(
        case=application, file=value.file, accepted=value.accepted, person=person, title=title, audience=audience
    )
    added.append(document)
    return described(document)


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted keys, as ``Submission`` keeps it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def writers_of(application: Application) -> list[int]:
    """Ids of the applicant and those who write with them (one query)."""
    return list(User.objects.filter(AUTHOR.told(application)).order_by("pk").values_list("pk", flat=True))


# ── Effects of the moves. The engine holds the lock on the application and saves it afterwards. ────────────────────────


def hand_in(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """Keep what is handed in. The database sets the time, and refuses it when the call is not open at that very moment: Refused says so.
    Where a right to be late came after the receipt, the new text gets one of its own.

    Pages that no worker has counted yet are counted here (half a second of processor time), but not in the last minutes, when two hundred
    may hand in at once and nobody shall become late by it: then ``within_pages`` holds when it is to be passed on to review.
    """
    content = content_of(application)
    budgets = (one["answer"] for one in content["answers"] if one["kind"] == QuestionKind.BUDGET)
    application.amount = sum(sum_of(rows or []) for rows in budgets)
    before = application.latest
    try:
        Submission.objects.create(
            application=application,
            number=before.number + 1 if before else 1,
            by=person,
            edition=application.call.edition,
            content=content,
            amount=application.amount,
            sha256=digest_of(content),
            writers=writers_of(application),
        )
    except IntegrityError:
        raise Refused(no(_("The call closed %(when)s.") % {"when": moment(application.call.closes_at)})) from None
    if not in_rush(application.call):
        count_now(application, content)
    application.end_revision(keep=True)
    application.receipt = application.paper = None
    application.due_at = sign_until(application.call, application.latest)


def count_now(application: Application, content: dict[str, Any]) -> None:
    """Raises Refused when the text has more pages than the call allows."""
    if not application.counted:
        application.pages = pages_in(application_pdf(application, content))
        application.pages_version = application.version
    if not (verdict := within_pages(application)):
        raise Refused(verdict)


def take_back(application: Application, *, person: User, data: dict[str, Any]) -> None:
    late = LateRight.objects.filter(call=application.call_id, person=application.owner_id).first()
    application.due_at = late.until if late else application.call.closes_at
    application.begin_revision()


def forget_changes(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """What was handed in last is what was withdrawn."""
    if application.revision:
        application.end_revision(keep=False)
        application.pages = None
        _stand_again(application, cast(Submission, application.latest), person)


def keep(application: Application, *, person: None, data: dict[str, Any]) -> None:
    """The call has closed while the text was being changed: what was handed in last stands, and the text is that again."""
    submission = cast(Submission, application.latest)
    application.end_revision(keep=False)
    _stand_again(application, submission, person)
    content = dict(submission.content)
    application.answers = {one["key"]: one["answer"] for one in content.pop("answers")}
    content.pop("attachments", None)
    for name, value in content.items():
        application.set_value(name, value)
    application.amount, application.pages = submission.amount, None
    application.due_at = sign_until(application.call, submission)


def _stand_again(application: Application, submission: Submission, person: User | None) -> None:
    """The files of what was handed in are no longer withdrawn."""
    for document in documents_of(application, files_in(submission.content)).values():
        bring_back(document=document, person=person)


def sign(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The manager's yes to what was handed in last."""
    _sign(application, person, approves=True, words=data.get("reason", ""))
    application.due_at = due_at(application.call.closes_at or sign_until(application.call), workdays=SCREENED_WITHIN)


def refuse_to_sign(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The manager's no: the author changes the application, or lets it be."""
    _sign(application, person, approves=False, words=data["reason"])
    application.due_at, application.awaits = sign_until(application.call, application.latest), AUTHOR.key


def _sign(application: Application, person: User, *, approves: bool, words: str) -> None:
    Approval.objects.create(submission=cast(Submission, application.latest), by=person, approves=approves, words=words)
