"""The considerations of the strategy's §6.2."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case
from portal.cases.models.written import Written
from portal.cases.states import Answer


class Considerations(Written):
    """One row per case: sustainability, accessibility, ethics and personal integrity (B62-1a, B62-1b, B62-2).

    Every answer needs its sentence. Nothing starts for real until all four are answered with "yes" or "not relevant".
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="considerations")
    sustainability = models.CharField(_("sustainable development"), max_length=12, choices=Answer.choices, blank=True)
    sustainability_text = models.TextField(_("ecological, social and economic effects"), blank=True, max_length=2000)
    accessibility = models.CharField(_("accessibility"), max_length=12, choices=Answer.choices, blank=True)
    accessibility_text = models.TextField(_("how people with disabilities can use it"), blank=True, max_length=2000)
    ethics = models.CharField(_("ethics"), max_length=12, choices=Answer.choices, blank=True)
    ethics_text = models.TextField(
        _("ethical questions, and whether ethical review is needed"), blank=True, max_length=2000
    )
    integrity = models.CharField(_("personal integrity"), max_length=12, choices=Answer.choices, blank=True)
    integrity_text = models.TextField(
        _("personal data, and whether an impact assessment is needed"), blank=True, max_length=2000
    )

    TOPICS = ("sustainability", "accessibility", "ethics", "integrity")

    class Meta:
        verbose_name = _("considerations")
        verbose_name_plural = _("considerations")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.case)
