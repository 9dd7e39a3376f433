"""Tables of disclosures. Only actions and the flow engine write to them."""

from datetime import date
from functools import reduce
from operator import or_
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case, CaseQuerySet
from portal.cases.who import (
    AUTHOR,
    SUBMITTED,
)
from portal.organisation.models import Unit
from rights.states import ACQUIRED, OPEN_TO, Capacity, Category, Decision, DisclosureState, Measure, ResultType, Way
from rights.whos import REVIEWER, RIGHTS


class DisclosureQuerySet(CaseQuerySet["Disclosure"]):
    def assets(self) -> "DisclosureQuerySet":
        """Those to which the Region has a right today, by a declaration or an agreement."""
        return self.filter(HELD)

    def unused(self) -> "DisclosureQuerySet":
        """Assets that have not come to use, or no longer are in it (B43-3)."""
        return self.filter(UNUSED)


UNUSED = Q(state=DisclosureState.AGREED) | Q(state=DisclosureState.DECIDED, decision__in=ACQUIRED)
HELD = UNUSED | Q(state=DisclosureState.IN_USE)


class Disclosure(Case):
    """An invention disclosure (uppfinningsanmälan), or that of another result (B43-2).

    ``opened_at`` is when the Region received it. ``respond_by`` is the last moment of the period within which the Region must declare
    what it wants (5 §); once set it stays (trigger). ``decided_at`` is the first declaration, ``lapsed_at`` when it was noted that none
    was made. ``category``, ``decision`` and ``basis`` are the assessor's, never the portal's. ``keeps_closed`` says that cases tied to
    this one may not be opened up. ``follow_up_on`` is when the use is next looked at; the case is due then, or at a renewal before it.
    ``take_back_why`` is there while the author asks to take the disclosure back and nobody has answered.
    """

    result_type = models.CharField(_("what it is"), max_length=12, choices=ResultType.choices, blank=True)
    description = models.TextField(_("what has been created, and how it works"), blank=True, max_length=20_000)
    novelty = models.TextField(_("what is new, compared with what is known"), blank=True, max_length=10_000)
    made_where = models.CharField(_("where it was made"), max_length=300, blank=True)
    made_on = models.DateField(_("when it was made"), null=True, blank=True)
    main_duty = models.BooleanField(_("is research, development or inventing your main duty?"), null=True)
    specific_task = models.BooleanField(_("does it solve a specific task that you were given?"), null=True)
    in_service = models.BooleanField(_("did it come about in connection with your work?"), null=True)
    in_operations = models.BooleanField(_("can it be used in what the Region does?"), null=True)
    disclosed = models.BooleanField(_("has anyone outside been told, or has it been shown?"), null=True)
    disclosed_on = models.DateField(_("when were they told"), null=True, blank=True)
    disclosed_where = models.CharField(_("where were they told"), max_length=300, blank=True)
    disclosed_to = models.TextField(_("to whom, and what was said"), blank=True, max_length=2000)
    publication = models.TextField(_("planned publication: what, where and when"), blank=True, max_length=2000)
    funding = models.TextField(_("who paid for the work"), blank=True, max_length=2000)
    funding_terms = models.TextField(_("what their terms say of the rights"), blank=True, max_length=5000)
    agreements = models.TextField(_("agreements that bear on it"), blank=True, max_length=5000)
    third_party = models.TextField(_("material of others in it"), blank=True, max_length=5000)
    licences = models.TextField(_("open-source licences in it"), blank=True, max_length=5000)
    personal_data = models.BooleanField(_("does it contain personal data?"), null=True)
    personal_data_text = models.TextField(_("which personal data, and on what ground"), blank=True, max_length=2000)

    respond_by = models.DateTimeField(_("declaration at the latest"), null=True, editable=False)
    category = models.CharField(_("category"), max_length=8, choices=Category.choices, blank=True, editable=False)
    decision = models.CharField(
        _("what the Region declares"), max_length=10, choices=Decision.choices, blank=True, editable=False
    )
    basis = models.CharField(_("legal basis"), max_length=300, blank=True, editable=False)
    scope = models.TextField(_("extent: which part, where, for what"), blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    lapsed_at = models.DateTimeField(_("noted that no declaration was made"), null=True, editable=False)
    keeps_closed = models.BooleanField(_("cases tied to it stay closed"), default=True, db_default=True, editable=False)
    agreement = models.TextField(_("agreement"), blank=True, editable=False)
    signed_on = models.DateField(_("agreement signed"), null=True, editable=False)
    use_plan = models.TextField(_("how it comes to the benefit of the Region"), blank=True, editable=False)
    use = models.TextField(_("use so far"), blank=True, editable=False)
    in_use_at = models.DateTimeField(_("put in use"), null=True, editable=False)
    follow_up_on = models.DateField(_("use followed up next"), null=True, editable=False)
    take_back_why = models.TextField(
        _("why the author asks to take it back"), blank=True, default="", db_default="", editable=False
    )

    seen_by = AUTHOR | (SUBMITTED & RIGHTS)
    handled_by = SUBMITTED & REVIEWER
    asks = ("title", "result_type", "description", "made_where", "made_on", "disclosed", "personal_data")
    asks_of_inventions = ("novelty", "main_duty", "specific_task", "in_service", "in_operations")
    searches = ("description", "novelty")

    compensated: int | None = None
    """Whose compensation the move in hand is about: they are told of it. Not kept."""

    objects: ClassVar = models.Manager.from_queryset(DisclosureQuerySet)()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="", category="", basis="", decided_at__isnull=True)
                | (~Q(decision="") & ~Q(category="") & ~Q(basis="") & Q(decided_at__isnull=False)),
                name="disclosure_decided_in_full",
            ),
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (Q(category=category, decision__in=decisions) for category, decisions in OPEN_TO.items()),
                    Q(category=""),
                ),
                name="disclosure_decision_open_to_category",
            ),
        )

    @property
    def is_answered(self) -> bool:
        """The Region has declared what it wants, or its time to do so has run out."""
        return bool(self.decided_at or self.lapsed_at)


