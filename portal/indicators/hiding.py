"""Small numbers about people are not shown: the only suggestion of a unit would tell who sent it (OSL 2009:400 21 kap., GDPR art. 5)."""

from collections.abc import Iterable, Sequence

SMALL = range(1, 5)

Row = Sequence[int]


def hidden(table: Sequence[Row]) -> set[tuple[int, int]]:
    """The places (row, group) that are not shown in a table of people by group. The first row is the whole Region, the others its parts.

    Readers know each row's total, so no number of a part or of the Region is hidden alone:

    - Of a part every group is hidden or none, for a zero beside a hidden number would point at it.
    - Of the Region the small numbers are hidden, and the next smallest until it is two groups with five people; else all groups.

    What the hidden parts have together is the Region less the parts shown. That is a table of its own of which only the sums are known,
    and in such a table a number lies anywhere from max(0, row + column - all) to min(row, column) (Fréchet). So it can be told only where
    a row or a column has all there is, or nothing: parts are hidden too, the smallest first, until the hidden have two rows and two
    columns, and no column is small. Groups hidden for the Region are one column, since only their sum is known. A column with nothing
    in it is shown.
    """
    region, groups = table[0], range(len(table[0]))
    parts = [
        *table[1:],
        [region[group] - sum(row[group] for row in table[1:]) for group in groups],
    ]  # the last: in no part
    closed = _closed(region)
    away = [place for place, row in enumerate(parts) if any(number in SMALL for number in row)]
    left = sorted(
        (place for place, row in enumerate(parts) if any(row) and place not in away), key=lambda at: sum(parts[at])
    )
    while away and not _safe([parts[place] for place in away], closed):
        if not left:
            closed = set(groups)
            break
        away.append(left.pop(0))
    dark = {group for group in groups if group in closed or any(parts[place][group] for place in away)}
    places = {(0, group) for group in closed} | {(place + 1, group) for place in away for group in dark}
    return {(row, group) for row, group in places if row < len(table)}


def _closed(region: Row) -> set[int]:
    """The groups that are hidden for the Region."""
    order = sorted((number, group) for group, number in enumerate(region) if number)
    for size in range(len(order) + 1):
        taken, next_one = order[:size], order[size : size + 1]
        if _large(taken) and _large(next_one):
            return {group for _number, group in taken}
    return set(range(len(region)))


def _safe(rows: Sequence[Row], closed: set[int]) -> bool:
    """Can no number in these rows be told from their totals and from what they have together?"""
    together = [sum(column) for column in zip(*rows, strict=True)]
    if len(closed) == len(together):
        return True
    known = [number for group, number in enumerate(together) if group not in closed and number]
    columns = [*known, sum(together) - sum(known)]
    if any(number in SMALL for number in columns):
        return False
    return not known or (len(rows) > 1 and sum(map(bool, columns)) > 1)


def _large(numbers: Iterable[tuple[int, int]]) -> bool:
    """Together they are no small number; nothing at all is none either."""
    return sum(number for number, _group in numbers) not in SMALL
