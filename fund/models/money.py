"""The fund's ledger: entries that are only ever added, and the balances that the database makes of them, in whole SEK."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fund.models.application import Application
from fund.models.call import Call
from fund.states import EntryKind


class Entry(models.Model):
    """One line of the ledger of a call. Never changed and never taken back (trigger): a mistake is mended by a line of its own."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="entries")
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("what"), max_length=8, choices=EntryKind.choices)
    amount = models.PositiveBigIntegerField(_("amount, SEK"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who noted it"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("lines of the ledger")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=1), name="entry_of_something"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.BUDGET, application__isnull=True)
                | (~Q(kind=EntryKind.BUDGET) & Q(application__isnull=False)),
                name="entry_of_call_or_application",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Account(models.Model):
    """What the entries of a call, or of one application in it, add up to. Written by the trigger ``ledger`` and by nothing else.

    budget = granted + free, and granted = paid + reserved + returned; ``free`` is nothing of an application's own.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="accounts")
    application = models.OneToOneField(Application, null=True, on_delete=models.PROTECT, related_name="account")
    budget = models.BigIntegerField(_("budget, SEK"), db_default=0)
    free = models.BigIntegerField(_("free, SEK"), db_default=0)
    granted = models.BigIntegerField(_("granted, SEK"), db_default=0)
    reserved = models.BigIntegerField(_("reserved, SEK"), db_default=0)
    paid = models.BigIntegerField(_("paid, SEK"), db_default=0)
    returned = models.BigIntegerField(_("returned unspent, SEK"), db_default=0)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["call"], condition=Q(application__isnull=True), name="account_of_call_once"
            ),
            models.CheckConstraint(
                condition=Q(granted=F("paid") + F("reserved") + F("returned")), name="account_granted_is_accounted_for"
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=False, budget=0, free=0) | Q(budget=F("granted") + F("free")),
                name="account_budget_is_accounted_for",
            ),
            models.CheckConstraint(
                condition=Q(free__gte=0, granted__gte=0, reserved__gte=0, paid__gte=0, returned__gte=0),
                name="account_never_below_zero",
                violation_error_message=_("There is not that much money left."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.call_id}/{self.application_id or ''}"
