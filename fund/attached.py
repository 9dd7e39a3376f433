"""Files of an application, each known by the digest of its bytes: those that answer a question, and those handed in beside the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F, QuerySet

from fund.models import Application
from fund.models.application import Answers
from fund.models.whos import WROTE
from fund.states import ApplicationState, QuestionKind
from portal.accounts.models import User
from portal.cases.models import Document
from portal.cases.states import Audience
from portal.cases.uploads import Accepted
from portal.cases.who import AUTHOR

WRITTEN = (ApplicationState.DRAFT, ApplicationState.REVISING)


@dataclass(frozen=True)
class Upload:
    """A file sent along with the form, found to be one that is accepted, and not yet a document."""

    file: "UploadedFile[Any]"
    accepted: Accepted

    def __str__(self) -> str:
        return self.accepted.safe_name


def attached(application: Application) -> list[Answers]:
    """What those who write it have attached for everyone who may see it, and not withdrawn, the first first (one query).

    The manager signs for these files and the experts read them. What is for the author and the fund alone is never handed in.
    """
    if not application.pk:  # a preview of the form: nothing is begun
        return []
    wrote = User.objects.filter(AUTHOR.told(application) | WROTE.told(application)).values("pk")
    found = Document.objects.filter(case_id=application.pk, added_by__in=wrote, audience=Audience.EVERYONE)
    return [described(document) for document in found.filter(withdrawn_at=None)]


def described(document: Document) -> Answers:
    """As an answer, and what is handed in, keeps it."""
    return {name: getattr(document, name) for name in ("title", "name", "size", "sha256")}


def beside_answers(application: Application, answers: list[Answers]) -> list[Answers]:
    """The attached files that answer no question (one query)."""
    taken = {one["answer"]["sha256"] for one in answers if is_file(one)}
    return [file for file in attached(application) if file["sha256"] not in taken]


def is_file(one: Answers) -> bool:
    """The question is answered with a file."""
    return one["kind"] == QuestionKind.FILE and bool(one["answer"])


def files_in(content: Answers) -> list[Answers]:
    """The files of what was handed in; one that answers a question is called what the question is. Older contents have none."""
    return [*_answering(content), *content.get("attachments", ())]


def _answering(content: Answers) -> Iterator[Answers]:
    for one in content["answers"]:
        if is_file(one):
            yield {**one["answer"], "title": one["label"]}


def documents_of(application: Application, files: list[Answers]) -> dict[str, Document]:
    """By digest, the document of each of the files: one for everyone who sees the case, and one that is not withdrawn where there is any
    (one query). The same bytes may have been added once more for others, under a name that is not everyone's to read.
    """
    found = _with_bytes_of(application, files).order_by(F("withdrawn_at").asc(nulls_last=True), "-pk")
    return {document.sha256: document for document in found}


def _with_bytes_of(application: Application, files: list[Answers]) -> "QuerySet[Document]":
    digests = [file["sha256"] for file in files]
    return Document.objects.filter(case_id=application.pk, audience=Audience.EVERYONE, sha256__in=digests)


def handed_in_documents(application: Application) -> list[int]:
    """The ids of the documents that are part of what was handed in last: nobody withdraws them, but while the text is being changed
    (two queries, none while it is written).
    """
    submission = None if application.state in WRITTEN else application.latest
    files = files_in(submission.content) if submission else []
    return list(_with_bytes_of(application, files).values_list("pk", flat=True))
