"""What lies beside the pictures of a plan now, held against what the scan saw there. Read-only.

A picture and its sidecar, or its film, must not be parted: not by a sidecar that was written since
the scan, nor by one that was changed since and would therefore have to stay alone.
"""

from __future__ import annotations

import os

from dupscan import names
from dupscan.apply.checks import difference, in_words
from dupscan.companions import companions
from dupscan.planned import FileIdentity, Plan
from dupscan.reported import CompanionKind


def obstacles(plan: Plan) -> dict[int, str]:
    """Why pictures must stay because of what lies beside them, by the numbers of their rows.

    A link takes its picture nowhere, so there is nothing in its way.
    """
    if plan.action.links:
        return {}
    pictures = [row for row in plan.rows if row.goes_with is None]
    beside = companions(row.target.path for row in pictures)
    found = {}
    for row in pictures:
        for one in beside.get(row.target.path, ()):
            belongs_to_it = one.kind is CompanionKind.RAW_PAIR or not one.shared
            if belongs_to_it and one.path not in row.beside:
                name = names.shown(os.path.basename(one.path))
                found[row.number] = f"{name} lies beside it since the scan; scan again, plan anew"
    for row in plan.rows:
        if row.goes_with is not None and (reason := _difference(row.target)):
            name = names.shown(os.path.basename(row.target.path))
            found[row.goes_with] = f"{name}, which goes with it: {reason}"
    return found


def _difference(file: FileIdentity) -> str:
    try:
        return difference(file, os.lstat(file.path))
    except OSError as error:
        return in_words(error)
