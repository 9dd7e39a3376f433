"""Choices of disclosures. Paragraphs without a law named are of lagen (1949:345) om rätten till arbetstagares uppfinningar (LAU)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DisclosureState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    NOTIFIED = "notified", _("Notified")
    ASSESSING = "assessing", _("Being assessed")
    COMPLETING = "completing", _("To be completed by the author")
    LAPSED = "lapsed", _("No declaration made in time")
    DECIDED = "decided", _("Decided: the Region makes a claim")
    AGREED = "agreed", _("Agreed")
    IN_USE = "in_use", _("In use")
    WAIVED = "waived", _("Released (fribrev)")
    CLOSED = "closed", _("Closed")


class ResultType(models.TextChoices):
    """What has been created; the law that gives someone the right to it differs."""

    INVENTION = "invention", _("Invention")
    PROGRAM = "program", _("Computer program")
    WORK = "work", _("Other work: text, film, picture, teaching material")
    DATABASE = "database", _("Database or catalogue")
    DESIGN = "design", _("Design: what something looks like")
    KNOW_HOW = "know_how", _("Know-how or method")
    TRADE_MARK = "trade_mark", _("Trade mark")
    DATA = "data", _("Data")


class Capacity(models.TextChoices):
    """In what capacity someone contributed (1 §): a teacher at a university is no employee under the act in that capacity."""

    EMPLOYEE = "employee", _("Employed by the Region")
    TEACHER = "teacher", _("University teacher")
    STUDENT = "student", _("Student")
    CONSULTANT = "consultant", _("Consultant")
    PATIENT = "patient", _("Patient or relative")
    EXTERNAL = "external", _("Someone else from outside")


class Category(models.TextChoices):
    """The groups of 3 §, by their usual letters; D and outside are what falls beside it."""

    A = "a", _("A: research or assigned invention (3 § first paragraph)")
    B = "b", _("B: other invention connected with the employment (3 § second paragraph)")
    C = "c", _("C: invention not connected with the employment (3 § third paragraph)")
    D = "d", _("D: free invention, outside what the Region does")
    OUTSIDE = "outside", _("Outside the act")


class Decision(models.TextChoices):
    """What the Region declares (3 and 5 §§)."""

    TAKE_OVER = "take_over", _("Takes over the right wholly")
    TAKE_PART = "take_part", _("Takes over the right in part")
    USE = "use", _("Takes a right to use it")
    PRIORITY = "priority", _("Uses its priority, and negotiates")
    WAIVE = "waive", _("Waives its right (fribrev)")


ACQUIRED = (Decision.TAKE_OVER, Decision.TAKE_PART, Decision.USE)
"""Declarations by which the Region has a right at once; priority gives one only when there is an agreement."""
OPEN_TO: dict[Category, tuple[Decision, ...]] = {
    Category.A: tuple(Decision),
    Category.B: (Decision.USE, Decision.PRIORITY, Decision.WAIVE),
    Category.C: (Decision.PRIORITY, Decision.WAIVE),
    Category.D: (Decision.WAIVE,),
    Category.OUTSIDE: tuple(Decision),
}
"""What the Region may declare in each category (3 §). Outside the act other law or an agreement decides."""


class Measure(models.TextChoices):
    """How an asset is protected."""

    PATENT = "patent", _("Patent")
    DESIGN = "design", _("Registered design")
    TRADE_MARK = "trade_mark", _("Registered trade mark")
    SECRECY = "secrecy", _("Secrecy agreement")
    LICENCE = "licence", _("Open licence")
    OTHER = "other", _("Other protection")


class Way(models.TextChoices):
    """How a unit's staff were told of the rules."""

    MEETING = "meeting", _("At a meeting")
    INTRODUCTION = "introduction", _("When they were newly employed")
    COURSE = "course", _("In a course")
    EMAIL = "email", _("By e-mail")
    OTHER = "other", _("In another way")
