"""Companions of the pictures of a plan: files beside them now, and since the scan. Read-only.

A picture must not be separated from its sidecar or film. So a picture stays when a sidecar was
written since the scan, or when its sidecar changed since and would therefore stay alone; also when
its sidecar was said to have a copy beside the keeper, and has none any more.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dupscan.dedupe.apply.copies import Copies
from dupscan.dedupe.apply.preconditions import Refused, difference_now, open_file
from dupscan.model.plan import Action, Row
from dupscan.model.report import CompanionKind
from dupscan.text import file_names
from dupscan.walk.companions import find_companions


def companion_rows(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Return the rows of companions, by the number of the picture's row."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.goes_with is not None:
            found[row.goes_with].append(row)
    return dict(found)


def companion_obstacles(
    action: Action, rows: Iterable[Row], rows_of_companions: Mapping[int, Sequence[Row]]
) -> dict[int, str]:
    """Return the reasons why pictures must stay because of files beside them, by row number.

    `rows_of_companions` is what :func:`companion_rows` returned. A link separates nothing, since
    the picture's name stays; so there are no reasons for links.
    """
    pictures = [] if action.links else [row for row in rows if row.goes_with is None]
    beside = find_companions(row.target.path for row in pictures)
    copies = Copies()
    found = {}
    for row in pictures:
        for one in beside.get(row.target.path, ()):
            belongs_to_it = one.kind is CompanionKind.RAW_PAIR or not one.shared
            if belongs_to_it and one.path not in row.beside:
                name = file_names.shown(os.path.basename(one.path))
                found[row.number] = (
                    f"{name} lies beside it since the scan; scan again, and make a new plan"
                )
        for companion in rows_of_companions.get(row.number, ()):
            if reason := difference_now(companion.target) or _why_no_copy(companion, copies):
                name = file_names.shown(os.path.basename(companion.target.path))
                found[row.number] = f"{name}, which goes with it: {reason}"
    return found


def _why_no_copy(row: Row, copies: Copies) -> str:
    """Return the reason why a companion has no copy beside the keeper; ``""`` if it has one.

    Only a companion with a digest must have one: the picture was not declined because of that copy.
    """
    if not row.target.digest:
        return ""
    try:
        with open_file(row.target.path) as file, copies.beside(row.keeper.path, file):
            return ""
    except Refused as refused:
        return str(refused)
