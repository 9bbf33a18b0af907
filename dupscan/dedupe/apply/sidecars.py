"""What lies beside the pictures of a plan now, held against what the scan saw there. Read-only.

A picture and its sidecar, or its film, must not be parted: not by a sidecar that was written since
the scan, nor by one that was changed since and would therefore have to stay alone.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dupscan.dedupe.apply.preconditions import difference_now
from dupscan.model.plan import Action, Row
from dupscan.model.report import CompanionKind
from dupscan.text import file_names
from dupscan.walk.companions import companions


def companion_rows(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """The rows of companions, by the numbers of their pictures' rows."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.goes_with is not None:
            found[row.goes_with].append(row)
    return dict(found)


def companion_obstacles(
    action: Action, rows: Iterable[Row], along: Mapping[int, Sequence[Row]]
) -> dict[int, str]:
    """Why pictures must stay because of what lies beside them, by the numbers of their rows.

    A link takes its picture nowhere, so there is nothing in its way.
    """
    pictures = [] if action.links else [row for row in rows if row.goes_with is None]
    beside = companions(row.target.path for row in pictures)
    found = {}
    for row in pictures:
        for one in beside.get(row.target.path, ()):
            belongs_to_it = one.kind is CompanionKind.RAW_PAIR or not one.shared
            if belongs_to_it and one.path not in row.beside:
                name = file_names.shown(os.path.basename(one.path))
                found[row.number] = f"{name} lies beside it since the scan; scan again, plan anew"
        for companion in along.get(row.number, ()):
            if reason := difference_now(companion.target):
                name = file_names.shown(os.path.basename(companion.target.path))
                found[row.number] = f"{name}, which goes with it: {reason}"
    return found
