"""Forms of the case that every kind uses: what moves ask for, drafts, and what is done inside a case."""

from portal.cases.forms.attended import AttendedForm
from portal.cases.forms.draft import DraftForm
from portal.cases.forms.move import MoveForm, OptionalReasonForm, ReasonForm
from portal.cases.forms.standing import SeenMixin
from portal.cases.forms.versioned import VersionedForm

__all__ = ["AttendedForm", "DraftForm", "MoveForm", "OptionalReasonForm", "ReasonForm", "SeenMixin", "VersionedForm"]
