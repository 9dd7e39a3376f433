from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "ideas"

    def ready(self) -> None:
        """Register the kinds."""
        import ideas.flow  # noqa: F401  # importing is registering
