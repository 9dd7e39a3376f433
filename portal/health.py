"""How the portal is, for machines: ``/healthz`` for whoever restarts things, ``/metrics`` for whoever draws curves."""

import ipaddress
import shutil
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog
from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error as django_server_error
from django_prometheus.exports import ExportToDjangoView
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
FREE_MEGABYTES = 200
SILENT = {"default": timedelta(minutes=3), "reports": timedelta(minutes=15)}
"""How long a queue's worker may be silent: a report holds its worker for ten minutes at most."""
OK, DEGRADED, DOWN = "ok", "degraded", "down"


# ── The checks: each says "ok", or in a word what is wrong ───────────────────────────────────────────────────────────


def database() -> str:
    """Does the database answer?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "no answer"
    return OK


def broker() -> str:
    """Does Valkey answer, and take what it is given? Asked past the cache, which would hide that it is away."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as link:
            link.set("portal:health", 1, ex=60)
    except RedisError:
        return "no answer"
    return OK


def disk() -> str:
    """Is there room for documents?"""
    place = Path(settings.PRIVATE_ROOT)
    while not place.exists():  # before the first document
        place = place.parent
    return OK if shutil.disk_usage(place).free > FREE_MEGABYTES * 2**20 else "full"


def worker() -> str:
    """Has a worker at each queue lately done what beat laid there?"""
    try:
        ages = {queue: time.time() - cache.get(f"heartbeat:{queue}", 0) for queue in SILENT}
    except DatabaseError:  # the cache's own stand-in is away as well
        return "unknown"
    late = [queue for queue, age in ages.items() if age > SILENT[queue].total_seconds()]
    return f"silent: {', '.join(late)}" if late else OK


@shared_task(name="portal.health.beat", ignore_result=True, expires=60)
def beat(queue: str) -> None:
    """Passes from beat through the queue to a worker, which says that it was here."""
    cache.set(f"heartbeat:{queue}", time.time(), timeout=24 * 60 * 60)


# ── The pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """503 when pages cannot be served: the database is away. Anything else that ails is named, with 200: reading goes on."""
    checks: list[Callable[[], str]] = [database, broker, disk, worker]
    found = {check.__name__: check() for check in checks}
    down = found["database"] != OK
    status = DOWN if down else OK if set(found.values()) == {OK} else DEGRADED
    return JsonResponse({"status": status, "checks": found}, status=503 if down else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with METRICS_TOKEN as bearer; without one set, for this machine alone. Others get 404."""
    if not may_read_metrics(request):
        raise Http404
    page: HttpResponse = ExportToDjangoView(request)
    return page


def may_read_metrics(request: HttpRequest) -> bool:
    """A proxy on this machine makes every visitor look local, so what has been forwarded is never local."""
    if settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    forwarded = settings.TRUSTED_PROXY_COUNT or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_loopback


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: an error page, and 503 with its own when the reason is that the database is away."""
    if is_away(sys.exc_info()[1]):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "60"})
    return django_server_error(request)


def is_away(problem: BaseException | None) -> bool:
    """Is it the connection that failed, rather than what was asked? Such errors carry no SQLSTATE, or one of shutdown (57P…)."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    code = getattr(problem.__cause__, "pgcode", None)
    return code is None or code.startswith(("08", "57P"))
