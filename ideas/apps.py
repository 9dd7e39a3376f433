from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "ideas"

    def ready(self) -> None:
        """Register the kinds, and what fills a demo with them."""
        import ideas.flow  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo, register

        register(Demo("ideas", 10, "ideas.demo.story.tell", "ideas.demo.volume.fill", share=0.6))
