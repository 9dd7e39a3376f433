"""A request that is too large, or cannot be read, is answered with a sentence instead of a bare error.

In the settings: `read_to_the_end` first in `MIDDLEWARE`, `RequestSizeHandler` first in `FILE_UPLOAD_HANDLERS`;
in the root URLconf: `handler400 = "portal.cases.limits.bad_request"`.
"""

import contextlib
from collections.abc import Callable
from typing import IO

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

FILES_IN_A_REQUEST = 4
CHUNK = 64 * 1024


def read_to_the_end(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: reads and throws away what an early answer (too large, no permission) left unread of the body.

    Otherwise closing the connection resets it, and the sender's browser shows its own error page instead of the
    answer. Stops at twice the largest request that is let in: beyond that, no browser in good faith is sending.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        left = 2 * FILES_IN_A_REQUEST * settings.UPLOAD_MAX_BYTES
        with contextlib.suppress(UnreadablePostError, ValueError):  # the sender left, or all was read and closed
            while left > 0 and (chunk := request.read(CHUNK)):
                left -= len(chunk)
        return response

    return middleware


class RequestSizeHandler(FileUploadHandler):
    """First among `FILE_UPLOAD_HANDLERS`: stops a body heavier than four of the largest files, unread.

    Django limits the text fields of a form, not its files, which would all be written to disk first.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        meta: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > FILES_IN_A_REQUEST * settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig("The request outweighs what its files may weigh together.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leaves the file to the handlers that follow."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The site's `handler400`: 413 with what to do for too much, 400 for what cannot be read."""
    if isinstance(exception, DisallowedHost):  # no page can be made: its links would lead to that host
        return HttpResponseBadRequest(gettext("This address is not one of the portal's."), content_type="text/plain")
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    status, reason = (413 if too_much else 400), _reason(exception)
    if request.path.startswith("/api/") or not request.accepts("text/html"):
        return JsonResponse({"detail": reason}, status=status)
    return render(request, "400.html", {"reason": reason}, status=status)


def _reason(exception: Exception) -> str:
    limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
    match exception:
        case RequestDataTooBig():
            return gettext(
                "What you sent is larger than the portal can take at once. Go back: what you wrote is still "
                "there. Shorten the text or attach it as a document. A file may be at most %(limit)s; send "
                "several in turn."
            ) % {"limit": limit}
        case TooManyFieldsSent() | TooManyFilesSent():
            return gettext("There were more fields or files than the portal can take at once. Send fewer at a time.")
        case _:
            return gettext("The portal could not read what your browser sent. Go back and try again.")