class Contributor(models.Model):
    """Someone who contributed, and with how much. ``person`` is their account, if they have one; ``share`` is in percent.

    ``confirmed_at`` is when they confirmed what stands here in person. For one without an account a reviewer notes that they have done it:
    when (``attested_on``) and how (``attested_how``). A change takes both away.
    """

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="contributors")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    employer = models.CharField(_("employer"), max_length=200, blank=True)
    capacity = models.CharField(_("contributed as"), max_length=10, choices=Capacity.choices)
    share = models.DecimalField(_("share in percent"), max_digits=5, decimal_places=2)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    attested_on = models.DateField(_("confirmed outside the portal"), null=True, editable=False)
    attested_how = models.CharField(_("how it was confirmed"), max_length=300, blank=True, editable=False)
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("noted by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["disclosure", "person"], name="contributor_once"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=100), name="contributor_share_of_hundred"),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(name=""), name="contributor_is_somebody"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(person__isnull=False), name="contributor_confirms_in_person"
            ),
            models.CheckConstraint(
                condition=Q(attested_on__isnull=True, attested_how="", attested_by__isnull=True)
                | (Q(attested_on__isnull=False, attested_by__isnull=False, person__isnull=True) & ~Q(attested_how="")),
                name="contributor_attested_in_full",
            ),
        )

    def __str__(self) -> str:
        return str(self.person or self.name)

    @property
    def has_confirmed(self) -> bool:
        return bool(self.confirmed_at or self.attested_on)


def sek(amount: int) -> str:
    """ "40 000 kr" in the active language."""
    return str(_("%(sum)s SEK") % {"sum": number_format(amount, force_grouping=True)})


