from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundConfig(AppConfig):
    name = "fund"
    verbose_name = _("The Innovation Fund")

    def ready(self) -> None:
        """Register the kinds, and the doors to their forms."""
        import fund.doors
        import fund.flow
        import fund.indicators  # noqa: F401  # importing is registering
