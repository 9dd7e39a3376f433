from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdeasConfig(AppConfig):
    name = "ideas"
    verbose_name = _("Ideas and suggestions")

    def ready(self) -> None:
        """Register the kinds, what takes them in from files, where people find them, and what fills a demo with them."""
        import ideas.doors
        import ideas.flow
        import ideas.importing
        import ideas.indicators  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo, register

        register(Demo("ideas", 10, "ideas.demo.story.tell", volume="ideas.demo.volume.fill", share=0.95))
