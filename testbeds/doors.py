"""Where people find the testbeds: by the one way in, the menu for those who have room in it, and the search."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases import elsewhere
from portal.pages import navigation
from portal.pages.doors import Door, register
from portal.pages.states import Audience
from testbeds.queries.catalogue import find_testbeds


def outsiders(person: User | AnonymousUser) -> bool:
    """Employees find it behind a door: their menu is full."""
    return not navigation.employees(person)


navigation.register(navigation.Entry("testbeds", _("Testbeds"), "testbeds:list", 40, outsiders))
elsewhere.register("testbeds", _("Testbeds"), find_testbeds)

register(
    Door(
        "testbeds",
        Audience.ORGANISATION,
        _("I want to test something in health care or transport"),
        _("See which testbeds there are, when they have time and on which terms, and ask for a test."),
        "testbeds:list",
        10,
    )
)
register(
    Door(
        "testbeds",
        Audience.EMPLOYEE,
        _("I want to test something in a testbed"),
        _("See which testbeds there are, and ask for a test. Your request weighs as much as one from outside."),
        "testbeds:list",
        14,
    )
)
register(
    Door(
        "test_requests",
        Audience.EMPLOYEE,
        _("I host a testbed, or review requests for tests"),
        _("The requests that you may see, the latest first."),
        "testbeds:requests",
        65,
    )
)
