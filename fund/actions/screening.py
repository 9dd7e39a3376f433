"""Screening: what each part came to, and the way on from it."""

from typing import Any

from fund.actions.calling import answer_by
from fund.models import Application
from portal.accounts.models import User


def pass_on(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """Everyone has an answer by the day that the call says."""
    application.due_at = answer_by(application.call)
