"""Celery: work in the background. Tasks take ids, are idempotent and are acknowledged late.

Queues: ``default`` for short work, ``reports`` for PDF work, which runs one at a time under a memory ceiling.
"""

import logging
import os
from functools import partial
from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import setup_logging
from django.db import transaction
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
log = structlog.get_logger(__name__)


@setup_logging.connect
def _keep_logging(loglevel: int, **kwargs: Any) -> None:
    """Celery leaves Django's LOGGING in force for the worker and beat; ``--loglevel`` may ask for more."""
    root = logging.getLogger()
    root.setLevel(min(root.level, loglevel))


@receiver(bind_extra_task_metadata)
def _name_task(task: Task[..., None], **kwargs: Any) -> None:
    """The one line that a task writes when it ends says which it was."""
    structlog.contextvars.bind_contextvars(task=task.name)


def start_after_commit(task: Task[..., None], *args: int | str) -> None:
    """Start the task when the transaction has been committed.

    With the broker away nothing is raised: what is to be done stands in the database, and beat comes by for it.
    """
    transaction.on_commit(partial(_start, task, args))


def _start(task: Task[..., None], args: tuple[int | str, ...]) -> None:
    try:
        task.delay(*args)
    except OperationalError as problem:
        log.warning("broker_away", task=task.name, problem=str(problem))
