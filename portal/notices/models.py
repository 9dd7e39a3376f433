"""Notices: one row per thing told to one recipient. The row is the outbox: it is written in the transaction it tells of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case, CaseContact, Event
from portal.notices.states import Topic


class Notice(models.Model):
    """Something told to a person, or to an author without an account through their contact address.

    ``event`` is what happened; reminders and escalations have none but the ``due_at`` they speak of. ``mandatory`` notices are mailed
    at once whatever the person chose. ``mailed_at`` is when the mail server took the message; ``attempts`` and ``next_try_at`` steer retries.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    contact = models.ForeignKey(CaseContact, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    due_at = models.DateTimeField(null=True, blank=True)
    mandatory = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, contact__isnull=True)
                | Q(recipient__isnull=True, contact__isnull=False),
                name="notice_one_recipient",
            ),
            models.UniqueConstraint(fields=["recipient", "event"], name="notice_once_per_event"),
            models.UniqueConstraint(fields=["contact", "event"], name="notice_once_per_event_contact"),
            models.UniqueConstraint(
                fields=["recipient", "case", "topic", "due_at"],
                condition=Q(event__isnull=True),
                name="notice_once_per_deadline",
            ),
        )
        indexes = (
            models.Index(fields=["recipient", "-created_at"], name="notice_newest"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["created_at"], condition=Q(mailed_at__isnull=True), name="notice_unmailed"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.case_id}"
