"""Celery: work in the background. Tasks take ids, are idempotent and are acknowledged late.

Queues: ``default`` for short work, ``reports`` for PDF work, which runs one at a time under a memory ceiling.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
