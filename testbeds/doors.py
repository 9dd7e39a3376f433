"""Where people find the way to a test: by the one way in."""

from django.utils.translation import gettext_lazy as _

from portal.pages.doors import Door, register
from portal.pages.states import Audience

register(
    Door(
        "test",
        Audience.EMPLOYEE,
        _("I want to test something in a testbed"),
        _(
            "Ask for a test of your own idea or of somebody else’s solution. You have the same right to it as a company."
        ),
        "testbeds:begin",
        14,
    )
)
register(
    Door(
        "test",
        Audience.ORGANISATION,
        _("We want to test something in care or in traffic"),
        _(
            "Ask for a test in one of the Region’s testbeds. You need an account, and get a first answer within a promised time."
        ),
        "testbeds:begin",
        12,
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
