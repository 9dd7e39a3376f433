"""Tables of the case. Only actions and the flow engine write to them."""

from portal.cases.models.access import Access
from portal.cases.models.case import Case, CaseGrant, CaseQuerySet
from portal.cases.models.considerations import Considerations
from portal.cases.models.contact import CaseContact
from portal.cases.models.diary import DiaryEntry, DiarySeries
from portal.cases.models.document import Document
from portal.cases.models.event import ChainEnd, Event, Seal
from portal.cases.models.link import CaseLink
from portal.cases.models.message import Message
from portal.cases.models.unlike import NotSame
from portal.cases.models.word import CaseWord

__all__ = [
    "Access",
    "Case",
    "CaseContact",
    "CaseGrant",
    "CaseLink",
    "CaseQuerySet",
    "CaseWord",
    "ChainEnd",
    "Considerations",
    "DiaryEntry",
    "DiarySeries",
    "Document",
    "Event",
    "Message",
    "NotSame",
    "Seal",
]
