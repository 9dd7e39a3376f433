"""How an introduced idea spreads: how it is done, who else has taken it up, and the story that everyone may read."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ideas.models.idea import Idea
from ideas.models.whos import STORYTELLER
from ideas.states import TAKEN_UP, Uptake
from portal.accounts.models import User
from portal.cases.models import Document
from portal.cases.models.case import SWEDISH, Case
from portal.organisation.models import Unit


class Kit(models.Model):
    """How to do as those did who introduced the idea: what to do, and whom to ask. The documents that help are those of the case."""

    idea = models.OneToOneField(Idea, on_delete=models.PROTECT, related_name="kit")
    text = models.TextField(_("how to do it"), max_length=10_000)
    contact = models.CharField(_("whom to ask"), max_length=200)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("how-to kit")
        verbose_name_plural = _("how-to kits")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:60]


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def in_use(self) -> Self:
        """Of units that have put the idea to use and have not said since that they stopped, as ``Adoption.is_in_use``."""
        return self.filter(adopted_at__isnull=False).exclude(in_use=False)


class Adoption(models.Model):
    """What one other unit does with an introduced idea (A17): once per unit, changed as the unit makes up its mind.

    ``adopted_at`` is when it was first put to use there. Twelve months later the unit is asked whether it still is (B2-1):
    ``reminded_at`` is when they were asked, ``checked_at`` when they answered and ``in_use`` what they answered.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="adoptions")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="adoptions")
    uptake = models.CharField(_("what you do"), max_length=12, choices=Uptake.choices)
    why = models.TextField(_("why, or what you changed"), blank=True, max_length=2000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    adopted_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    in_use = models.BooleanField(null=True, editable=False)
    check_note = models.TextField(blank=True, max_length=2000, editable=False)

    objects = models.Manager.from_queryset(AdoptionQuerySet)()

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        default_permissions = ()
        ordering = ("adopted_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["idea", "unit"], name="adoption_once_per_unit"),
            models.CheckConstraint(
                condition=Q(uptake__in=TAKEN_UP, adopted_at__isnull=False)
                | (~Q(uptake__in=TAKEN_UP) & Q(adopted_at__isnull=True)),
                name="adoption_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(uptake__in=(Uptake.ADAPTED, Uptake.DECLINED)) | ~Q(why=""), name="adoption_says_why"
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, in_use__isnull=True)
                | Q(checked_at__isnull=False, in_use__isnull=False, adopted_at__isnull=False),
                name="adoption_checked_with_an_answer",
            ),
        )
        indexes = (
            models.Index(fields=["adopted_at"], name="adoption_adopted"),
            models.Index(fields=["checked_at"], name="adoption_checked"),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_uptake_display()}"

    @property
    def is_in_use(self) -> bool:
        return self.adopted_at is not None and self.in_use is not False


class ExampleQuerySet(models.QuerySet["Example"]):
    def public(self) -> Self:
        """What everyone on the internet may read: published, not withdrawn, of an idea that everyone may be told of by name."""
        told = Case.objects.told_openly().filter(kind="idea")
        return self.filter(published_at__isnull=False, idea__in=told.values("pk"))

    def readable_by(self, person: User | AnonymousUser) -> Self:
        """What is public, and drafts for those who may publish them."""
        own = Idea.objects.visible_to(person).filter(STORYTELLER(person))
        return self.filter(Q(pk__in=self.public().values("pk")) | Q(idea__in=own.values("pk")))


