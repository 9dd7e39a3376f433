"""What has happened to a case, read once for a page that asks for it in several places."""

from portal.cases.models import Case, Event


def latest_events(case: Case, *, internal: bool = True, moves: tuple[str, ...] | None = None) -> list[Event]:
    """At most ``Case.most_shown`` with their people, newest first; without the internal ones, or of those moves only, if so asked.

    One query, however often a page asks of the same case; one each only where so much has happened that the latest are not all.
    """
    if len(case.latest_events) < case.most_shown:
        return [
            one for one in case.latest_events if (internal or not one.internal) and (not moves or one.move in moves)
        ]
    wanted = case.events.all() if internal else case.events.filter(internal=False)
    return case.newest(wanted.filter(move__in=moves) if moves else wanted)
