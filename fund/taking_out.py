"""One application with its whole way as a PDF for the auditor."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fund.models import (
    Application,
    Consensus,
    Criterion,
    Review,
    Ruling,
)
from fund.models.application import in_words
from fund.printing import to_the_second
from fund.queries import scores_of, screenings_of
from fund.rules.screening import in_sentences
from portal.cases.exporting import Contents
from portal.cases.models import Considerations
from portal.cases.rules import Part
from portal.paper.record import Fact, record_pdf

Rows = Iterator[list[Any]]
CHUNK = 500


# ── The dossier ──────────────────────────────────────────────────────────────────────────────────────────────────────


def dossier_pdf(application: Application, part: Part) -> bytes:
    """What was handed in, word for word and when to the second, the approvals, what the screening came to, what the experts and the
    panel said, the decision, the ledger's lines, and the history with its hashes.

    As much as the asker may read: that is the rule of a case that is taken out. About a second.
    """
    contents = Contents(application, internal=part.reads_internal, documents=part.audiences, messages=part.messages_to)
    record = contents.record()
    return record_pdf(
        replace(
            record,
            facts=[
                *record.facts,
                *_considered(application),
                *_handed_in(application),
                *_screened(application, part),
                *_weighed(application, part),
            ],
        )
    )


def _considered(application: Application) -> Iterator[Fact]:
    """What the applicant has thought of, topic by topic (one query)."""
    row = Considerations.objects.filter(case_id=application.pk).first()
    if row is None:
        return
    for topic in row.TOPICS:
        answer, text = row.text_of(topic), row.text_of(f"{topic}_text")
        if answer or text:
            yield Fact(capfirst(row.name_of(topic)), "\n".join(filter(None, (answer, text))))


def _handed_in(application: Application) -> Iterator[Fact]:
    for row in application.submissions.select_related("by").order_by("number"):
        place = _("Handed in, number %(number)s") % {"number": row.number}
        yield Fact(place, f"{to_the_second(row.at)}, {row.by}\nSHA-256 {row.sha256}")
        yield from (
            Fact(f"{place}: {one['label']}", in_words(one["answer"], one["kind"])) for one in row.content["answers"]
        )


def _screened(application: Application, part: Part) -> Iterator[Fact]:
    """What each part of the screening came to, each time it was done, for who reads inside the case (one query)."""
    for event in screenings_of(application) if part.reads_internal else ():
        if said := list(in_sentences(event.data)):
            yield Fact(_("Screening"), "\n".join((f"{to_the_second(event.at)}, {event.person}", *said)))


def _weighed(application: Application, part: Part) -> Iterator[Fact]:
    """The reviews and the panel's word (at most eight queries). Fund officers read who said what, as on their pages; a registrar reads it
    when it has been decided, the experts by number and without what their conflict of interest was."""
    named = part.handler
    if not named and not Ruling.objects.filter(application=application.pk, decided_at__isnull=False).exists():
        return
    asked = Review.objects.filter(application=application.pk, asked_at__isnull=False).order_by("pk")
    reviews = asked.select_related("reviewer__person").prefetch_related("scores__criterion")
    for number, review in enumerate(reviews, 1):
        expert = str(review.reviewer) if named else str(number)
        yield Fact(_("Expert: %(expert)s") % {"expert": expert}, "\n".join(_said(review, whole=named)))
    yield from _standing(application)
    criteria = {row.key: row.name for row in Criterion.objects.filter(call=application.call_id)}
    for row in Consensus.objects.filter(application=application.pk).order_by("number"):
        points = (f"{criteria.get(key, key)}: {given}" for key, given in row.points.items())
        place = _("The panel’s word, %(day)s") % {"day": _day(row.at)}
        yield Fact(place, "\n".join((row.text, *points)))


def _standing(application: Application) -> Iterator[Fact]:
    """What each criterion stands at, as ranking and letter have it."""
    scores = scores_of([application.pk]).get(application.pk)
    for name, line in scores.criteria.items() if scores else ():
        yield Fact(_("Stands at: %(criterion)s") % {"criterion": name}, str(line))


def _said(review: Review, *, whole: bool) -> Iterator[str]:
    """What an expert declared and, when it has been submitted, said."""
    if review.declared_at is None:
        yield _("Asked %(day)s, and has not declared whether there is a conflict of interest.") % {
            "day": _day(review.asked_at)
        }
        return
    told = (
        _("Conflict of interest, declared %(day)s.")
        if review.conflict
        else _("No conflict of interest, declared %(day)s.")
    )
    yield told % {"day": _day(review.declared_at)}
    if review.conflict and whole:
        yield review.conflict_why
    if review.submitted_at:
        yield _("Submitted %(day)s.") % {"day": _day(review.submitted_at)}
        scores = sorted(review.scores.all(), key=lambda score: score.criterion.position)
        yield from (f"{one.criterion.name}: {one.in_words}. {one.comment}".strip() for one in scores)
        yield from filter(None, (_("Abstains") if review.abstained else "", review.comment))


def _day(at: Any) -> str:
    return date_format(localtime(at), "j F Y")
