"""Notices: one row per thing told to one recipient. The row is the outbox: it is written in the transaction it tells of."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case, CaseContact, Event
from portal.notices.states import Outcome, Topic

ONE_RECIPIENT = Q(recipient__isnull=False, contact__isnull=True) | Q(recipient__isnull=True, contact__isnull=False)


class Mail(models.Model):
    """One e-mail to one recipient, gathering the notices that were due together.

    It holds no text and no address: both are read when it is sent. ``key`` makes the Message-ID, so that a message sent twice (see
    ``post_mail``) is the same message to the receiver. ``attempts`` is counted before each try, in a transaction of its own: a message
    that kills its worker is counted too. ``try_at`` is the next try.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mails",
    )
    contact = models.ForeignKey(
        CaseContact,
        verbose_name=_("author without an account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mails",
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    try_at = models.DateTimeField(_("next try"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    error = models.TextField(_("last answer"), blank=True)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        default_permissions = ("view",)
        constraints = (models.CheckConstraint(condition=ONE_RECIPIENT, name="mail_one_recipient"),)
        indexes = (
            models.Index(fields=["try_at", "id"], condition=Q(outcome=Outcome.WAITING), name="mail_waiting"),
            models.Index(
                fields=["-made_at"], condition=Q(outcome__in=[Outcome.REFUSED, Outcome.GIVEN_UP]), name="mail_failed"
            ),
        )

    def __str__(self) -> str:
        """Who an author without an account is, those who run the portal have no need to know."""
        return f"{self.recipient or _('author without an account')} {self.made_at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """Something told to a person, or to an author without an account through their contact address.

    ``event`` is what happened; reminders have none but the ``due_at`` they speak of and the ``stage`` that makes each reminder of one
    date unique (days before). ``mail_at`` is when it is due to be mailed, decided from the person's choice when it is told;
    None means in the portal only. ``mandatory`` notices are mailed at once whatever the person chose.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    contact = models.ForeignKey(CaseContact, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    due_at = models.DateTimeField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=0, db_default=0)
    mandatory = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(Mail, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=ONE_RECIPIENT, name="notice_one_recipient"),
            models.UniqueConstraint(fields=["recipient", "event"], name="notice_once_per_event"),
            models.UniqueConstraint(fields=["contact", "event"], name="notice_once_per_event_contact"),
            models.UniqueConstraint(
                fields=["case", "topic", "due_at", "stage", "recipient", "contact"],
                condition=Q(topic__in=[Topic.REMINDER, Topic.DRAFT]),
                nulls_distinct=False,
                name="notice_once_per_reminder",
            ),
        )
        indexes = (
            models.Index(fields=["recipient", "-created_at"], name="notice_newest"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["mail_at"], condition=Q(mail__isnull=True, mail_at__isnull=False), name="notice_to_mail"
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.case_id}"
