"""The report of a barrier."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case, CaseQuerySet
from portal.cases.who import AUTHOR, SUBMITTED, holder, office
from portal.organisation.states import Role

COORDINATOR = office(Role.COORDINATOR)
REGISTRAR = holder(Role.REGISTRAR)


class Barrier(Case):
    """Something in the portal that someone cannot use, or needs in another form. It may be anonymous.

    ``is_request`` marks a request under 15 §: a refusal must be written, reasoned and can be appealed against (20 §). The text may
    tell of a disability, so only those who answer it read it.
    """

    place = models.CharField(_("where in the portal"), max_length=200, blank=True)
    description = models.TextField(_("what does not work"), max_length=5000)
    aid = models.CharField(_("browser and assistive technology"), max_length=200, blank=True)
    is_request = models.BooleanField(_("I need content in another form"), default=False)

    seen_by = AUTHOR | (SUBMITTED & (COORDINATOR | REGISTRAR))
    handled_by = SUBMITTED & COORDINATOR
    asks = ("description",)
    searches = ("description", "place")

    objects: ClassVar = models.Manager.from_queryset(CaseQuerySet["Barrier"])()

    class Meta:
        verbose_name = _("barrier report")
        verbose_name_plural = _("barrier reports")
        default_permissions = ("view",)
