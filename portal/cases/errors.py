"""Why something could not be done. Views turn these into answers; the API and the commands read them too."""

from typing import TYPE_CHECKING

from portal.cases.verdicts import Verdict

if TYPE_CHECKING:
    from portal.cases.forms import MoveForm


class NotVisible(Exception):
    """The person may not know that the case exists: answer 404."""


class NotYours(Exception):
    """The person may see the case but not do this: answer 403 with the sentence."""


class Refused(Exception):
    """Not now; the verdict says why."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(str(verdict))


class Invalid(Exception):
    """The form needs mending; it carries its errors and what was written."""

    def __init__(self, form: "MoveForm") -> None:
        self.form = form
        super().__init__(form.errors.as_text())


class Conflict(Exception):
    """Someone else has saved the same fields. ``theirs`` maps field names to the text that is saved now."""

    def __init__(self, theirs: dict[str, str], version: int) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__(", ".join(theirs))
