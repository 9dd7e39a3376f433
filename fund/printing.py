"""An application on paper, and the receipt of what was handed in. In Swedish, as authorities write (språklagen 2009:600 10 §)."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from fund.attached import files_in
from fund.models import Application, Approval, Submission
from fund.models.application import HANDED_IN
from fund.telling import told_content
from fund.words import sek
from portal.paper.letter import Letter, letter_pdf
from portal.paper.pdf import render_pdf

LANGUAGE = "sv"


def application_pdf(application: Application, content: dict[str, Any], submission: Submission | None = None) -> bytes:
    """The content on A4 pages; these are the pages that the call limits, but for the list of files that what was
    handed in ends with. The same content gives the same bytes. About a second."""
    with override(LANGUAGE):
        context = {
            "application": application,
            "content": content,
            "facts": _facts(application, content),
            "sections": told_content(content),
            "files": files_in(content) if submission else [],
            "submission": submission,
        }
        return render_pdf(
            "pdf/application.html",
            context,
            language=LANGUAGE,
            title=content["title"] or _("Application without a title"),
            created=submission.at if submission else application.changed_at,
            reference=application.reference or "",
        )


def _facts(application: Application, content: dict[str, Any]) -> list[dict[str, str]]:
    row = Application(**{name: content[name] for name in HANDED_IN})
    own = [
        {"label": capfirst(str(row._meta.get_field(name).verbose_name)), "value": row.text_of(name)}  # type: ignore[union-attr]  # columns
        for name in ("project", "perspectives", "beneficiaries")
    ]
    return [
        {"label": _("Call"), "value": str(application.call)},
        {"label": _("Applicant"), "value": f"{application.owner}, {application.unit}"},
        *(fact for fact in own if fact["value"]),
    ]


def pages_in(pdf: bytes) -> int:
    """How many pages the file has."""
    import pikepdf  # 10 MB, which a process that prints nothing need not bear

    with pikepdf.open(BytesIO(pdf)) as file:
        return len(file.pages)


def receipt_pdf(application: Application, submission: Submission, approval: Approval | None, address: str) -> bytes:
    """What was received, when, and its digest; ``address`` is where anybody can try the signature that the file is to carry."""
    with override(LANGUAGE):
        return letter_pdf(
            Letter(
                language=LANGUAGE,
                subject=_("Receipt of an application"),
                text=_receipt(application, submission, approval),
                written_at=submission.at,
                reference=application.reference or "",
                addressee=[str(application.owner), str(application.unit)],
                contact=[  # small, and never hyphenated
                    _("Digest of the content (SHA-256): %(sha256)s") % {"sha256": submission.sha256},
                    _("This file is signed by the portal. Anybody can try it here: %(address)s") % {"address": address},
                ],
            )
        )


def _receipt(application: Application, submission: Submission, approval: Approval | None) -> str:
    told = {
        "title": submission.content["title"],
        "call": application.call,
        "edition": submission.edition,
        "at": to_the_second(submission.at),
        "by": submission.by,
        "number": submission.number,
        "amount": sek(submission.amount),
    }
    parts = [
        _(
            "Region Stockholm has received your application “%(title)s” in the call “%(call)s”, version %(edition)s of the call."
        )
        % told,
        _(
            "It was handed in %(at)s by %(by)s and asks for %(amount)s. It is the one that counts, number %(number)s of yours."
        )
        % told,
        _approval(approval),
    ]
    return "\n\n".join(parts)


def _approval(approval: Approval | None) -> str:
    if approval is None:
        return _(
            "The manager had not answered when this receipt was made. The answer is told on the page of the application."
        )
    told = {"by": approval.by, "at": to_the_second(approval.at)}
    if approval.approves:
        return _("Approved by the manager %(by)s, %(at)s.") % told
    return _("Not approved by the manager %(by)s, %(at)s.") % told


def to_the_second(at: datetime) -> str:
    """In Swedish local time."""
    local = localtime(at)
    return _("%(day)s at %(time)s") % {"day": date_format(local, "j F Y"), "time": f"{local:%H:%M:%S}"}
