"""The history of a case: append-only and verifiable."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case


class Event(models.Model):
    """One thing that happened to a case. The database numbers it, chains it and refuses to change or delete it.

    A trigger sets ``recorded_at`` (the database's clock), ``number`` (1, 2, 3 … within the case), ``previous`` (the hash of the event
    before, or "" for the first) and ``hash`` (SHA-256 over every other column, as the SQL function ``event_hash`` writes them). ``move`` is
    the flow's move, or a verb such as ``document_added``. ``data`` holds what the move recorded. Internal events are read by those
    who handle the case.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(editable=False, default=0)
    at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(editable=False, null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    move = models.CharField(max_length=40)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    internal = models.BooleanField(default=False)
    previous = models.CharField(max_length=64, editable=False, default="")
    hash = models.CharField(max_length=64, editable=False, default="")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ("view",)
        ordering = ("case", "number")
        constraints = (models.UniqueConstraint(fields=["case", "number"], name="event_number_once"),)
        indexes = (models.Index(fields=["recorded_at", "id"], name="event_recorded"),)

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number} {self.move}"


class ChainEnd(models.Model):
    """The number and hash of the last event of each case that has any. The trigger that chains the events writes it, and nothing else may.

    A chain whose last events are cut off is whole in itself; its end shows that they are missing, and by what numbers. The chain goes
    on from here and not from the last event there is, so that what happens afterwards never covers the gap.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number}"


class Seal(models.Model):
    """A day's seal: the hash over all events recorded since the seal before, and over that seal's hash. Append-only.

    Whoever cuts off events and sets the end of their chain back is shown by the seal. ``until`` is the database's clock up to which
    events are covered; it lies well before the moment of sealing, so that no open transaction can slip in behind it.
    """

    until = models.DateTimeField(unique=True)
    events = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        ordering = ("until",)

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d} {self.hash[:12]}"
