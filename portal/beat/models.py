"""When each job of ``CELERY_BEAT_SCHEDULE`` was last handed to a worker."""

from django.db import models


class LastRun(models.Model):
    """Kept in the database rather than in a file, so that another machine can take over. ``at`` is by the database's clock."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
