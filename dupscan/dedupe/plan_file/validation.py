"""Whether a plan makes sense in itself, whoever decided it and whatever became of its file.

These are the rules by which no picture is lost, told of the plan as a whole and looked at before
anything is done: who decided had better keep them too, and is not trusted with it. Pure; what the
disk says of the files is looked at later, file by file.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator

from dupscan.model.matches import Verdict
from dupscan.model.plan import Plan, Row
from dupscan.text.user_files import shortened

_DIGEST = 32
"""Bytes of a SHA-256."""
Mistake = tuple[Row, str]


def contradictions(plan: Plan) -> list[str]:
    """Everything in a plan that makes no sense, with the number of the row; nothing if all does.

    All that is proposed counts, whether or not somebody wants it still. Rows that were declined
    may say what they like.
    """
    rows = [row for row in plan.rows if not row.declined]
    found = [*_numbers(plan.rows), *_companions(plan, rows), *_paths(plan, rows)]
    found += [*_verdicts(plan, rows), *_conflicts(rows)]
    found.sort(key=lambda mistake: mistake[0].number)
    return [f"row {row.number:,}: {words}" for row, words in found] + list(_emptied_groups(rows))


def _numbers(rows: Iterable[Row]) -> Iterator[Mistake]:
    last = 0
    for row in rows:
        if row.number <= last:
            yield row, f"comes behind row {last:,}; each number is there once, in order"
        last = row.number


def _companions(plan: Plan, rows: Iterable[Row]) -> Iterator[Mistake]:
    pictures = set()
    for row in rows:
        if row.goes_with is None:
            pictures.add(row.number)
        elif row.goes_with not in pictures:
            yield row, f"goes with row {row.goes_with:,}, which is no picture before it"
        elif not plan.action.moves:
            yield row, f"a companion of a picture is only ever moved, never for {plan.action.value}"


def _paths(plan: Plan, rows: Iterable[Row]) -> Iterator[Mistake]:
    """Paths that are none, or lead outside of what was scanned."""
    below = tuple(os.path.join(root, "") for root in plan.roots)
    folders: dict[int, str] = {}
    for row in rows:
        folder = folders[row.number] = os.path.dirname(row.target.path)
        beside_its_picture = row.goes_with is not None and folders.get(row.goes_with) == folder
        for what, path in (("path", row.target.path), ("keeper", row.keeper.path)):
            if not _is_a_path(path):
                yield row, f'{what} "{_path_end(path)}" is not an absolute path without detours'
            elif path.startswith(below) or path in plan.roots:
                continue
            elif not (what == "path" and beside_its_picture):
                yield row, f'{what} "{_path_end(path)}" lies outside of what was scanned'


def _is_a_path(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return os.path.isabs(path) and os.path.normpath(path) == path and "\0" not in path


def _verdicts(plan: Plan, rows: Iterable[Row]) -> Iterator[Mistake]:
    for row in rows:
        target, keeper = row.target, row.keeper
        if plan.action.links and row.verdict is not Verdict.FILE:
            yield row, f"{row.verdict.value}: {plan.action.value} is for equal bytes only"
        if row.goes_with is not None:
            continue
        if not len(target.digest) == len(keeper.digest) == _DIGEST:
            yield row, "has no digest of its bytes"
        elif row.verdict is Verdict.FILE and (target.digest, target.size) != (
            keeper.digest,
            keeper.size,
        ):
            yield row, "is called the same file as its keeper and has other bytes"


def _conflicts(rows: Iterable[Row]) -> Iterator[Mistake]:
    """Targets that are targets twice, or that somebody relies on."""
    keepers = _keepers(rows)
    seen: dict[str, int] = {}
    for row in rows:
        path = row.target.path
        if path in seen:
            yield row, f'"{_path_end(path)}" is there twice, first in row {seen[path]:,}'
        seen.setdefault(path, row.number)
        kept_for = keepers.get(path) or keepers.get(row.target.device_and_inode)
        if kept_for is not None:
            yield row, f'"{_path_end(path)}" is also the keeper of row {kept_for:,}'


def _keepers(rows: Iterable[Row]) -> dict[object, int]:
    """By path and by file, the row of which something is the keeper."""
    keepers: dict[object, int] = {}
    for row in rows:
        keepers.setdefault(row.keeper.path, row.number)
        if row.keeper.inode:
            keepers.setdefault(row.keeper.device_and_inode, row.number)
    return keepers


def _emptied_groups(rows: Iterable[Row]) -> Iterator[str]:
    """Groups of which no file would be left."""
    targets = {row.target.path for row in rows}
    left: dict[int, bool] = defaultdict(bool)
    for row in rows:
        left[row.group] |= row.keeper.path not in targets
    return (f"group {group:,}: nothing would be left of it" for group in left if not left[group])


def _path_end(path: str) -> str:
    """The end of a path, which says most."""
    return shortened(path) if len(path) <= 50 else "…" + shortened(path[-48:])
