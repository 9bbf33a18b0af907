"""What is there after a pass was killed or came to its end: everything that should not be so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from benchmarks.acts.grove import PLAN_ID, Grove, Seen, is_copy
from benchmarks.acts.runs import Run, Story, has_begun
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.dedupe.journal.copies import copy_path
from dupscan.errors import DupscanError
from dupscan.model.plan import Action, Row
from dupscan.text.file_names import QUARANTINE

TEMPORARY = re.compile(rf"\.dupscan-{PLAN_ID}-\d+\.tmp(-undo)?")
LOST, DUST = "lost: ", "dust: "
"""How what is no mere oddity begins."""


def losses(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    """Contents that are nowhere."""
    there = {seen.data for seen in grove.look().values()}
    for path, seen in before.items():
        if seen.data not in there and not is_copy(path):
            yield f"{LOST}{_short(grove, path)}"


def oddities(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    """Paths that are neither as before nor fully acted on, and a journal that does not open."""
    now = grove.look()
    rows = {row.target.path: row for row in grove.plan.rows}
    keepers = {row.keeper.path: row for row in grove.plan.rows}
    folders = {os.path.dirname(path) for path in rows}
    for path, seen in before.items():
        found = now.get(path)
        if is_copy(path):
            continue
        if path not in rows:
            if found != seen and path not in folders:
                what = "keeper" if path in keepers else "bystander"
                yield f"the {what} {_short(grove, path)} was {seen}, is {found}"
        elif not seen.looks_like(found) and not _is_acted_on(grove, rows[path], before, now):
            yield f"{_short(grove, path)} was {seen}, is {found}"
    for path in now.keys() - before.keys():
        is_quarantined = f"/{QUARANTINE}" in path
        is_basket = path.startswith(str(grove.home))
        if not (is_quarantined or is_basket or TEMPORARY.fullmatch(os.path.basename(path))):
            yield f"{_short(grove, path)} came out of nowhere"
    if has_begun(grove):
        yield from _unreadable(grove)
    yield from _unknown_to_the_copy(grove, now)


def _unknown_to_the_copy(grove: Grove, now: dict[str, Seen]) -> Iterator[str]:
    """Files in quarantine that the copy of the journal beside them could not put back."""
    quarantine = os.path.join(grove.library, QUARANTINE)
    inside = os.path.join(quarantine, grove.plan.plan_id, "")
    there = {path for path, seen in now.items() if path.startswith(inside) and seen.kind == "file"}
    if not there:
        return
    try:
        with Journal(copy_path(quarantine, grove.plan.plan_id), read_only=True) as copy:
            known = {entry.place for entry in copy.entries(*Step)}
    except DupscanError as error:
        yield f"the copy of the journal does not open: {error}"
        return
    for path in there - known:
        if not TEMPORARY.fullmatch(os.path.basename(path)):
            yield f"the copy of the journal knows nothing of {_short(grove, path)}"


def _is_acted_on(grove: Grove, row: Row, before: dict[str, Seen], now: dict[str, Seen]) -> bool:
    """Whether a row's target is what the action makes of it."""
    path, action = row.target.path, grove.plan.action
    found, was, keeper = now.get(path), before[path], now.get(row.keeper.path)
    if action is Action.HARDLINK:
        return found is not None and found == keeper
    if action is Action.SYMLINK:
        leads_there = os.path.realpath(path) == os.path.realpath(row.keeper.path)
        return found is not None and found.kind == "link" and leads_there
    if action is Action.REFLINK:
        return found is not None and found.file != was.file and was.looks_like(found)
    if found is not None:
        return False
    if action is Action.DELETE or (action is Action.QUARANTINE and _is_purged(grove, row)):
        return True
    return any(other == was for other in now.values())


def _is_purged(grove: Grove, row: Row) -> bool:
    """Whether a purge took it, or was about to."""
    with _journal(grove) as journal:
        return journal.step_of_row(row.number) in (Step.PURGED, Step.PURGING)


def leftovers(grove: Grove) -> Iterator[str]:
    """Temporary names that are still there at the end."""
    for path in grove.look():
        if TEMPORARY.fullmatch(os.path.basename(path)):
            yield f"{_short(grove, path)} is left over"


def not_acted_on(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    """Targets that are as before though a pass came to its end, and what it left."""
    now = grove.look()
    for row in grove.plan.rows:
        if not _is_acted_on(grove, row, before, now):
            yield f"{_short(grove, row.target.path)} was not acted on in the end"
    if grove.plan.action is Action.QUARANTINE:
        with _journal(grove) as journal:
            purged = [*journal.entries(Step.PURGED)]
        if len(purged) == len(grove.plan.rows):
            yield from (
                _left(grove, path, seen) for path, seen in now.items() if QUARANTINE in path
            )
    if grove.plan.action is Action.TRASH:
        yield from _torn_apart(grove, now)


def _torn_apart(grove: Grove, now: dict[str, Seen]) -> Iterator[str]:
    """Notes in the basket without a file, or files without a note."""
    names = {kind: set[str]() for kind in ("files", "info")}
    for path in now:
        folder, name = os.path.split(path)
        if os.path.basename(folder) in names and path.startswith(str(grove.home)):
            names[os.path.basename(folder)].add(name.removesuffix(".trashinfo"))
    for name in names["files"] ^ names["info"]:
        yield f"{DUST}the basket has only half of {name!r}"


def not_as_before(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    """What an undo did not bring back, or left."""
    now = grove.look()
    is_deleted = grove.plan.action is Action.DELETE
    targets = {row.target.path for row in grove.plan.rows}
    for path, seen in before.items():
        if not seen.looks_like(now.get(path)) and not (is_deleted and path in targets):
            yield f"undone, but {_short(grove, path)} was {seen}, is {now.get(path)}"
    for path in now.keys() - before.keys():
        if QUARANTINE in path or now[path].kind != "folder":
            yield _left(grove, path, now[path])


def _left(grove: Grove, path: str, seen: Seen) -> str:
    is_dust = seen.kind == "folder" or path.endswith(".trashinfo")
    return f"{DUST if is_dust else ''}{_short(grove, path)} is left at the end"


def _unreadable(grove: Grove) -> Iterator[str]:
    try:
        with _journal(grove) as journal:
            list[Entry](journal.entries(*Step))
    except DupscanError as error:
        yield f"the journal does not open: {error}"


def forgotten(grove: Grove, story: Story, done: Run) -> int:
    """Rows that were said to be done, and of which the journal does not know that."""
    told = {number for number, words in done.rows.items() if words.startswith("done")}
    if not told:
        return 0
    meant = {"apply": Step.DONE, "undo": Step.UNDONE, "purge": Step.PURGED}[story.what]
    with _journal(grove) as journal:
        return len(told - {entry.row for entry in journal.entries(meant)})


def _journal(grove: Grove) -> Journal:
    """The journal, to be read: the next pass has to mend it, and its copies."""
    return Journal(grove.journal, read_only=True)


def _short(grove: Grove, path: str) -> str:
    return ascii(os.path.relpath(path, grove.base))
