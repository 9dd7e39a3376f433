"""What employees do with each other's ideas: support them, follow them, comment on them."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.idea import Idea
from ideas.models.whos import COLLEAGUE
from portal.accounts.models import User

EDITABLE = timedelta(minutes=15)
"""How long a comment may be changed by its writer: long enough for a slip of the pen, too short to change what others answered."""


class Support(models.Model):
    """One employee thinks that the idea is good. The row goes when they change their mind."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["idea", "person"], name="support_once"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.idea_id}"


class Follow(models.Model):
    """One employee wants to be told how the idea gets on. The row goes when they do not any more."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["idea", "person"], name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.idea_id}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def readable_by(self, person: User | AnonymousUser) -> Self:
        """Comments on ideas that the person sees, for employees. Of a closed idea nobody reads what was said while it was open."""
        seen = Idea.objects.visible_to(person).filter(COLLEAGUE(person))
        return self.filter(idea__in=seen.values("pk"))


class Comment(models.Model):
    """A comment on an idea, or an answer to one: two levels, kept by the database (trigger ``comment_thread``).

    A removed comment keeps its text, since it may be an official document (TF 2 kap.) and only a decision on disposal lets it be
    destroyed; what is shown in its place is who removed it and why.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=2000)
    at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_why = models.CharField(_("why it was removed"), max_length=300, blank=True)

    objects = models.Manager.from_queryset(CommentQuerySet)()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        default_permissions = ()
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_why="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_why="")),
                name="comment_removed_with_a_trace",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    def is_editable_by(self, person: User) -> bool:
        """Its writer, for fifteen minutes."""
        return self.by_id == person.pk and self.removed_at is None and timezone.now() - self.at < EDITABLE


class CommentReport(models.Model):
    """A reader asks those who handle the idea to look at a comment, once. They remove the comment or let it stand, and say why.

    ``settled_why`` is what the reporter is told. The row is kept: it says that somebody looked.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why it is reported"), max_length=500)
    at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_why = models.CharField(_("what was said of the report"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("report of a comment")
        verbose_name_plural = _("reports of comments")
        default_permissions = ()
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["comment", "by"], name="comment_reported_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="comment_report_says_why"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settled_why="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_why="")),
                name="comment_report_settled_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.reason[:60]