class Compensation(models.Model):
    """Reasonable compensation for a right taken over (6 §). ``amount`` and ``costs`` are in whole SEK.

    The factors are those of 6 § second paragraph. ``reviewed_on`` is when it was last asked whether the sum is still reasonable.
    """

    contributor = models.ForeignKey(
        Contributor, verbose_name=_("contributor"), on_delete=models.PROTECT, related_name="compensations"
    )
    amount = models.PositiveIntegerField(_("amount in SEK"))
    value = models.TextField(_("value of the invention"), max_length=2000)
    extent = models.TextField(_("extent of the right taken over"), max_length=2000)
    employment = models.TextField(_("what the employment meant for it"), max_length=2000)
    costs = models.PositiveIntegerField(_("the contributor's own costs in SEK"), default=0)
    basis = models.CharField(_("basis: agreement, decision or judgment"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    paid_on = models.DateField(_("paid"), null=True)
    reviewed_on = models.DateField(_("reviewed"), null=True)

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        default_permissions = ()
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.contributor}: {sek(self.amount)}"


class Protection(models.Model):
    """A measure that protects the asset. ``renew_by`` is when it must next be renewed; ``ended_on`` when it was let go."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="protections")
    measure = models.CharField(_("form of protection"), max_length=10, choices=Measure.choices)
    number = models.CharField(_("number"), max_length=60, blank=True)
    applied_on = models.DateField(_("applied for or signed"))
    renew_by = models.DateField(_("renew at the latest"), null=True, blank=True)
    responsible = models.CharField(_("who sees to it"), max_length=150)
    ended_on = models.DateField(_("ended"), null=True)

    class Meta:
        verbose_name = _("protection")
        verbose_name_plural = _("protections")
        default_permissions = ()
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.number}".strip()


# ── The rules for everyone ───────────────────────────────────────────────────────────────────────────────────────────


class PolicyQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, on: date | None = None) -> "PolicyQuerySet":
        """The versions that hold on the day, or have held; the first of them is the one that does. Today unless told otherwise."""
        return self.filter(valid_from__lte=on or timezone.localdate())


class PolicyVersion(models.Model):
    """One version of the rules on who has the right to what is made at work, told to everyone (strategy §4.3, B43-4).

    ``text`` is Markdown, with its examples and its glossary; ``changes`` says in plain words what is new since the version before. A
    version is never changed; the database numbers them without a gap and lets none hold from before the one it follows (triggers).
    """

    number = models.PositiveSmallIntegerField(_("version"), unique=True, editable=False)
    valid_from = models.DateField(_("valid from"))
    changes = models.TextField(_("what is new, in Swedish"), max_length=2000, blank=True)
    changes_en = models.TextField(_("what is new, in English"), max_length=2000, blank=True)
    text = models.TextField(_("the rules in Swedish"), max_length=40_000)
    text_en = models.TextField(_("the rules in English"), max_length=40_000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = models.Manager.from_queryset(PolicyQuerySet)()

    class Meta:
        verbose_name = _("version of the rules")
        verbose_name_plural = _("versions of the rules")
        default_permissions = ()
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(condition=~Q(text="") & ~Q(text_en=""), name="policy_in_both_languages"),
            models.CheckConstraint(
                condition=Q(number=1) | (~Q(changes="") & ~Q(changes_en="")), name="policy_says_what_is_new"
            ),
        )

    def __str__(self) -> str:
        return str(_("Version %(number)s") % {"number": self.number})

    @property
    def text_shown(self) -> str:
        return self.text_en if get_language() == "en" else self.text

    @property
    def changes_shown(self) -> str:
        return self.changes_en if get_language() == "en" else self.changes


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def standing(self) -> "BriefingQuerySet":
        """Those that have not been taken back."""
        return self.filter(withdrawn_at=None)


class Briefing(models.Model):
    """That the staff of a unit were told of the rules: which version, when, in what way and how many (B43-4b).

    ``told`` are people who had not been told of that version before; ``staff`` is how many work at the unit. What is written stays; a
    mistake is taken back (trigger).
    """

    version = models.ForeignKey(
        PolicyVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="briefings"
    )
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(_("when"))
    way = models.CharField(_("in what way"), max_length=12, choices=Way.choices)
    told = models.PositiveIntegerField(_("how many were told, who had not been told before"))
    staff = models.PositiveIntegerField(_("how many work at the unit"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = models.Manager.from_queryset(BriefingQuerySet)()

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")
        default_permissions = ()
        ordering = ("-told_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(told__gte=1, told__lte=F("staff")),
                name="briefing_told_of_staff",
                violation_error_message=_("At least one was told, and no more than work there."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="briefing_taken_back_by_somebody",
            ),
        )
        indexes = (models.Index(fields=["version", "unit"], name="briefing_of_unit"),)

    def __str__(self) -> str:
        return f"{self.unit}, {self.told_on}"


class OutsideBriefing(models.Model):
    """That somebody outside the Region was told of the rules: which version, when, in what way, and with which agreement (B43-4b).

    ``who`` is an organisation, not a person. What is written stays; a mistake is taken back (trigger).
    """

    version = models.ForeignKey(PolicyVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="+")
    who = models.CharField(_("who was told"), max_length=200)
    told_on = models.DateField(_("when"))
    way = models.CharField(_("in what way"), max_length=12, choices=Way.choices)
    agreement = models.CharField(_("the agreement that the rules are attached to"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    class Meta:
        verbose_name = _("briefing outside the Region")
        verbose_name_plural = _("briefings outside the Region")
        default_permissions = ()
        ordering = ("-told_on", "-pk")

    def __str__(self) -> str:
        return f"{self.who}: {self.told_on}"


class ReadReceipt(models.Model):
    """That an employee has read a version of the rules, confirmed by themselves. One for each person and version."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="receipts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("read receipt")
        verbose_name_plural = _("read receipts")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["version", "person"], name="read_receipt_once"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"
