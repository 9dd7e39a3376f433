"""What somebody asks to test, and what came of it (B44, domain §10)."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.models import Case, CaseQuerySet
from portal.cases.states import Confidentiality, Provision
from portal.cases.who import AUTHOR, REGISTRAR, SUBMITTED, UNRESTRICTED
from testbeds.models.testbed import Testbed
from testbeds.models.whos import HOST, REVIEWER
from testbeds.states import OVER, Actor, Check, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHECKS = ("personal_data", "ethics", "medical_device", "neutrality", "state_aid", "secrecy")
"""The legal checks of a request (B4-9b): each has an answer and, in ``*_text``, a sentence."""
SECRET = ("question", "baseline", "measure", "target", "afterwards", "result", "measured", "lesson")
"""What can be marked as a trade secret, field by field."""
MARK = "secret_"
"""``secret_question`` is the mark of ``question``: the paragraph of OSL, or nothing."""
WHY = "why_secret_"
"""``why_secret_question`` is why ``question`` is marked, in words; kept from the same people as what is marked."""
GROUNDS = (
    Provision.OSL_31_16, Provision.OSL_31_12, Provision.OSL_19_1, Provision.OSL_19_3, Provision.OSL_18_8,
)  # fmt: skip
"""Paragraphs of OSL (2009:400) that a mark can name."""
SHARED = Q(
    shared=True, decided_at__isnull=False, state__in=OVER, provision="",
    confidentiality__in=(Confidentiality.OPEN, Confidentiality.INTERNAL),
)  # fmt: skip
"""Whose result everyone may read at the testbed, but for what is marked: it is decided on for good, and the host who decided has said that
nothing stands against it. The case is as open as it was."""
REVIEWS = 2
"""How many review a request for its host."""


def check_field(label: "StrOrPromise") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=12, choices=Check.choices, blank=True, default=Check.UNANSWERED)


def check_text(label: "StrOrPromise") -> "models.CharField[str, str]":
    return models.CharField(label, max_length=500, blank=True)


class TestRequest(Case):
    """A request to test something, from its draft to what became of it. The case's unit is the testbed's host.

    The benefit gate has two parts, and both must be yes with a sentence and somebody who stands behind it (B44-1): ``operational`` for
    the work at the unit, ``user`` for those it is for. ``maturity`` is the technology readiness level (ISO 16290). ``secrets`` says, by
    field, by which paragraph of OSL what is written there is marked as a trade secret, and ``secret_whys`` why; a mark warns, it decides
    nothing.
    ``hours`` are those wanted; ``aid`` is the worth of the test as de-minimis aid, SEK, when it has been booked. ``receiver`` is who takes
    over what is introduced, procured or extended. ``shared``, or ``withheld`` by a paragraph of OSL and ``withheld_why``, is what the host
    has said of sharing the result; ``may_be_named`` what who tested has said of being named there.

    ``text_of`` masks what is marked, for every page, search, file and program that asks; ``inside_text_of`` does
    not, and is for those of ``INSIDE`` alone.
    """

    __test__ = False

    case_ptr = models.OneToOneField(
        Case, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="test_request"
    )
    testbed = models.ForeignKey(Testbed, verbose_name=_("testbed"), on_delete=models.PROTECT, related_name="requests")
    actor = models.CharField(_("who asks"), max_length=14, choices=Actor.choices, blank=True)
    organisation = models.CharField(_("name of the organisation"), max_length=150, blank=True)
    orgnr = models.CharField(_("organisation number"), max_length=11, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    question = models.TextField(_("the question that the test answers"), max_length=2000, blank=True)
    baseline = models.TextField(_("how it is now"), max_length=2000, blank=True)
    measure = models.TextField(_("what is measured, and how"), max_length=2000, blank=True)
    target = models.TextField(_("what counts as a success"), max_length=2000, blank=True)
    afterwards = models.TextField(_("what happens afterwards"), max_length=2000, blank=True)
    maturity = models.PositiveSmallIntegerField(
        _("maturity (TRL 1–9)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    hours = models.PositiveSmallIntegerField(_("hours of testing"), null=True, blank=True)
    wishes = models.TextField(_("when it suits you"), max_length=1000, blank=True)

    operational = models.BooleanField(_("it benefits the work where it is tested"), null=True, blank=True)
    operational_text = models.TextField(_("how the work benefits"), max_length=1000, blank=True)
    operational_by = models.CharField(_("who stands behind the benefit to the work"), max_length=150, blank=True)
    user = models.BooleanField(_("it benefits those it is for"), null=True, blank=True)
    user_text = models.TextField(_("how they benefit"), max_length=1000, blank=True)
    user_by = models.CharField(_("who stands behind the benefit to those it is for"), max_length=150, blank=True)

    personal_data = check_field(_("personal data (GDPR)"))
    personal_data_text = check_text(_("personal data: how they are handled"))
    ethics = check_field(_("ethical review"))
    ethics_text = check_text(_("ethical review: how it is handled"))
    medical_device = check_field(_("medical device (MDR)"))
    medical_device_text = check_text(_("medical device: how it is handled"))
    neutrality = check_field(_("neutral towards a later procurement"))
    neutrality_text = check_text(_("neutral towards a later procurement: how it is handled"))
    state_aid = check_field(_("state aid"))
    state_aid_text = check_text(_("state aid: how it is handled"))
    secrecy = check_field(_("secrecy"))
    secrecy_text = check_text(_("secrecy: how it is handled"))
    secrets = models.JSONField(default=dict, blank=True, editable=False)
    secret_whys = models.JSONField(default=dict, db_default={}, blank=True, editable=False)

    conditions = models.TextField(_("conditions"), max_length=4000, blank=True, editable=False)
    result = models.TextField(_("result"), max_length=6000, blank=True, editable=False)
    measured = models.TextField(_("what was measured"), max_length=2000, blank=True, editable=False)
    reached = models.BooleanField(_("the target was reached"), null=True, editable=False)
    tested_hours = models.PositiveSmallIntegerField(_("hours tested"), null=True, editable=False)
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome.choices, blank=True, editable=False)
    lesson = models.TextField(_("lesson"), max_length=4000, blank=True, editable=False)
    receiver = models.CharField(_("who takes over"), max_length=200, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    shared = models.BooleanField(_("the result is shared"), default=False, db_default=False, editable=False)
    withheld = models.CharField(
        _("why the result is not shared"), max_length=8, choices=Provision.choices, blank=True, default="", db_default="", editable=False
    )  # fmt: skip
    withheld_why = models.CharField(
        _("what stands against sharing"), max_length=500, blank=True, default="", db_default="", editable=False
    )
    may_be_named = models.BooleanField(_("who tested may be named"), default=False, db_default=False, editable=False)
    after_half_year = models.TextField(
        _("what had become of it after six months"), max_length=4000, blank=True, editable=False
    )
    still_used = models.TextField(_("what became of it"), max_length=4000, blank=True, editable=False)
    aid = models.PositiveIntegerField(_("de-minimis aid, SEK"), null=True, editable=False)

    seen_by = AUTHOR | (SUBMITTED & (HOST | REVIEWER | (UNRESTRICTED & REGISTRAR)))
    handled_by = SUBMITTED & HOST
    advised_by = SUBMITTED & REVIEWER
    asks = ("title", "summary", "question", "baseline", "measure", "target", "maturity", "afterwards")
    searches = ("question", "baseline", "measure", "target")
    read_with = (*Case.read_with, "testbed")

    objects: ClassVar = models.Manager.from_queryset(CaseQuerySet["TestRequest"])()

    class Meta:
        verbose_name = _("request for a test")
        verbose_name_plural = _("requests for tests")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                condition=Q(maturity__isnull=True) | Q(maturity__range=(1, 9)), name="test_maturity_is_a_trl"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(decided_at__isnull=False), name="test_outcome_has_its_day"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=(Outcome.INTRODUCE, Outcome.PROCURE, Outcome.EXTEND)) | ~Q(receiver=""),
                name="test_that_goes_on_has_a_receiver",
                violation_error_message=_("Say who takes over."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.STOP) | ~Q(lesson=""),
                name="test_that_stops_leaves_a_lesson",
                violation_error_message=_("Say what was learnt."),
            ),
            models.CheckConstraint(condition=Q(shared=False) | Q(withheld=""), name="test_shared_or_withheld"),
            models.CheckConstraint(condition=Q(withheld="") | ~Q(withheld_why=""), name="test_withheld_says_why"),
        )

    @property
    def from_inside(self) -> bool:
        """Asked for by an employee (B44-2)."""
        return self.owner is not None and self.owner.is_employee

    def value_of(self, name: str) -> Any:
        if name.startswith(MARK):
            return self.secrets.get(name.removeprefix(MARK), "")
        if name.startswith(WHY):
            return self.secret_whys.get(name.removeprefix(WHY), "")
        return super().value_of(name)

    def set_value(self, name: str, value: Any) -> None:
        if name.startswith(MARK):
            self.secrets = _with(self.secrets, name.removeprefix(MARK), value)
        elif name.startswith(WHY):
            self.secret_whys = _with(self.secret_whys, name.removeprefix(WHY), value)
        else:
            super().set_value(name, value)

    def mark(self, field: str, ground: str, why: str) -> None:
        """Mark a field as a trade secret by a paragraph of OSL, or take the mark away with an empty one. The caller saves."""
        self.set_value(f"{MARK}{field}", ground)
        self.set_value(f"{WHY}{field}", why if ground else "")

    def free_texts(self) -> list[str]:
        return [*super().free_texts(), *self.secret_whys.values()]

    def ground_of(self, name: str) -> str:
        """The paragraph by which the field is marked, in words; empty where it is not."""
        ground = self.secrets.get(name, "")
        return str(Provision(ground).label) if ground else ""

    def text_of(self, name: str) -> str:
        if name.startswith(MARK):
            return self.ground_of(name.removeprefix(MARK))
        ground = self.ground_of(name.removeprefix(WHY))
        if ground and self.value_of(name) not in (None, ""):
            return gettext("Marked as a trade secret (%(ground)s)") % {"ground": ground}
        return "" if name.startswith(WHY) else super().text_of(name)

    def writers_text_of(self, name: str) -> str:
        if name.startswith(WHY):
            return str(self.value_of(name))
        return self.text_of(name) if name.startswith(MARK) else super().text_of(name)

    def inside_text_of(self, name: str) -> str:
        ground, text = self.ground_of(name), super().text_of(name)
        if not (ground and text):
            return text
        why = self.value_of(f"{WHY}{name}")
        return f"{text}\n[{self.text_of(name)}{f': {why}' if why else ''}]"

    def name_of(self, name: str) -> str:
        if name.startswith(WHY):
            return gettext("Why “%(field)s” is a trade secret") % {"field": super().name_of(name.removeprefix(WHY))}
        if name.startswith(MARK):
            return gettext("Trade secret in “%(field)s”") % {"field": super().name_of(name.removeprefix(MARK))}
        return super().name_of(name)

    def written_for(self) -> str:
        """Not the name of a business that is one person: its number is that person's (SFS 1974:174, the third digit is at least 2). Nor
        their own name, where they have written that instead.
        """
        number = self.orgnr.replace("-", "")
        own = self.organisation.casefold() == str(self.owner or "").casefold()
        return self.organisation if number[2:3] >= "2" and not own and not self.from_inside else ""

    def asker(self) -> str:
        """The organisation, or the person where there is none."""
        return self.organisation or str(self.owner or "")


def _with(kept: dict[str, str], name: str, value: str) -> dict[str, str]:
    """What is kept by name, with one changed; what is empty is not kept."""
    others = {other: by for other, by in kept.items() if other != name}
    return {**others, name: value} if value else others


class HostReview(models.Model):
    """What one of the host's reviewers says of a request: a rubric of three questions, 1 to 5, and words. Once handed in it stays.

    ``conflict`` is the declaration (FL 2017:900 16–18 §§): after it nothing can be handed in, and the
    place is free for another.
    """

    request = models.ForeignKey(TestRequest, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    conflict = models.BooleanField(_("conflict of interest"), default=False, db_default=False)
    conflict_why = models.CharField(_("what the conflict of interest is"), max_length=500, blank=True)
    benefit = models.PositiveSmallIntegerField(_("benefit"), null=True, blank=True)
    feasible = models.PositiveSmallIntegerField(_("can be carried out here"), null=True, blank=True)
    safe = models.PositiveSmallIntegerField(_("safe and lawful"), null=True, blank=True)
    recommends = models.BooleanField(_("recommends a yes"), null=True, blank=True)
    words = models.TextField(_("reasons"), max_length=4000, blank=True)
    handed_in_at = models.DateTimeField(_("handed in"), null=True, editable=False)

    class Meta:
        verbose_name = _("review by the host")
        verbose_name_plural = _("reviews by the host")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["request", "reviewer"], name="host_review_once"),
            models.CheckConstraint(
                condition=Q(benefit__isnull=True) | Q(benefit__range=(1, 5)), name="host_review_benefit_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(feasible__isnull=True) | Q(feasible__range=(1, 5)), name="host_review_feasible_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(safe__isnull=True) | Q(safe__range=(1, 5)), name="host_review_safe_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True)
                | (
                    Q(
                        conflict=False,
                        benefit__isnull=False,
                        feasible__isnull=False,
                        safe__isnull=False,
                        recommends__isnull=False,
                    )
                    & ~Q(words="")
                ),
                name="host_review_is_whole",
                violation_error_message=_("Answer all the questions, and give your reasons."),
            ),
        )

    def __str__(self) -> str:
        return str(self.reviewer)


class Survey(models.Model):
    """What who tested thought of it, in three answers 1 to 5 and a line: asked when the result has been handed in (B4-4)."""

    request = models.OneToOneField(TestRequest, on_delete=models.PROTECT, related_name="survey")
    satisfied = models.PositiveSmallIntegerField(_("how satisfied you are"))
    answered = models.PositiveSmallIntegerField(_("how well you were answered"))
    again = models.PositiveSmallIntegerField(_("how likely you are to come back"))
    words = models.TextField(_("what could be better"), max_length=2000, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(satisfied__range=(1, 5), answered__range=(1, 5), again__range=(1, 5)),
                name="survey_one_to_five",
            ),
        )

    def __str__(self) -> str:
        return str(self.request)


class ModelFlag(models.Model):
    """A host's word that the way tests are paid for needs work: what does not fit, for the coordinators to take up (B44-4)."""

    request = models.ForeignKey(TestRequest, on_delete=models.PROTECT, related_name="model_flags")
    text = models.TextField(_("what does not fit in how tests are paid for"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("word on the reimbursement model")
        verbose_name_plural = _("words on the reimbursement model")
        default_permissions = ()
        ordering = ("-at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="model_flag_says_something"),)

    def __str__(self) -> str:
        return f"{self.request}: {self.at:%Y-%m-%d}"