class Example(models.Model):
    """The story of an introduced idea, for everyone to read (A17: a system to spread good examples).

    ``published_at`` is None before it is published and after it is withdrawn; the history of the idea keeps who did so and why. The
    English texts are all there or none: a reader is never given half a story.
    """

    SOUGHT = ("title", "title_en", "summary", "summary_en", "story", "story_en")
    TEXTS = ("title", "summary", "story", "evidence")

    idea = models.OneToOneField(Idea, on_delete=models.PROTECT, related_name="example")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("in short"), max_length=500)
    story = models.TextField(_("the story"), max_length=20_000)
    evidence = models.TextField(_("what shows that it works"), max_length=5000)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    summary_en = models.TextField(_("in short, in English"), max_length=500, blank=True)
    story_en = models.TextField(_("the story in English"), max_length=20_000, blank=True)
    evidence_en = models.TextField(_("what shows that it works, in English"), max_length=5000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, editable=False)
    words = models.GeneratedField(
        expression=SearchVector(*SOUGHT, config=SWEDISH),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = models.Manager.from_queryset(ExampleQuerySet)()

    class Meta:
        verbose_name = _("good example")
        verbose_name_plural = _("good examples")
        default_permissions = ()
        ordering = ("-published_at", "-pk")
        indexes = (GinIndex(fields=["words"], name="example_words"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(title_en="", summary_en="", story_en="", evidence_en="")
                | (~Q(title_en="") & ~Q(summary_en="") & ~Q(story_en="") & ~Q(evidence_en="")),
                name="example_wholly_in_english_or_not",
            ),
        )

    def __str__(self) -> str:
        return self.shown["title"]

    def get_absolute_url(self) -> str:
        return reverse("examples:page", args=[self.pk])

    @property
    def language(self) -> str:
        """The language in which it is read now: Swedish where there is no other."""
        return "en" if get_language() == "en" and self.title_en else "sv"

    @property
    def shown(self) -> dict[str, str]:
        """Its texts, by name, in that language."""
        ending = "_en" if self.language == "en" else ""
        return {name: getattr(self, f"{name}{ending}") for name in self.TEXTS}


class ConsentedQuerySet(models.QuerySet["Picture"]):
    def shown(self) -> Self:
        """Where nobody can be recognised, or those who can have consented (GDPR article 6.1 a). Removed ones are not shown."""
        free = Q(shows_people=False) | Q(consented_on__isnull=False)
        return self.filter(free, document__withdrawn_at__isnull=True)


class Picture(models.Model):
    """A picture of a good example: a document of the idea, drawn anew so that it carries nothing but what is seen.

    ``consent`` says where the consent of those who can be recognised is kept, for example a diary number.
    """

    example = models.ForeignKey(Example, on_delete=models.PROTECT, related_name="pictures")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(_("what the picture shows"), max_length=300)
    alt_en = models.CharField(_("what the picture shows, in English"), max_length=300, blank=True)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)
    shows_people = models.BooleanField(_("somebody can be recognised in it"), default=False)
    consent = models.CharField(_("where their consent is kept"), max_length=200, blank=True)
    consented_on = models.DateField(_("the day they consented"), null=True, blank=True)

    objects = models.Manager.from_queryset(ConsentedQuerySet)()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(alt=""), name="picture_is_told_in_words"),
            models.CheckConstraint(
                condition=Q(consent="", consented_on__isnull=True) | (~Q(consent="") & Q(consented_on__isnull=False)),
                name="picture_consent_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return self.alt_en if self.alt_en and get_language() == "en" else self.alt

    @property
    def is_shown(self) -> bool:
        """As ``shown`` says, of one that has not been removed."""
        return not self.shows_people or self.consented_on is not None


class Credit(models.Model):
    """Somebody who is thanked by name. Without the day of their consent the name is not shown.

    ``person`` is the author of the idea, whose own word the consent is (``Idea.may_credit``); the consents of others are noted.
    """

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    part = models.CharField(_("what they did"), max_length=200, blank=True)
    consent = models.CharField(_("where their consent is kept"), max_length=200, blank=True)
    consented_on = models.DateField(_("the day they consented"), null=True, blank=True)

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(consent="", consented_on__isnull=True) | (~Q(consent="") & Q(consented_on__isnull=False)),
                name="credit_consent_has_its_day",
            ),
            models.UniqueConstraint(fields=["example", "person"], name="credit_once_per_person"),
        )

    def __str__(self) -> str:
        return self.name
