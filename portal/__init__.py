"""The house itself: people, units, cases, notices, indicators and pages. Knows no strategy app."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
