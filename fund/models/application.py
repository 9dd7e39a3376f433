"""An application to a call: its text, what was handed in, and the manager's approval."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fund.models.call import Call, Question
from fund.models.whos import FUND, MANAGER, REGISTRAR
from fund.states import Purpose
from fund.words import sek
from portal.cases.models import Case, CaseQuerySet
from portal.cases.who import AUTHOR, RECUSED, SUBMITTED, UNRESTRICTED

PREFIX = "q_"
Answers = dict[str, Any]
"""By the key of the question: a text, a number, or for a table a list of rows."""


class Application(Case):
    """What somebody asks money for (B43-5). ``answers`` are those to the call's questions, by key; the form's names have ``q_`` before.

    Experts read ``Submission`` through their reviews, and never the case. ``amount`` (SEK) is what was asked for when it was handed in
    last. ``pages`` is how many pages the text has as a PDF, counted for ``pages_version`` of the text.
    """

    call = models.ForeignKey(Call, verbose_name=_("call"), on_delete=models.PROTECT, related_name="applications")
    project = models.CharField(_("what the money is for"), max_length=14, choices=Purpose.choices, blank=True)
    answers = models.JSONField(default=dict, editable=False)
    amount = models.PositiveBigIntegerField(_("amount applied for, SEK"), null=True, editable=False)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, editable=False)
    pages_version = models.PositiveIntegerField(null=True, editable=False)

    seen_by = AUTHOR | (SUBMITTED & ((FUND & ~RECUSED) | MANAGER | (UNRESTRICTED & REGISTRAR)))
    handled_by = SUBMITTED & FUND
    asks = ("title", "summary", "project", "perspectives", "beneficiaries")

    objects: ClassVar = models.Manager.from_queryset(CaseQuerySet["Application"])()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        default_permissions = ("view",)

    def value_of(self, name: str) -> Any:
        if name.startswith(PREFIX):
            return self.answers.get(name.removeprefix(PREFIX))
        return super().value_of(name)

    def set_value(self, name: str, value: Any) -> None:
        if name.startswith(PREFIX):
            self.answers[name.removeprefix(PREFIX)] = value
        else:
            super().set_value(name, value)

    def text_of(self, name: str) -> str:
        if name == "amount":
            return sek(self.amount)
        if not name.startswith(PREFIX):
            return super().text_of(name)
        value = self.value_of(name)
        if isinstance(value, list):
            return "\n".join(", ".join(str(cell) for cell in row.values() if cell not in (None, "")) for row in value)
        return "" if value is None else str(value)

    def questions(self) -> "models.QuerySet[Question]":
        """Those of its call, in order (one query)."""
        return Question.objects.filter(call=self.call_id)

    @property
    def latest(self) -> "Submission | None":
        """What was handed in last (one query)."""
        return self.submissions.order_by("-number").first()


class Submission(models.Model):
    """What was handed in, word for word: what the reviewers read and the receipt speaks of. Never changed (trigger).

    ``at`` is the database's own clock at the moment it was written (``told_at`` in the triggers), and lies between the call's opening
    and closing unless there is a
    ``LateRight``. ``sha256`` is that of ``content`` as JSON with sorted keys; ``edition`` the version of the call that was answered.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("handed in"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField(_("version of the call"))
    content = models.JSONField()
    amount = models.PositiveBigIntegerField(_("amount applied for, SEK"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("handed-in application")
        verbose_name_plural = _("handed-in applications")
        default_permissions = ()
        ordering = ("application", "number")
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="submission_once"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="submission_asks_for_something"),
        )

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"


class Approval(models.Model):
    """The manager's word on what was handed in: that the project may be done and its results looked after, or not (domain §8).

    A signature by a person who held the office that day; it stands for that very text, so a changed application is approved anew.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
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
        constraints = (models.UniqueConstraint(fields=["call", "person"], name="late_right_once"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.call_id}"
