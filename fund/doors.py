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
