from django.apps import AppConfig


class BeatConfig(AppConfig):
    name = "portal.beat"
    label = "beat"
