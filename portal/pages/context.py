"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    """The portal's contact; costs no query."""
    return {"contact": settings.CONTACT}
