"""An application to a call: its text, what was handed in, and the manager's approval."""

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fund.models.call import Call, Question
from fund.models.whos import FUND_OFFICER, KEEPS_DIARY, MANAGER
from fund.states import Cost, Purpose, QuestionKind
from fund.words import sek
from portal.cases.models import Case, CaseQuerySet, Document
from portal.cases.who import AUTHOR, SUBMITTED, UNRESTRICTED

PREFIX = "q_"
HANDED_IN = ("title", "summary", "project", "perspectives", "beneficiaries")
"""The case's own fields that are handed in, besides the answers."""
CELLS = ("name", "what", "role", "kind", "unit", "amount", "starts", "ends")
"""Of all tables, in the order in which they are read: the database keeps them in an order of its own."""
Answers = dict[str, Any]
"""By the key of the question: a text, a number, for a table a list of rows, for a file what ``fund.attached`` says of it."""


class Application(Case):
    """What somebody asks money for (B43-5). ``answers`` are those to the call's questions, by key; the form's names have ``q_`` before.

    Experts read ``Submission`` through their reviews, and never the case. ``amount`` (SEK) is what was asked for when it was handed in
    last. ``revision`` is the whole text anew, while what was handed in is being changed: until it is handed in again, the columns hold
    what was, and that is what everybody else is shown, everywhere. ``pages`` is how many pages the text has as a PDF, counted when
    the row had ``pages_version``. ``receipt`` and ``paper`` are kept when the call has closed: what was handed in, when,
    and its digest; and that text as a PDF. Nobody withdraws them. ``ended_on`` is the day from which the effect is counted.
    """

    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.PROTECT, related_name="applications")
    project = models.CharField(_("what the money is for"), max_length=14, choices=Purpose.choices, blank=True)
    answers = models.JSONField(default=dict, editable=False)
    revision = models.JSONField(null=True, editable=False)
    amount = models.PositiveBigIntegerField(_("amount applied for, SEK"), null=True, editable=False)
    ended_on = models.DateField(_("the project ended"), null=True, editable=False)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, editable=False)
    pages_version = models.PositiveIntegerField(null=True, editable=False)
    receipt = models.ForeignKey(Document, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(Document, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    seen_by = AUTHOR | (SUBMITTED & (FUND_OFFICER | MANAGER | (UNRESTRICTED & KEEPS_DIARY)))
    handled_by = SUBMITTED & FUND_OFFICER
    asks = ("title", "summary", "project", "perspectives", "beneficiaries")
    read_with = (*Case.read_with, "call")

    objects: ClassVar = models.Manager.from_queryset(CaseQuerySet["Application"])()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        default_permissions = ("view",)

    def value_of(self, name: str) -> Any:
        if name.startswith(PREFIX):
            return self.written_answers.get(name.removeprefix(PREFIX))
        return self.revision[name] if self.revision and name in HANDED_IN else super().value_of(name)

    def set_value(self, name: str, value: Any) -> None:
        if name.startswith(PREFIX):
            self.written_answers[name.removeprefix(PREFIX)] = value
        elif self.revision and name in HANDED_IN:
            self.revision[name] = value
        else:
            super().set_value(name, value)

    def text_of(self, name: str) -> str:
        if name == "amount":
            return sek(self.amount)
        if not name.startswith(PREFIX):
            return super().text_of(name)
        return in_words(self.value_of(name))

    def writers_text_of(self, name: str) -> str:
        anew = self.revision if name in HANDED_IN else None
        return Application(**{name: anew[name]}).text_of(name) if anew else self.text_of(name)

    def free_texts(self) -> list[str]:
        return [*super().free_texts(), *(in_words(answer) for answer in self.written_answers.values())]

    @property
    def written_answers(self) -> Answers:
        """By the key of the question, as they are being written; otherwise ``answers``."""
        answers: Answers = self.revision["answers"] if self.revision else self.answers
        return answers

    def begin_revision(self) -> None:
        """From here the text is written beside what was handed in. The caller saves."""
        self.revision = {**{name: self.value_of(name) for name in HANDED_IN}, "answers": {**self.answers}}

    def end_revision(self, *, keep: bool) -> None:
        """Let the new text be the text, or forget it. The caller saves."""
        anew, self.revision = self.revision, None
        for name, value in (anew or {}).items() if keep else ():
            setattr(self, name, value)

    def name_of(self, name: str) -> str:
        """The question, as the call asks it now."""
        return self._labels.get(name, name) if name.startswith(PREFIX) else super().name_of(name)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {question.field: question.label for question in self.questions}

    @property
    def counted(self) -> bool:
        """The pages are those of the text as it stands: it has not been written in since (a move counts the version up, too)."""
        return self.pages is not None and (self.pages_version or 0) >= max(self.field_versions.values(), default=1)

    @cached_property
    def questions(self) -> list[Question]:
        """Those of its call, in order (one query, then kept)."""
        return list(Question.objects.filter(call=self.call_id))

    @property
    def latest(self) -> "Submission | None":
        """What was handed in last (one query)."""
        return self.submissions.order_by("-number").first()


def in_words(answer: Any, kind: str = "") -> str:
    """An answer as a reader says it: a table with a line for each row, a file by its name, an amount with its unit where the ``kind`` of
    question is known.
    """
    if isinstance(answer, list):
        return "\n".join(
            ", ".join(cell_in_words(name, row[name]) for name in CELLS if row.get(name) not in (None, ""))
            for row in answer
        )
    if isinstance(answer, dict):
        return str(answer["name"])
    if kind == QuestionKind.SEK and isinstance(answer, int):
        return sek(answer)
    if isinstance(answer, bool):
        return gettext("Yes") if answer else gettext("No")
    return "" if answer is None else str(answer)


def cell_in_words(name: str, value: Any) -> str:
    """A cell of a table as a reader says it: costs by their names, SEK with the unit, days with the month written out."""
    if name == "kind":
        return str(Cost(value).label)
    if name == "amount" and str(value).isdecimal():
        return sek(int(value))
    if name in ("starts", "ends") and (day := parse_date(str(value))):
        return date_format(day, "j F Y")
    return str(value)


class Submission(models.Model):
    """What was handed in, word for word: what the reviewers read and the receipt speaks of. Never changed (trigger).

    ``at`` is the database's own clock at the moment it was written (``told_at`` in the triggers), and lies between the call's opening
    and closing unless there is a ``LateRight``. ``sha256`` is that of ``content`` as JSON with sorted keys, in which each file stands
    with its own digest; ``edition`` the version of the call that was answered. ``writers`` are the ids of those who wrote it then: who
    leaves an application has still written it. ``named`` is who takes part, as ``content`` names them, in small letters.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("handed in"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who handed it in"), on_delete=models.PROTECT, related_name="+"
    )
    edition = models.PositiveSmallIntegerField(_("version of the call"))
    content = models.JSONField()
    amount = models.PositiveBigIntegerField(_("amount applied for, SEK"))
    sha256 = models.CharField(max_length=64)
    writers = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    named = models.GeneratedField(
        expression=models.Func("content", function="names_in"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("handed-in application")
        verbose_name_plural = _("handed-in applications")
        default_permissions = ()
        ordering = ("application", "number")
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="submission_once"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="submission_asks_for_something"),
        )
        indexes = (
            GinIndex(fields=["writers"], name="submission_writers"),
            GinIndex(fields=["named"], name="submission_named"),
        )

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"


class Approval(models.Model):
    """The manager's word on what was handed in: that the project may be done and its results looked after, or not (domain §8).

    A signature by a person who held the office that day; it stands for that very text, so a changed application is approved anew.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who signed it"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("signed"), default=timezone.now)
    approves = models.BooleanField(_("approves"))
    words = models.TextField(_("in the manager’s words"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("manager’s approval")
        verbose_name_plural = _("managers’ approvals")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=Q(approves=True) | ~Q(words=""), name="approval_refused_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.by_id}"


class LateRight(models.Model):
    """The fund officer lets one person hand in after the closing, until a moment and for a reason that is kept."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="late_rights")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(_("until"))
    why = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("right to apply late")
        verbose_name_plural = _("rights to apply late")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["call", "person"], name="late_right_once"),
            models.CheckConstraint(condition=~Q(by=F("person")), name="late_right_by_another"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.call_id}"
