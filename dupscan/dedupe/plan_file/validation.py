"""Check that a plan does not contradict itself, before anything is done.

These are the rules that prevent the loss of a picture. :mod:`dupscan.dedupe.plan` follows them too,
but is not trusted: the file may have been damaged or edited since. Only the plan is read; the
files on disk are checked later, one by one.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator

from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan, Row
from dupscan.text.user_files import shortened

_DIGEST = 32
"""Bytes of a SHA-256."""
Mistake = tuple[Row, str]
"""A row, and in words the rule that it breaks."""


def contradictions(plan: Plan) -> list[str]:
    """Return every contradiction in a plan, each with the number of its row; empty if it is sound.

    All proposed rows are checked, even rows that a person has set to keep. Of declined rows only
    the number is checked, since nothing is done with them.
    """
    rows = [row for row in plan.rows if not row.declined]
    found = [*_numbers(plan.rows), *_companions(plan, rows), *_paths(plan, rows)]
    found += [*_verdicts(plan, rows), *_conflicts(rows)]
    found.sort(key=lambda mistake: mistake[0].number)
    return [f"row {row.number:,}: {words}" for row, words in found] + list(_emptied_groups(rows))


def _numbers(rows: Iterable[Row]) -> Iterator[Mistake]:
    """Find row numbers that are not ascending."""
    last = 0
    for row in rows:
        if row.number <= last:
            yield row, f"comes after row {last:,}; numbers must ascend, and none may come twice"
        last = row.number


def _companions(plan: Plan, rows: Iterable[Row]) -> Iterator[Mistake]:
    """Find companions without the row of their picture, and companions that would not be moved.

    Only a companion with a digest, which has a copy beside the keeper, may be deleted.
    """
    pictures = set()
    for row in rows:
        if row.goes_with is None:
            pictures.add(row.number)
        elif row.goes_with not in pictures:
            yield row, f"goes with row {row.goes_with:,}, which is not the row of a picture above"
        elif not (plan.action.moves or (plan.action is Action.DELETE and row.target.digest)):
            yield row, f"is a companion of a picture, and {plan.action.value} is for pictures only"


def _paths(plan: Plan, rows: Iterable[Row]) -> Iterator[Mistake]:
    """Find paths that are not absolute and normal, or that lie outside the scanned folders.

    A companion may lie beside a picture that was scanned as a root of its own.
    """
    below = tuple(os.path.join(root, "") for root in plan.roots)
    folders: dict[int, str] = {}
    for row in rows:
        folder = folders[row.number] = os.path.dirname(row.target.path)
        beside_its_picture = row.goes_with is not None and folders.get(row.goes_with) == folder
        for what, path in (("path", row.target.path), ("keeper", row.keeper.path)):
            if not _is_a_path(path):
                yield row, f'{what} "{_path_end(path)}" is not a normalised absolute path'
            elif path.startswith(below) or path in plan.roots:
                continue
            elif not (what == "path" and beside_its_picture):
                yield row, f'{what} "{_path_end(path)}" lies outside the scanned folders'


def _is_a_path(path: str) -> bool:
    """True if a path is absolute, normal, and may be the name of a file on this system."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return os.path.isabs(path) and os.path.normpath(path) == path and "\0" not in path


def _verdicts(plan: Plan, rows: Iterable[Row]) -> Iterator[Mistake]:
    """Find verdicts that the action, the digests or the sizes do not permit."""
    for row in rows:
        target, keeper = row.target, row.keeper
        if plan.action.links and row.verdict is not Verdict.FILE:
            words = f"{plan.action.value} is for equal bytes only"
            yield row, f"has the verdict {row.verdict.value}, and {words}"
        if row.goes_with is not None:
            continue
        if not len(target.digest) == len(keeper.digest) == _DIGEST:
            yield row, "lacks the SHA-256 digest of its target or keeper"
        elif row.verdict is Verdict.FILE and (target.digest, target.size) != (
            keeper.digest,
            keeper.size,
        ):
            yield row, "has the verdict file, and its digest or size is not that of its keeper"


def _conflicts(rows: Iterable[Row]) -> Iterator[Mistake]:
    """Find files that are targets twice, and targets that are the keeper of another row."""
    keepers = _keepers(rows)
    seen: dict[str, int] = {}
    for row in rows:
        path = row.target.path
        if path in seen:
            yield row, f'"{_path_end(path)}" is a target twice, first in row {seen[path]:,}'
        seen.setdefault(path, row.number)
        kept_for = keepers.get(path) or keepers.get(row.target.device_and_inode)
        if kept_for is not None:
            yield row, f'"{_path_end(path)}" is also the keeper of row {kept_for:,}'


def _keepers(rows: Iterable[Row]) -> dict[object, int]:
    """Map each keeper, by its path and by its device and inode, to the number of its first row."""
    keepers: dict[object, int] = {}
    for row in rows:
        keepers.setdefault(row.keeper.path, row.number)
        if row.keeper.inode:
            keepers.setdefault(row.keeper.device_and_inode, row.number)
    return keepers


def _emptied_groups(rows: Iterable[Row]) -> Iterator[str]:
    """Find groups of which no file would be left."""
    targets = {row.target.path for row in rows}
    left: dict[int, bool] = defaultdict(bool)
    for row in rows:
        left[row.group] |= row.keeper.path not in targets
    return (f"group {group:,}: no file would be left" for group in left if not left[group])


def _path_end(path: str) -> str:
    """Return the end of a long path, which tells more than its beginning."""
    return shortened(path) if len(path) <= 50 else "…" + shortened(path[-48:])
