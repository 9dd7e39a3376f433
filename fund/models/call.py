"""A call for applications: its time, its money, what it asks and what it weighs by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from fund.models.whos import APPLICANT, FUND
from fund.states import CallState, Purpose, QuestionKind, Stage
from fund.words import sek
from portal.cases.models import Case, CaseQuerySet
from portal.cases.who import AUTHOR, EMPLOYEE, OPEN, REGISTRAR, SUBMITTED, UNRESTRICTED

MOST_POINTS = 5
PAGES = 6
PHASES = ("reviews_by", "panel_on", "decision_by")
"""The days after the closing, in order, that a call may say."""


def open_at(moment: datetime) -> Q:
    return Q(state=CallState.ANNOUNCED, opens_at__lte=moment, closes_at__gt=moment)


def coming_at(moment: datetime) -> Q:
    return Q(state=CallState.ANNOUNCED, opens_at__gt=moment)


def every_purpose() -> list[str]:
    """What a call takes that says nothing else."""
    return list(Purpose.values)


class CallQuerySet(CaseQuerySet["Call"]):
    def open_now(self) -> Self:
        """Those that take applications, as ``Call.stage`` says."""
        return self.filter(open_at(timezone.now()))

    def open_to(self, person: Any) -> Self:
        """Those that take applications from the person: the open ones, and those to which they have been given a right to be late."""
        now = timezone.now()
        rights: Any = self.model._meta.get_field("late_rights").related_model
        given = rights.objects.filter(call=OuterRef("pk"), person=person.pk, until__gt=now)
        late = Q(Exists(given), state__in=(CallState.ANNOUNCED, CallState.REVIEWING), closes_at__lte=now)
        return self.filter(open_at(now) | late)


class Call(Case):
    """An announcement of money to apply for (B43-5). A case of the fund's own, from its draft to the last report.

    ``opens_at`` and ``closes_at`` (UTC) hold to the second; whether it is open now is never stored. ``budget`` and ``largest_grant`` are
    whole SEK of ``year``, the year that the money belongs to. ``edition`` is the number of the version in force, 0 before it is
    announced. ``takes`` are the kinds of project that may apply. ``reviews_by``, ``panel_on`` and ``decision_by`` are Swedish days, each
    after the closing and none before the one before it; None where the call does not say. ``anonymous``: reviewers do not learn who
    applies. ``reviews_each`` is how many experts read an application.
    """

    case_ptr = models.OneToOneField(
        Case, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="fund_call"
    )
    """Named, because an application has a ``call`` of its own."""
    purpose = models.TextField(_("what the call is for"), blank=True, max_length=5000)
    terms = models.TextField(_("who may apply, and the terms"), blank=True, max_length=10_000)
    plan = models.TextField(_("when and where the result is published"), blank=True, max_length=2000)
    takes = ArrayField(
        models.CharField(max_length=14, choices=Purpose.choices),
        verbose_name=_("what may be applied for"),
        default=every_purpose,
        blank=True,
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    reviews_by = models.DateField(_("reviews are to be in by"), null=True, blank=True)
    panel_on = models.DateField(_("the panel meets"), null=True, blank=True)
    decision_by = models.DateField(_("decided by"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year that the money belongs to"), null=True, blank=True)
    budget = models.PositiveBigIntegerField(_("budget, SEK"), null=True, blank=True)
    largest_grant = models.PositiveBigIntegerField(_("largest grant, SEK"), null=True, blank=True)
    most_pages = models.PositiveSmallIntegerField(_("most pages"), default=PAGES)
    approve_days = models.PositiveSmallIntegerField(_("days after closing for the manager’s approval"), default=7)
    reviews_each = models.PositiveSmallIntegerField(_("experts who read each application"), default=3)
    anonymous = models.BooleanField(_("reviewers do not learn who applies"), default=False)
    edition = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)

    seen_by = AUTHOR | (SUBMITTED & (FUND | (UNRESTRICTED & (REGISTRAR | APPLICANT)) | (OPEN & EMPLOYEE)))
    handled_by = SUBMITTED & FUND
    asks = ("title", "purpose", "terms", "takes", "opens_at", "closes_at", "year", "budget", "largest_grant")
    searches = ("purpose", "terms")

    objects: ClassVar = models.Manager.from_queryset(CallQuerySet)()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="call_opens_before_it_closes",
                violation_error_message=_("A call opens before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(largest_grant__isnull=True) | Q(largest_grant__lte=F("budget")),
                name="call_grant_within_budget",
                violation_error_message=_("No grant is larger than the whole budget."),
            ),
            models.CheckConstraint(condition=Q(most_pages__gte=1, reviews_each__gte=1), name="call_numbers_make_sense"),
            models.CheckConstraint(condition=Q(edition=0) | Q(takes__len__gte=1), name="call_takes_something"),
        )

    def text_of(self, name: str) -> str:
        if name in ("budget", "largest_grant"):
            return sek(self.value_of(name))
        if name in PHASES and (day := self.value_of(name)):
            return date_format(day, "j F Y")
        return super().text_of(name)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """What may be applied for, as choices; all of it where nothing is said yet."""
        return [choice for choice in Purpose.choices if choice[0] in self.takes or not self.takes]

    @property
    def stage(self) -> Stage:
        """Where it stands at this moment."""
        if self.state != CallState.ANNOUNCED:
            return Stage(self.state)
        now = timezone.now()
        if self.opens_at is None or now < self.opens_at:
            return Stage.COMING
        return Stage.OPEN if self.closes_at is not None and now < self.closes_at else Stage.SHUT


def is_promise(question: Mapping[str, Any]) -> bool:
    """Whether a question, as ``as_data`` gave it, asks what the project promises. Before calls said which does, the benefit did."""
    return bool(question.get("promise", question["key"] == "benefit"))


class Question(models.Model):
    """What a call asks. ``key`` is what answers refer to, and never changes; ``most_words`` limits a text as its reader counts words.
    ``promise`` is the one text beside which the effect is told.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=24)
    section = models.CharField(_("part of the form"), max_length=100)
    position = models.PositiveSmallIntegerField(_("place"))
    kind = models.CharField(_("kind of answer"), max_length=12, choices=QuestionKind.choices)
    label = models.CharField(_("question"), max_length=300)
    help = models.TextField(_("help"), blank=True, max_length=1000)
    needed = models.BooleanField(_("must be answered"), default=True)
    most_words = models.PositiveSmallIntegerField(_("most words"), null=True, blank=True)
    choices = models.JSONField(_("answers to choose from"), default=list, blank=True)
    names_people = models.BooleanField(_("not shown to reviewers who do not learn who applies"), default=False)

    promise = models.BooleanField(
        _("what the project promises"),
        help_text=_("One of the texts. The effect is told beside the answer, a year after the project has ended."),
        default=False,
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        default_permissions = ()
        ordering = ("call", "position")
        constraints = (
            models.UniqueConstraint(fields=["call", "key"], name="question_key_once"),
            models.UniqueConstraint(
                fields=["call", "position"], name="question_in_order", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(most_words__isnull=True) | Q(kind=QuestionKind.TEXT), name="question_words_of_text"
            ),
            models.CheckConstraint(
                condition=Q(promise=False) | Q(kind=QuestionKind.TEXT), name="question_promise_of_text"
            ),
            models.CheckConstraint(
                condition=~Q(kind=QuestionKind.CHOICE) | ~Q(choices=[]), name="question_has_answers"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def field(self) -> str:
        """What the answer is called among the fields of an application."""
        return f"q_{self.key}"

    def as_data(self) -> dict[str, Any]:
        """As an edition of the call and a handed-in application keep it."""
        names = (
            "key",
            "section",
            "kind",
            "label",
            "help",
            "needed",
            "most_words",
            "choices",
            "names_people",
            "promise",
        )
        return {name: getattr(self, name) for name in names}


class Criterion(models.Model):
    """What applications are weighed by; by default need, approach, benefit and competition (NABC, domain §8)."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=24)
    position = models.PositiveSmallIntegerField(_("place"))
    name = models.CharField(_("criterion"), max_length=80)
    guidance = models.TextField(_("guidance for the reviewers"), blank=True, max_length=1000)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        verbose_name = _("criterion of a call")
        verbose_name_plural = _("criteria of a call")
        default_permissions = ()
        ordering = ("call", "position")
        constraints = (
            models.UniqueConstraint(fields=["call", "key"], name="call_criterion_once"),
            models.UniqueConstraint(
                fields=["call", "position"], name="call_criterion_in_order", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=10), name="call_criterion_weight"),
        )

    def __str__(self) -> str:
        return self.name

    def as_data(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("key", "name", "guidance", "weight")}


class Edition(models.Model):
    """A version of an announced call, as applicants have it. Never changed (trigger): a change to the call makes the next."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("version"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(_("what is changed, and why"), blank=True, max_length=2000)
    content = models.JSONField()

    class Meta:
        verbose_name = _("version of a call")
        verbose_name_plural = _("versions of a call")
        default_permissions = ()
        ordering = ("call", "-number")
        constraints = (
            models.UniqueConstraint(fields=["call", "number"], name="edition_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(why=""), name="edition_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.call_id}/{self.number}"
