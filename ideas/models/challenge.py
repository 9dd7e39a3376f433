"""A challenge: a question put to employees and to everyone else."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models.needs import Need
from ideas.models.whos import COORDINATOR, LEAD, SPECIALIST
from ideas.states import Became, ChallengeState, Stage
from portal.cases.models import Case, CaseQuerySet
from portal.cases.states import Confidentiality
from portal.cases.who import AUTHOR, EMPLOYEE, OPEN, REGISTRAR, SUBMITTED, UNRESTRICTED


def open_at(moment: datetime) -> Q:
    return Q(state=ChallengeState.ANNOUNCED, opens_at__lte=moment, closes_at__gt=moment)


class ChallengeQuerySet(CaseQuerySet["Challenge"]):
    def open_now(self) -> Self:
        """Those that take answers, as ``Challenge.stage`` says."""
        return self.filter(open_at(timezone.now()))

    def open_first(self) -> Self:
        """Those that take answers now, the soonest to close first; then the others, the latest first."""
        closes = SqlCase(When(open_at(timezone.now()), then="closes_at"))
        return self.order_by(closes.asc(nulls_last=True), "-closes_at", "-pk")


class Challenge(Case):
    """A need made into a question that anyone may answer, with an idea or a suggestion (B43-6). Its owner compares the answers.

    ``opens_at`` and ``closes_at`` (UTC) are set when it is announced; whether it is open now is never stored. ``outcome`` is what the
    owner says in the end, to all who answered; what became of each answer is its ``Settlement``.
    """

    question = models.TextField(_("question"), blank=True, max_length=2000)
    criteria = models.TextField(_("what the answers are compared by"), blank=True, max_length=5000)
    need = models.ForeignKey(
        Need, verbose_name=_("need"), null=True, editable=False, on_delete=models.PROTECT, related_name="challenges"
    )
    opens_at = models.DateTimeField(_("opens"), null=True, editable=False)
    closes_at = models.DateTimeField(_("closes"), null=True, editable=False)
    outcome = models.TextField(_("what became of the answers"), blank=True, editable=False)

    seen_by = AUTHOR | (
        SUBMITTED & (LEAD | (UNRESTRICTED & (COORDINATOR | REGISTRAR | SPECIALIST)) | (OPEN & EMPLOYEE))
    )
    handled_by = SUBMITTED & (LEAD | (UNRESTRICTED & COORDINATOR))
    asks = ("title", "question", "criteria", "beneficiaries")
    searches = ("question", "criteria")

    objects: ClassVar = models.Manager.from_queryset(ChallengeQuerySet)()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at")),
                name="challenge_opens_before_it_closes",
            ),
        )

    @property
    def public_url(self) -> str:
        return reverse("challenges:page", args=[self.pk])

    @property
    def is_public(self) -> bool:
        """As ``told_openly`` says."""
        return self.opened_at is not None and self.confidentiality == Confidentiality.OPEN and not self.provision

    @property
    def stage(self) -> Stage:
        """Where it stands at this moment."""
        if self.state in self.kind_info.flow.ends:
            return Stage(self.state)
        now = timezone.now()
        if self.opens_at is None or now < self.opens_at:
            return Stage.COMING
        return Stage.OPEN if self.closes_at is not None and now < self.closes_at else Stage.CLOSED


class Settlement(models.Model):
    """What became of one answer, in the owner's word. Written when the challenge is answered, and never after."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="settlements")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    became = models.CharField(_("what became of it"), max_length=10, choices=Became.choices)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["challenge", "case"], name="settlement_once"),)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.became}"
