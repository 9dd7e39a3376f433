"""Suggestions that come in a file: from a survey, an older system, another authority."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ideas.actions.receiving import Letter, import_suggestion
from ideas.models import Area, Suggestion
from ideas.states import Sender
from portal.cases.importing import Importer, Layout, RowRefused, register
from portal.cases.text import clean_line, clean_text
from portal.organisation.models import Unit

OWN = Layout(
    columns={
        "id": ("Id", "Nummer", "Ärendenummer", "Number", "Reference"),
        "text": ("Förslag", "Suggestion", "Text", "Kommentar", "Comment", "Synpunkt"),
        "heading": ("Rubrik", "Fråga", "Heading", "Question"),
        "date": ("Datum", "Date", "Inkom"),
        "place": ("Plats", "Var", "Place", "Where"),
        "sender": ("Avsändare", "Jag är", "Sender"),
        "area": ("Område", "Area"),
    },
    needed=("text",),
    key=("id",),
)
NHS = Layout(
    columns={
        "id": ("Comment ID",),
        "text": ("FFT answer",),
        "heading": ("FFT question",),
        "date": ("Date",),
        "service": ("Service type 1",),
    },
    needed=("id", "text"),
    key=("id", "heading"),
)
"""The Friends and Family Test of the English health service, as published by NHS England (MIT licence)."""

PATIENT_TRANSPORT = "PTS"
UNANSWERED = "did not answer"
"""What that source writes where nobody has answered."""
LONGEST = 10_000
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d")
"""Tried in this order: the day comes before the month, as in all of Europe, unless it cannot."""


class Reader:
    """Judges the rows of one run: what it looks names up in is read once."""

    def __init__(self, unit: Unit | None) -> None:
        self.unit = unit
        areas = list(Area.objects.select_related("unit"))
        self.areas = {name.casefold(): area for area in areas for name in (area.key, area.name, area.name_en) if name}
        self.senders = {
            name.casefold(): sender for sender in Sender for name in (sender.value, *_in_each_language(sender))
        }

    def __call__(self, values: dict[str, str]) -> Letter:
        """The row as a letter; raises RowRefused with what is wrong."""
        text = clean_text(values["text"])
        if not text:
            raise RowRefused(_("The row has no text."))
        if text.casefold() == UNANSWERED:
            raise RowRefused(_("Nobody has answered: the text says only that."))
        if len(text) > LONGEST:
            raise RowRefused(_("The text is longer than %(limit)s characters.") % {"limit": LONGEST})
        service = values.get("service", "")
        return Letter(
            proposal=text,
            sender=_sender_for(service) if service else self._sender(values.get("sender", "")),
            area=self.areas[_area_for(service)] if service else self._area(values.get("area", "")),
            place=clean_line(values.get("place", ""))[:200],
            unit=self.unit,
            heading=clean_line(values.get("heading", ""))[:2000],
            written_on=_date(values.get("date", "")),
        )

    def _sender(self, name: str) -> Sender:
        if not name:
            return Sender.RESIDENT
        if sender := self.senders.get(clean_line(name).casefold()):
            return sender
        raise RowRefused(_("“%(name)s” is no sender that the portal knows.") % {"name": name[:60]})

    def _area(self, name: str) -> Area:
        if not name:
            return self.areas["other"]
        if area := self.areas.get(clean_line(name).casefold()):
            return area
        raise RowRefused(_("“%(name)s” is no area that the portal knows.") % {"name": name[:60]})


def take_in(letter: Letter, source_key: str) -> Suggestion:
    return import_suggestion(letter=letter, source_key=source_key)


def _in_each_language(sender: Sender) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield str(sender.label)


def _sender_for(service: str) -> Sender:
    return Sender.TRAVELLER if service.startswith(PATIENT_TRANSPORT) else Sender.PATIENT


def _area_for(service: str) -> str:
    return "ambulance" if service.startswith((PATIENT_TRANSPORT, "See and Convey")) else "care"


def _date(text: str) -> date | None:
    for form in DATES if text else ():
        try:
            day = datetime.strptime(text[:10], form).replace(tzinfo=timezone.get_current_timezone()).date()
        except ValueError:
            continue
        if day > timezone.localdate():
            raise RowRefused(_("The date “%(date)s” has not come yet.") % {"date": text[:40]})
        return day
    if text:
        raise RowRefused(_("“%(date)s” is no date.") % {"date": text[:40]})
    return None


register(Importer(kind="suggestion", layouts={"default": OWN, "nhs-fft": NHS}, reader=Reader, take_in=take_in))
