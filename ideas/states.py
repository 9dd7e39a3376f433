"""Choices of ideas and suggestions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdeaState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RIGHTS = "rights", _("With the rights reviewer")
    PROTECTED = "protected", _("Kept closed to protect rights")
    CONCLUDED = "concluded", _("Ended with the rights reviewer")
    SUBMITTED = "submitted", _("Submitted")
    ASSESSING = "assessing", _("Being assessed")
    RETURNED = "returned", _("To be completed by the author")
    JOINED = "joined", _("Goes on together with another idea")
    ACCEPTED = "accepted", _("Accepted")
    PLACING = "placing", _("A unit is asked to host it")
    DECLINED = "declined", _("Not taken further")
    TRYING = "trying", _("Being tried")
    EVALUATED = "evaluated", _("Evaluated")
    INTRODUCED = "introduced", _("Introduced")
    LASTING = "lasting", _("In lasting use")
    ENDED = "ended", _("No longer used")
    CLOSED = "closed", _("Closed with a lesson")
    WITHDRAWN = "withdrawn", _("Withdrawn by the author")


class SuggestionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RECEIVED = "received", _("Received")
    LOOKING = "looking", _("Being looked at")
    ANSWERED = "answered", _("Answered")


class IdeaType(models.TextChoices):
    """What is new (strategy §1)."""

    SERVICE = "service", _("Service")
    PROCESS = "process", _("Process")
    WAY_OF_WORKING = "way_of_working", _("Way of working")
    PRODUCT = "product", _("Product")
    ORGANISATION = "organisation", _("Organisational solution")


class Origin(models.TextChoices):
    """Where the idea comes from (strategy §1)."""

    EVERYDAY = "everyday", _("Everyday work")
    RESEARCH = "research", _("Research")
    SCANNING = "scanning", _("Environment scanning")
    NEED = "need", _("A need that users have told of")
    COPIED = "copied", _("Seen elsewhere")


class Value(models.TextChoices):
    """What kind of value the idea may give once it is used (strategy §1)."""

    ECONOMIC = "economic", _("Economic")
    SOCIAL = "social", _("Social")
    FUNCTIONAL = "functional", _("Functional")
    ENVIRONMENTAL = "environmental", _("Environmental")


class Change(models.TextChoices):
    """What happens to a task that is made more efficient (B41-3)."""

    DEVELOPED = "developed", _("Developed")
    AUTOMATED = "automated", _("Automated")
    EFFICIENT = "efficient", _("Made more efficient")
    REPLACED = "replaced", _("Replaced")


class Points(models.IntegerChoices):
    """The scale of the scorecard."""

    ONE = 1, _("1, very low")
    TWO = 2, _("2, low")
    THREE = 3, _("3, fair")
    FOUR = 4, _("4, high")
    FIVE = 5, _("5, very high")


class Outcome(models.TextChoices):
    """How a trial ended, against the target set before it began."""

    REACHED = "reached", _("The target was reached")
    PARTLY = "partly", _("The target was partly reached")
    MISSED = "missed", _("The target was not reached")
    STOPPED = "stopped", _("It was stopped before anything was measured")


MEASURED = (Outcome.REACHED, Outcome.PARTLY, Outcome.MISSED)
"""What a trial can end with when its measure has shown something."""


class HostAnswer(models.TextChoices):
    """What came of asking a unit to host an idea (strategy §5). Empty while the unit has not been asked or thinks."""

    ACCEPTED = "accepted", _("Took it on")
    DECLINED = "declined", _("Declined")
    LATE = "late", _("Did not answer in time")
    WITHDRAWN = "withdrawn", _("The question was taken back")


class Disposition(models.TextChoices):
    """What became of a suggestion (B43-7). Every suggestion gets one, with an answer in plain language."""

    NEW_IDEA = "new_idea", _("Became a new idea")
    JOINED = "joined", _("Joined to an idea")
    EXISTS = "exists", _("Already introduced")
    OTHER_ROUTE = "other_route", _("Passed on another way")
    NOT_TAKEN = "not_taken", _("Not taken forward")


USED = (Disposition.NEW_IDEA, Disposition.JOINED)
"""Suggestions that were used in the innovation work (B43-7): what already exists was not, however good it was."""


class Sender(models.TextChoices):
    """In what capacity a resident writes (strategy §2)."""

    RESIDENT = "resident", _("Resident")
    PATIENT = "patient", _("Patient")
    RELATIVE = "relative", _("Relative")
    TRAVELLER = "traveller", _("Traveller")
    VISITOR = "visitor", _("Visitor")


IN_USE = (IdeaState.INTRODUCED, IdeaState.LASTING)
"""States in which others may take the idea up (B2-1)."""


class Uptake(models.TextChoices):
    """What another unit does with an idea that has been introduced (A17)."""

    CONSIDERING = "considering", _("We are considering it")
    ADOPTED = "adopted", _("We have adopted it as it is")
    ADAPTED = "adapted", _("We have adapted it to our operations")
    DECLINED = "declined", _("It is not for us")


TAKEN_UP = (Uptake.ADOPTED, Uptake.ADAPTED)


class GatheringMethod(models.TextChoices):
    """How needs are looked for before anybody has asked for anything (B43-6)."""

    INTERVIEW = "interview", _("Interviews")
    OBSERVATION = "observation", _("Observation in everyday life")
    WORKSHOP = "workshop", _("Workshop")
    SURVEY = "survey", _("Survey")
    COUNCIL = "council", _("User council or reference group")
    DATA = "data", _("Analysis of complaints, deviations or other data")
    OTHER = "other", _("In another way")


class ChallengeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    ANSWERED = "answered", _("Settled")
    CANCELLED = "cancelled", _("Called off")


class Stage(models.TextChoices):
    """Where an announced challenge stands now. Time decides it, so it is never stored."""

    COMING = "coming", _("Opens later")
    OPEN = "open", _("Open for answers")
    CLOSED = "closed", _("Closed: the answers are compared")
    ANSWERED = "answered", _("Settled")
    CANCELLED = "cancelled", _("Called off")


class Became(models.TextChoices):
    """What became of one answer to a challenge. Each has a word of its own in the history of the answer: ``challenge_taken``."""

    TAKEN = "taken", _("We go on with it")
    JOINED = "joined", _("We go on with it together with others like it")
    KEPT = "kept", _("We keep it for later")
    NOT_TAKEN = "not_taken", _("We do not go on with it")
