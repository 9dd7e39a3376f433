"""A place where things are tried: what can be tried there, when, and on which terms (B4-4, B44-1)."""

from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.organisation.models import Unit

LONGEST_AROUND = 480
"""Minutes of set-up before, and of cleaning after."""

TRANSLATED = ("name", "summary", "offers", "equipment", "quality", "terms")
"""Texts that are written in Swedish and, in ``*_en``, in English."""


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class TestbedQuerySet(models.QuerySet["Testbed"]):
    def published(self) -> Self:
        """Those in the catalogue, for everyone."""
        return self.filter(published_at__isnull=False, closed_at__isnull=True)

    def hold(self, *pks: int) -> None:
        """Lock the rows, in the order of their keys, to the end of the transaction: whoever claims time waits here (trust.md, check 2)."""
        list(self.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True).values_list("pk"))


class Testbed(models.Model):
    """One place that one test has at a time.

    Texts are in Swedish and, in ``*_en``, in English; where the English is missing the Swedish is shown. ``before`` and ``after`` are
    minutes of set-up, and of cleaning or decontamination, around every use. ``answer_days`` is the promise of a first answer, in
    working days. ``fee`` and ``reimbursement`` are SEK an hour: what who tests pays, and what the host gets from the Region; ``in_kind`` is
    what the host puts in, in hours of work for each hour of test. ``aid`` is the worth of an hour, SEK, where it is de-minimis aid.
    """

    __test__ = False

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    unit = models.ForeignKey(Unit, verbose_name=_("host unit"), on_delete=models.PROTECT, related_name="testbeds")
    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    summary = models.TextField(_("summary"), max_length=1000)
    summary_en = models.TextField(_("summary in English"), max_length=1000, blank=True)
    offers = models.TextField(_("what can be tested"), max_length=4000)
    offers_en = models.TextField(_("what can be tested, in English"), max_length=4000, blank=True)
    equipment = models.TextField(_("equipment"), max_length=4000, blank=True)
    equipment_en = models.TextField(_("equipment, in English"), max_length=4000, blank=True)
    quality = models.TextField(
        _("quality: accreditation, calibration, what has been evaluated"), max_length=4000, blank=True
    )
    quality_en = models.TextField(_("quality, in English"), max_length=4000, blank=True)
    terms = models.TextField(_("terms and compensation, in words"), max_length=4000, blank=True)
    terms_en = models.TextField(_("terms and compensation, in English"), max_length=4000, blank=True)
    capacity = models.PositiveSmallIntegerField(_("people at once"), default=1, validators=[MinValueValidator(1)])
    before = models.PositiveSmallIntegerField(
        _("minutes of set-up before"), default=0, validators=[MaxValueValidator(LONGEST_AROUND)]
    )
    after = models.PositiveSmallIntegerField(
        _("minutes of cleaning after"), default=0, validators=[MaxValueValidator(LONGEST_AROUND)]
    )
    shortest = models.PositiveSmallIntegerField(_("shortest use, minutes"), default=60)
    longest = models.PositiveIntegerField(_("longest use, minutes"), default=600)
    open_on_holidays = models.BooleanField(_("open on public holidays"), default=False)
    induction = models.BooleanField(_("induction is needed"), default=False)
    secrecy = models.BooleanField(_("a promise of secrecy is signed"), default=False)
    ethics = models.BooleanField(_("ethical review may be needed"), default=False)
    fee = models.PositiveIntegerField(_("fee, SEK an hour"), default=0)
    reimbursement = models.PositiveIntegerField(_("to the host, SEK an hour"), default=0)
    in_kind = models.DecimalField(
        _("the host’s own work, hours for each hour"), max_digits=4, decimal_places=1, default=0
    )
    aid = models.PositiveIntegerField(_("worth of an hour as de-minimis aid, SEK"), default=0)
    answer_days = models.PositiveSmallIntegerField(_("first answer within, working days"), default=10)
    contact = models.CharField(_("contact"), max_length=150, help_text=_("A function rather than a person."))
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("street address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = models.Manager.from_queryset(TestbedQuerySet)()

    class Meta:
        verbose_name = _("testbed")
        verbose_name_plural = _("testbeds")
        default_permissions = ()
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(shortest__gte=15, longest__gte=F("shortest")),
                name="testbed_use_has_length",
                violation_error_message=_(
                    "The shortest use is 15 minutes or more, and the longest no shorter than that."
                ),
            ),
            models.CheckConstraint(
                condition=Q(before__lte=LONGEST_AROUND, after__lte=LONGEST_AROUND), name="testbed_around_is_short"
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1, answer_days__gte=1), name="testbed_numbers_make_sense"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="testbed_lies_somewhere",
                violation_error_message=_("Give both latitude and longitude, or neither."),
            ),
        )

    def __str__(self) -> str:
        return self.in_language("name")

    def get_absolute_url(self) -> str:
        return reverse("testbeds:testbed", args=[self.slug])

    @property
    def way_to_ask(self) -> str:
        """Where a request for it is begun."""
        return f"{reverse('testbeds:begin')}?testbed={self.slug}"

    def in_language(self, name: str) -> str:
        """The text in the reader’s language, or in Swedish where there is no other."""
        said: str = getattr(self, name)
        return (getattr(self, f"{name}_en") or said) if get_language() == "en" else said

    @property
    def lang(self) -> dict[str, str]:
        """Of each text, the language it is shown in where that is not the page’s: the page says so (WCAG 3.1.2). Else empty."""
        english = get_language() == "en"
        return {name: "sv" if english and not getattr(self, f"{name}_en") else "" for name in TRANSLATED}

    @property
    def shown_summary(self) -> str:
        return self.in_language("summary")

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.closed_at is None


