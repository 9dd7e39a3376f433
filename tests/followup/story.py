"""What annual reports need on their way: a year of their own, and files that the worker would have drawn."""

from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from followup.flow import ReportFlow
from followup.models import Report
from portal.cases.actions.documents import add_document
from portal.cases.models import Document
from portal.cases.states import Audience
from portal.cases.uploads import inspect
from tests.cast import Cast, Story

YEARS = count(2000)


def draw(report: Any, cast: Cast) -> None:
    """Two small files in the place of those that the worker draws."""
    Report.objects.filter(pk=report.pk).update(pdf=_file(report), xlsx=_file(report))


def _file(report: Any) -> Document:
    file = SimpleUploadedFile("rapport.txt", b"Rapport")
    return add_document(
        case=report, file=file, accepted=inspect(file, "rapport.txt"), person=None, audience=Audience.EVERYONE
    )


STORIES = {ReportFlow: Story(draft={"year": lambda _unit: next(YEARS), "reason": ""}, before={"freeze": draw})}
