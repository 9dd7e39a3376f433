"""Who reads what, by the names of their parts in the cast: written by hand, never asked of a rule."""

from tests.cast import PARTS

ANONYMOUS = "anonymous"
INACTIVE = "inactive"
EVERYONE = frozenset({*PARTS, ANONYMOUS})
SIGNED_IN = EVERYONE - {ANONYMOUS, INACTIVE}
EMPLOYEES = SIGNED_IN - {"external", "admin"}
AUTHORS = frozenset({"author", "coauthor"})
HANDLERS = frozenset({"lead", "manager", "coordinator", "assessor"})
"""Of ideas at SOS: the line, the coordinator, and the assessor who is named."""
DECIDERS = HANDLERS - {"assessor"}
"""The assessor reads and writes inside, and does no more."""
APPLIED = AUTHORS | {"manager", "registrar", "officer"}
"""Of an application at SOS: those who write it, who approves it, who runs the fund, and the registrar."""
TESTED = AUTHORS | {"host"}
"""Of a request for a test at SOS, also what is marked as a trade secret: those who write it, and the host."""
INSIDE_SUGGESTIONS = frozenset({"lead", "manager", "coordinator"})
