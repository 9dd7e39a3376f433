from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundConfig(AppConfig):
    name = "fund"
    verbose_name = _("The Innovation Fund")

    def ready(self) -> None:
        """Register the kinds, their figures, the doors to their forms, and their story in the demo."""
        import fund.doors
        import fund.errands
        import fund.flow
        import fund.indicators  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo, register

        register(Demo("fund", 30, "fund.demo.tell", volume="fund.demo.volume.fill", share=0.05))
