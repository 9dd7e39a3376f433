"""Where people find ideas and suggestions: in the menu, and by the one way in."""

from django.utils.translation import gettext_lazy as _

from ideas.queries import finding
from portal.cases import elsewhere
from portal.pages import navigation
from portal.pages.doors import Door, register
from portal.pages.navigation import Entry
from portal.pages.states import Audience

EMPLOYEE, PUBLIC = Audience.EMPLOYEE, Audience.PUBLIC

navigation.register(Entry("ideas", _("Ideas"), "ideas:list", 20, navigation.employees))
navigation.register(Entry("suggestions", _("Suggestions"), "suggestions:public", 30))
navigation.register(Entry("examples", _("Good examples"), "examples:list", 50))

elsewhere.register("examples", _("Good examples"), finding.find_examples)
elsewhere.register("challenges", _("Challenges"), finding.find_challenges)
elsewhere.register("published", _("What became of suggestions"), finding.find_published)
elsewhere.register("needs", _("The needs bank"), finding.find_in_bank)
elsewhere.register("scanning", _("Scanning notes"), finding.find_notes)

register(
    Door(
        "idea",
        EMPLOYEE,
        _("I have an idea"),
        _("Write it at your own pace, alone or with colleagues."),
        "ideas:begin",
        10,
    )
)
register(
    Door(
        "ideas",
        EMPLOYEE,
        _("I want to see what others think of"),
        _("All ideas, and how far they have come."),
        "ideas:list",
        20,
    )
)
register(
    Door(
        "suggestions",
        EMPLOYEE,
        _("I handle suggestions from residents"),
        _("Those that wait for an answer first."),
        "suggestions:handle",
        30,
    )
)
register(
    Door(
        "suggestion",
        PUBLIC,
        _("I have a suggestion"),
        _("No account is needed, and you may be anonymous."),
        "suggestions:leave",
        10,
    )
)
register(
    Door(
        "follow",
        PUBLIC,
        _("I want to follow my suggestion"),
        _("With the number and the code on your receipt."),
        "suggestions:follow",
        20,
    )
)
register(
    Door(
        "became",
        PUBLIC,
        _("I want to see what became of suggestions"),
        _("Answers that have been published."),
        "suggestions:public",
        30,
    )
)
register(
    Door(
        "examples",
        EMPLOYEE,
        _("I want to see what has worked elsewhere"),
        _("Good examples, and who else has taken them up."),
        "examples:list",
        40,
    )
)
register(
    Door(
        "examples",
        PUBLIC,
        _("I want to see what has been introduced"),
        _("Good examples from the whole Region."),
        "examples:list",
        40,
    )
)
register(
    Door(
        "challenges",
        EMPLOYEE,
        _("I want to answer a challenge"),
        _("Questions that the Region asks, with an idea or a suggestion as the answer."),
        "challenges:list",
        15,
    )
)
register(
    Door(
        "challenges",
        PUBLIC,
        _("I want to answer a challenge"),
        _("Questions that the Region asks you. No account is needed."),
        "challenges:list",
        15,
    )
)
register(
    Door(
        "needs",
        EMPLOYEE,
        _("I want to know what people need"),
        _("The needs bank, and how the needs were found."),
        "needs:list",
        50,
    )
)
register(
    Door(
        "scanning",
        EMPLOYEE,
        _("I have seen something out in the world"),
        _("Write a scanning note, and tie it to a case."),
        "scanning:list",
        60,
    )
)
