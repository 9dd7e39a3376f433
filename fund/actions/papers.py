"""What is printed of applications: how many pages the text has, and what is kept when the call has closed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from fund.actions.applying import content_of
from fund.attached import WRITTEN, files_in
from fund.models import Application, Approval, LateRight, Submission
from fund.printing import LANGUAGE, application_pdf, pages_in, receipt_pdf
from fund.receipts import sign_receipt, stamp
from fund.states import ApplicationState as S
from portal.cases.actions.documents import add_document
from portal.cases.models import Case, Document, Event
from portal.cases.states import Audience, Direction
from portal.cases.uploads import inspect

log = logging.getLogger(__name__)
BATCH = 100
STILL_OPEN = (S.SUBMITTED, S.APPROVED)
"""Where what has been handed in can be taken back to be changed, as long as its call takes applications from its author."""


# ── Pages of the text as it stands ───────────────────────────────────────────────────────────────────────────────────


def count_pages(*, application_id: int) -> None:
    """Count the pages of the text as it stands, unless that has been done. Any number of workers may."""
    application = Application.objects.select_related("call", "owner", "unit").filter(pk=application_id).first()
    if application is None or application.state not in WRITTEN or application.pages_version == application.version:
        return
    pages = pages_in(application_pdf(application, content_of(application)))
    note_pages(application=application, pages=pages)


@transaction.atomic
def note_pages(*, application: Application, pages: int) -> None:
    """Keep how many pages the text has in the version that was read. Under the lock, or a save under way would undo it."""
    Case.objects.hold(application.pk)
    older = Q(pages_version=None) | Q(pages_version__lt=application.version)
    Application.objects.filter(older, pk=application.pk).update(pages=pages, pages_version=application.version)


def count_left() -> None:
    """The texts whose pages nobody counted when they were saved, because a worker died or the queue was away; the latest first."""
    counted = Q(pages_version__isnull=False, pages_version=F("version"))
    left = Application.objects.filter(~counted, state__in=WRITTEN).order_by("-changed_at").values_list("pk", flat=True)
    for pk in left[:BATCH]:
        with _told_of(pk):
            count_pages(application_id=pk)


@contextmanager
def _told_of(pk: int) -> Iterator[None]:
    """One that cannot be printed keeps nobody else waiting."""
    try:
        yield
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("An application could not be printed", extra={"case": pk})


# ── What is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_receipts() -> int:
    """Keep the paper and the receipt of each application that was in when its call closed and has none; return how many got theirs.

    Both come with one commit, so that a worker killed in the middle leaves nothing, and the next begins anew.
    """
    left = in_without_receipt().order_by("pk").values_list("pk", flat=True)
    done = 0
    for pk in left[:BATCH]:
        with _told_of(pk):
            done += keep_receipt(application_id=pk)
    return done


def in_without_receipt() -> "QuerySet[Application]":
    """What was in when its call closed, whether or not its manager has answered; not what was withdrawn, or called off, before that. What
    can still be changed, by a right to be late, waits until that has run out."""
    now = timezone.now()
    gone = Event.objects.filter(
        case=OuterRef("pk"), move__in=("withdraw", "call_off"), at__lt=OuterRef("call__closes_at")
    )
    late = LateRight.objects.filter(call=OuterRef("call"), person=OuterRef("owner"), until__gt=now)
    closed = Application.objects.filter(receipt=None, opened_at__isnull=False, call__closes_at__lte=now)
    return closed.exclude(state__in=WRITTEN).exclude(Exists(gone)).exclude(Exists(late), state__in=STILL_OPEN)


def keep_receipt(*, application_id: int) -> bool:
    """Print what was handed in last, and its receipt, and keep them as documents of the case. False if they are there already."""
    application = Application.objects.select_related("call", "owner", "unit").get(pk=application_id)
    submission = application.submissions.select_related("by").last()
    if submission is None or application.receipt_id:
        return False
    approval = Approval.objects.filter(submission=submission).select_related("by").first()
    address = settings.BASE_URL + reverse("fund:try_receipt")
    with override(LANGUAGE):
        paper = application_pdf(application, submission.content, submission)
        receipt = receipt_pdf(application, submission, approval, address)
        signed = sign_receipt(application, submission, approval, paper)
        files = {
            "paper": (_("The application as it was handed in"), paper),
            "receipt": (_("Receipt of the application"), stamp(receipt, signed)),
        }
        listed = bool(files_in(submission.content))
        text = application_pdf(application, submission.content) if listed else paper  # the list of files is not counted
        return _keep(application, submission, files, pages_in(text))


def _keep(application: Application, submission: Submission, files: dict[str, tuple[str, bytes]], pages: int) -> bool:
    kept: dict[str, Document] = {}
    try:
        with transaction.atomic():
            Case.objects.hold(application.pk)
            if not in_without_receipt().filter(pk=application.pk).exists() or application.latest != submission:
                return False  # meanwhile another worker has kept it, or it is being changed
            for name, (title, pdf) in files.items():
                kept[name] = _document(application, title, pdf)
            Application.objects.filter(pk=application.pk).update(pages=pages, pages_version=application.version, **kept)
    except BaseException:
        for document in kept.values():
            document.file.storage.delete(str(document.file.name))
        raise
    return True


def _document(application: Application, title: str, pdf: bytes) -> Document:
    name = f"{title} {application.reference}.pdf"
    file = ContentFile(pdf, name)
    return add_document(
        case=application,
        file=file,  # type: ignore[arg-type]  # read in the same way
        accepted=inspect(file, name),
        person=None,
        title=title,
        audience=Audience.EVERYONE,
        direction=Direction.OUT if title == _("Receipt of the application") else Direction.DRAWN_UP,
    )