class OpeningHours(models.Model):
    """When a testbed is open on a day of the week, in local wall time (Europe/Stockholm). A day can have several, or
    none: then it is closed.
    """

    testbed = models.ForeignKey(Testbed, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("23:59 means to the end of the day."))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        default_permissions = ()
        ordering = ("weekday", "opens")
        constraints = (
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens"), weekday__lte=6),
                name="opening_hours_make_sense",
                violation_error_message=_("It closes after it opens."),
            ),
            models.UniqueConstraint(fields=["testbed", "weekday", "opens"], name="opening_hours_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OpeningException(models.Model):
    """Other hours on one date: closed if no times are given. Stronger than the day of the week and the public holidays."""

    testbed = models.ForeignKey(Testbed, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("other hours")
        verbose_name_plural = _("other hours")
        default_permissions = ()
        ordering = ("day", "opens")
        constraints = (
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
                name="opening_exception_makes_sense",
                violation_error_message=_(
                    "Give both times, the later one last, or neither: then it is closed that day."
                ),
            ),
            models.UniqueConstraint(
                fields=["testbed", "day", "opens"], name="opening_exception_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return str(self.day)


class PictureManager(models.Manager["TestbedPicture"]):
    def get_queryset(self) -> "models.QuerySet[TestbedPicture]":
        """Without the picture itself, which is read where it is shown."""
        return super().get_queryset().defer("content")


class TestbedPicture(models.Model):
    """A picture of the place, for everyone, drawn anew so that it carries nothing but what is seen. ``alt`` says what it shows.

    ``content`` is a JPEG. It is kept in the row, so that it goes with every back-up of the database.
    """

    __test__ = False

    testbed = models.ForeignKey(Testbed, on_delete=models.CASCADE, related_name="pictures")
    content = models.BinaryField(default=b"")
    alt = models.CharField(_("what the picture shows"), max_length=300)
    alt_en = models.CharField(_("what the picture shows, in English"), max_length=300, blank=True)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)

    objects = PictureManager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=~Q(alt=""), name="testbed_picture_is_told_in_words"),)

    @property
    def lang(self) -> str:
        """As that of a testbed’s texts."""
        return "sv" if get_language() == "en" and not self.alt_en else ""

    def __str__(self) -> str:
        return self.alt_en if self.alt_en and get_language() == "en" else self.alt


class TestbedText(models.Model):
    """What is searched of a testbed, beside it so that nobody reads it along. Written by the trigger ``testbed_sought`` alone.

    ``text`` and ``text_en`` are its words in each language, ``said`` all of them in small letters, for what is misspelt.
    """

    __test__ = False

    testbed = models.OneToOneField(Testbed, primary_key=True, on_delete=models.CASCADE, related_name="sought")
    text = SearchVectorField()
    text_en = SearchVectorField()
    said = models.TextField()

    class Meta:
        default_permissions = ()
        indexes = (
            GinIndex(fields=["text"], name="testbed_text"),
            GinIndex(fields=["text_en"], name="testbed_text_en"),
        )

    def __str__(self) -> str:
        return str(self.testbed_id)


for model in (Testbed, OpeningHours, OpeningException, TestbedPicture):
    pghistory.track(
        pghistory.InsertEvent("created"),
        pghistory.UpdateEvent("changed"),
        pghistory.DeleteEvent("deleted"),
        obj_field=pghistory.ObjForeignKey(related_name="changes"),
        model_name=f"{model.__name__}Change",
        exclude=["content"] if model is TestbedPicture else [],
    )(model)
