from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = _("Follow-up")

    def ready(self) -> None:
        """Register the kind and the entry in the menu."""
        import followup.flow  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo
        from portal.demo.registry import register as register_demo
        from portal.pages.navigation import Entry, register

        register_demo(Demo("followup", 90, "followup.demo.tell", alone=True))
        register(Entry("followup", _("Follow-up"), "followup:list", 60))
