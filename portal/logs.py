"""What is written down while the portal runs: one JSON object a line in production, readable lines on one's own machine.

Every line of a request carries its ``request_id``, which the answer carries too (``X-Request-ID``), and so do the lines of the tasks
that it starts. Personal identity numbers are masked, whoever wrote the line; addresses are written without their query, and without
the keys of the links that are sent by e-mail.
"""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from portal.cases.personal import LOG_MASK, mask, mask_in_log

Event = MutableMapping[str, Any]
_KEYS = re.compile(r"(/konto/(?:losenord/nytt|e-post/bekrafta)/|/testbaddar/kalender/(?=[\w-]{20}))[^\s/\"']+")


def hide_keys(logger: object, method_name: str, event: Event) -> Event:
    """A processor: a key in an address opens an account, or a calendar, so the address is written without it."""
    for name in ("event", "request", "exception"):
        if isinstance(event.get(name), str):
            event[name] = _KEYS.sub(r"\1…", event[name])
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.UnicodeDecoder(),
]
"""For lines from structlog and from the standard library alike."""
CLEAN: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,  # before the masks, so that they see the traceback as text
    hide_keys,
    mask_in_log,
]


def configure(*, local: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.dev.ConsoleRenderer(colors=False) if local else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [*CLEAN, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"handlers": ["stderr"], "level": "WARNING" if local else "INFO"},
        "loggers": {
            # Django's own handlers go: they mail administrators, and write in another form.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # RequestLog has said it already, with the request id.
            "django.request": {"handlers": [], "level": "CRITICAL", "propagate": True},
            # A task's own line has said it, with the request id and the masks, and without what the task was given or gave back.
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "WARNING"},
        },
    }


class RequestLog(RequestMiddleware):
    """One line a request: method, path, status, person. The query is left out: people search for names, and links carry codes."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        super().handle_response(request, response)


def report_faults_to(dsn: str) -> None:
    """Send faults to Sentry, without what people have written. Nowhere, if no address is given."""
    if not dsn:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=clean_report,
    )


def clean_report(report: Any, hint: dict[str, Any]) -> Any:
    """What leaves for Sentry: no query, no cookies, no identity numbers."""
    request = report.get("request", {})
    for name in ("query_string", "cookies", "data"):
        request.pop(name, None)
    return _masked(report)


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _KEYS.sub(r"\1…", mask(value, LOG_MASK))
        case dict():
            return {key: _masked(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_masked(inner) for inner in value]
    return value
