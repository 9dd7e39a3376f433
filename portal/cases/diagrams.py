"""The flow tables as Markdown with a Mermaid diagram, for ``docs/flows``."""

from collections.abc import Iterator

from django.utils import translation

from portal.cases.flow import Flow, Move
from portal.cases.kinds import Kind


def page_of(kind: Kind) -> str:
    """The whole page of one kind, in English."""
    with translation.override("en"):
        return "\n".join(_lines(kind)) + "\n"


def _lines(kind: Kind) -> Iterator[str]:
    flow = kind.flow
    yield f"# {kind.name}: the flow"
    yield ""
    yield f"Drawn from `{flow.__module__}.{flow.__name__}` by `bin/manage draw_flows`; do not edit."
    yield ""
    yield from ("```mermaid", *_diagram(flow), "```")
    yield ""
    yield "Trail: " + " → ".join(f"{step.label} ({', '.join(step.states)})" for step in flow.trail)
    yield ""
    yield "| state | whose move it is | due |"
    yield "|---|---|---|"
    for state in flow.states.values:
        awaited = flow.awaits.get(state)
        yield f"| `{state}` | {_cell(awaited.key if awaited else '')} | {'yes' if state in flow.due else '–'} |"
    yield ""
    yield "| move | from | to | by | needs | diary | told |"
    yield "|---|---|---|---|---|---|---|"
    for move in flow.moves.values():
        yield _row(move)


def _diagram(flow: type[Flow]) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield from (f"    {state}: {flow.states(state).label}" for state in flow.states.values)
    yield f"    [*] --> {flow.start}"
    for move in flow.moves.values():
        yield from (f"    {source} --> {move.target}: {move.label}" for source in move.source if move.target)
    yield from (f"    {end} --> [*]" for end in flow.ends)


def _row(move: Move) -> str:
    cells = (
        f"`{move.name}` {move.label}",
        ", ".join(move.source),
        move.target or ("back" if move.undoes else "stays"),
        move.by.key,
        ", ".join(guard.__name__ for guard in move.needs),
        move.diary or "",
        ", ".join(who.key for who in move.tell),
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"
