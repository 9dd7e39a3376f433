"""What a reviewer reads of an application: one page, made of what was handed in and never of the case."""

from typing import Any, cast

from fund.attached import documents_of, files_in
from fund.models import Application, Question, Review, Submission
from fund.models.application import Answers
from fund.reviewing.hiding import authors_of, without_people, words_of
from fund.states import Purpose
from fund.telling import told
from portal.cases.models import Document
from portal.cases.states import Beneficiary, Perspective
from portal.cases.words import label_of

WITH_SHEET = ("application__call", "application__unit", "reviewer__person")
"""What a review is read with, so that its page asks no more."""


def sheet_of(review: Review) -> dict[str, Any]:
    """For the template: title, facts and answers; where the call is anonymous, nothing that tells who applies (two queries, or three).

    ``files`` are those that were handed in; where the call is anonymous there are none, whatever was attached.
    """
    application = review.application
    content = content_for_reviewers(application)
    return {
        "title": content["title"],
        "summary": content["summary"],
        "facts": _facts(content),
        "answers": [_answer(one) for one in content["answers"]],
        "files": files_in(content),
        "applicants": [] if application.call.anonymous else applicants(application),
    }


def content_for_reviewers(application: Application) -> Answers:
    """What was handed in last, as the experts of its call may read it."""
    submission = cast(Submission, application.submissions.select_related("by__unit").order_by("-number").first())
    if not application.call.anonymous:
        return cast(Answers, submission.content)
    return without_people(submission.content, words_of(application, submission))


def file_of(review: Review, sha256: str) -> Document | None:
    """A file that stands on the reviewer’s sheet; None for any other of the case (three queries at most)."""
    listed = [file for file in files_in(content_for_reviewers(review.application)) if file["sha256"] == sha256]
    return documents_of(review.application, listed).get(sha256) if listed else None


def applicants(application: Application) -> list[str]:
    """Who applies and at which unit: what an expert must know to tell a conflict of interest (one query)."""
    return [*map(str, authors_of(application)), str(application.unit)]


def _facts(content: Answers) -> list[tuple[str, str]]:
    """The fields with fixed answers, in words."""
    labels = {"perspectives": dict(Perspective.choices), "beneficiaries": dict(Beneficiary.choices)}
    found = [("project", str(dict(Purpose.choices).get(content["project"], "")))]
    found += [(name, ", ".join(str(words.get(one, one)) for one in content[name])) for name, words in labels.items()]
    return [(label_of(Application(kind="application"), name), value) for name, value in found]


def _answer(one: Answers) -> dict[str, Any]:
    question = Question(**{name: value for name, value in one.items() if name != "answer"})
    return {**told(question, one["answer"]), "section": one["section"]}
