"""Where people find the fund: by the one way in. The menu has no room for more."""

from django.utils.translation import gettext_lazy as _

from portal.pages.doors import Door, register
from portal.pages.states import Audience

register(
    Door(
        "application",
        Audience.EMPLOYEE,
        _("I need money to try or introduce something"),
        _("See which calls are open, and apply to the Innovation Fund."),
        "fund:list",
        12,
    )
)
register(
    Door(
        "external",
        Audience.EMPLOYEE,
        _("I seek or hold money from outside the Region"),
        _("The register of external grants: financiers, terms, legality checks and reporting dates."),
        "fund:external",
        55,
    )
)
register(
    Door(
        "fund_officer",
        Audience.EMPLOYEE,
        _("I run the Innovation Fund"),
        _("Write calls, handle applications and follow the projects."),
        "fund:applications",
        70,
    )
)
