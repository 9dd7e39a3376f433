from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RightsConfig(AppConfig):
    name = "rights"
    verbose_name = _("Rights to inventions and other results")

    def ready(self) -> None:
        """Register the kind, its figures, the door to its form, and its story in the demo."""
        import rights.errands
        import rights.flow
        import rights.indicators  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo
        from portal.demo.registry import register as register_demo
        from portal.pages.doors import Door, register
        from portal.pages.navigation import Entry, register_reading
        from portal.pages.states import Audience

        register_reading(Entry("rules on rights", _("Rules on rights"), "rights:policy", 10))
        register_demo(Demo("rights", 20, "rights.demo.tell"))
        register(
            Door(
                "disclosure",
                Audience.EMPLOYEE,
                _("I have made an invention or another result"),
                _("Report it before you tell anyone. Only you and the rights reviewer see it."),
                "rights:begin",
                15,
            )
        )
