"""A pass that is killed, what is there then, and whether the next pass brings it to a good end."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dupscan.errors import DupscanError
from dupscan.journal import Entry, Journal, Step
from dupscan.names import QUARANTINE
from dupscan.planned import Action, Row

from benchmarks.acts.calls import FINISHED, Call, Watch, act, die, forget_renameat2, fork, say
from benchmarks.acts.grove import PLAN_ID, Grove, Seen, plant

TEMPORARY = re.compile(rf"\.dupscan-{PLAN_ID}-\d+\.tmp(-undo)?")
_LOST, _DUST = "lost: ", "dust: "
"""How what is no mere oddity begins."""
_MOST_KILLS = 3
"""Of one tree, before a pass may come to its end."""


@dataclass(frozen=True, slots=True)
class Story:
    """What is done, and under which circumstances."""

    action: Action
    what: str
    """``apply``, ``undo`` or ``purge``; what has to come before is done undisturbed."""
    is_old_kernel: bool = False
    """One that cannot exchange two names, nor rename only where the name is free."""

    def __str__(self) -> str:
        kernel = ", old kernel" if self.is_old_kernel else ""
        return f"{self.action.value}: {self.what}{kernel}"


STORIES = (
    *(Story(action, "apply") for action in Action),
    *(Story(action, "undo") for action in Action if action is not Action.DELETE),
    Story(Action.QUARANTINE, "purge"),
    Story(Action.HARDLINK, "apply", is_old_kernel=True),
    Story(Action.HARDLINK, "undo", is_old_kernel=True),
    Story(Action.QUARANTINE, "apply", is_old_kernel=True),
    Story(Action.QUARANTINE, "undo", is_old_kernel=True),
    Story(Action.QUARANTINE, "purge", is_old_kernel=True),
    Story(Action.DELETE, "apply", is_old_kernel=True),
)


@dataclass(frozen=True, slots=True)
class Blow:
    """How a process is killed."""

    call: int = 0
    """After how many calls; 0 for at no call."""
    seconds: float = 0
    """After how long, where it is at no call; 0 for never."""
    kind: str = "kill"
    """``torn``: only half of that call's bytes are written. ``power``: what the journal did not
    bring to disk is gone, and all else is there, which is the worst that a power cut does."""


NEVER = Blow()


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one process."""

    is_killed: bool
    calls: tuple[str, ...]
    """Their names, until its end or until it was killed after one of them."""
    rows: dict[int, str]
    """What it said of each row."""
    trouble: str = ""
    """That it ended by itself and not well."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, and what was wrong after it or at the end."""

    story: Story
    blow: Blow
    call: str
    """Name of the call after which it was."""
    losses: tuple[str, ...]
    """Contents that are nowhere any more."""
    oddities: tuple[str, ...]
    """What was neither as before nor fully acted on, or not brought to a good end."""
    dust: tuple[str, ...]
    """Folders of the quarantine with nothing in them, and notes of the basket without a file, that
    are left at the end."""
    forgotten: int
    """Rows that were said to be done, and that the journal does not know of."""


def run(grove: Grove, what: str, blow: Blow, *, is_old_kernel: bool = False) -> Run:
    """Run one pass in a process of its own, until it ends or is killed."""
    receiver, sender = os.pipe()
    pid = fork(lambda: _live(grove, what, blow, sender, is_old_kernel), grove.home)
    os.close(sender)
    if blow.seconds:
        time.sleep(blow.seconds)
        os.kill(pid, signal.SIGKILL)
    with open(receiver, encoding="utf-8", errors="surrogateescape") as file:
        lines = file.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    calls = [one.removeprefix("call ") for one in lines if one.startswith("call ")]
    rows = [one.partition(" ") for one in lines if not one.startswith("call ")]
    return Run(
        is_killed=code == -signal.SIGKILL,
        calls=tuple(calls),
        rows={int(number): words for number, _, words in rows},
        trouble="" if code in (FINISHED, -signal.SIGKILL) else f"{what} ended with {code}",
    )


def _live(grove: Grove, what: str, blow: Blow, sender: int, is_old_kernel: bool) -> None:
    """The life of that process."""
    real_write, on_disk = os.write, 0

    def before(call: Call) -> None:
        real_write(sender, f"call {call.name}\n".encode())
        if (blow.kind, blow.call, call.name) == ("torn", call.number, "write"):
            descriptor, data = call.arguments
            os.write(descriptor, data[: len(data) // 2])
            die()

    def after(call: Call) -> None:
        nonlocal on_disk
        if call.name == "fsync" and _is(call.arguments[0], grove.journal):
            on_disk = os.fstat(call.arguments[0]).st_size
        if call.number == blow.call:
            if blow.kind == "power" and grove.journal.exists():
                os.truncate(grove.journal, on_disk)
            die()

    if is_old_kernel:
        forget_renameat2()
    if grove.journal.exists():
        on_disk = grove.journal.stat().st_size
    Watch(before, after).install()
    act(grove, what, lambda outcome: _tell(real_write, sender, say(outcome)))


def _tell(real_write: object, sender: int, line: str) -> None:
    assert callable(real_write)
    real_write(sender, line.encode("utf-8", "surrogateescape"))


def _is(descriptor: int, path: Path) -> bool:
    return path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())


# -- one tree, killed up to three times ------------------------------------------------------------


def kill_at(story: Story, blow: Blow, folder: Path, chance: random.Random) -> Kill:
    """Kill one pass at one place, let later ones bring it to an end, and see what is there."""
    with tempfile.TemporaryDirectory(dir=folder) as base:
        grove = plant(Path(base), story.action)
        before = grove.look()
        prepare(grove, story)
        done = run(grove, story.what, blow, is_old_kernel=story.is_old_kernel)
        found = list(filter(None, (done.trouble,)))
        found += (*_losses(grove, before), *_oddities(grove, before))
        forgotten = 0 if blow.kind == "power" else _forgotten(grove, story, done)
        found += _bring_to_an_end(grove, before, story, chance)
    losses = tuple(one for one in found if one.startswith(_LOST))
    dust = tuple(one for one in found if one.startswith(_DUST))
    odd = tuple(one for one in found if not one.startswith((_LOST, _DUST)))
    return Kill(story, blow, ["none", *done.calls][-1], losses, odd, dust, forgotten)


def count_calls(story: Story, folder: Path, *, single: bool = False) -> tuple[str, ...]:
    """The names of all the calls of a story that nobody disturbs."""
    with tempfile.TemporaryDirectory(dir=folder) as base:
        grove = plant(Path(base), story.action, single=single)
        prepare(grove, story)
        return run(grove, story.what, NEVER, is_old_kernel=story.is_old_kernel).calls


def has_reflinks(folder: Path) -> bool:
    """Whether the file system of a folder can let two files share their blocks."""
    with tempfile.TemporaryDirectory(dir=folder) as base:
        grove = plant(Path(base), Action.REFLINK, single=True)
        return all(" done" in f" {words}" for words in run(grove, "apply", NEVER).rows.values())


def prepare(grove: Grove, story: Story) -> None:
    """Do, undisturbed, what comes before the story. Raises RuntimeError when that goes wrong."""
    if story.what != "apply":
        done = run(grove, "apply", NEVER, is_old_kernel=story.is_old_kernel)
        if trouble := list(filter(None, (done.trouble, *_refusals(done)))):
            raise RuntimeError(f"{story} could not be prepared: {trouble}")


def _bring_to_an_end(
    grove: Grove, before: dict[str, Seen], story: Story, chance: random.Random
) -> Iterator[str]:
    """Go on after a kill, perhaps be killed again, and come to an end; yield what is wrong."""
    choices = {"apply": ("apply", "undo"), "undo": ("undo",), "purge": ("purge",)}[story.what]
    is_undone = story.what == "undo"
    for _ in range(chance.randrange(_MOST_KILLS)):
        what = chance.choice(choices) if has_begun(grove) else "apply"
        is_undone = is_undone or what == "undo"
        again = run(grove, what, Blow(chance.randint(1, 60)), is_old_kernel=story.is_old_kernel)
        yield from filter(None, (again.trouble,))
        yield from _losses(grove, before)
        yield from _oddities(grove, before)
    last = "undo" if is_undone else chance.choice(choices)
    if last == "undo" and not has_begun(grove):  # nothing was begun, and nothing is to be undone
        yield from _not_as_before(grove, before)
        return
    end = run(grove, last, NEVER, is_old_kernel=story.is_old_kernel)
    yield from filter(None, (end.trouble,))
    if story.action is not Action.DELETE or last != "undo":
        yield from _refusals(end)
    yield from _losses(grove, before)
    yield from _oddities(grove, before)
    yield from _leftovers(grove)
    if last == "undo":
        yield from _not_as_before(grove, before)
    else:
        yield from _not_acted_on(grove, before)


def has_begun(grove: Grove) -> bool:
    """Whether there is a journal, with a first line that is whole."""
    return grove.journal.exists() and b"\n" in grove.journal.read_bytes()


# -- what is there ---------------------------------------------------------------------------------


def _losses(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    """Contents that are nowhere."""
    there = {seen.data for seen in grove.look().values()}
    for path, seen in before.items():
        if seen.data not in there:
            yield f"{_LOST}{_short(grove, path)}"


def _oddities(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    """Paths that are neither as before nor fully acted on, and a journal that does not open."""
    now = grove.look()
    rows = {row.target.path: row for row in grove.plan.rows}
    keepers = {row.keeper.path: row for row in grove.plan.rows}
    for path, seen in before.items():
        found = now.get(path)
        if path not in rows:
            if found != seen:
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


def _is_acted_on(
    grove: Grove, row: Row, before: dict[str, Seen], now: dict[str, Seen]
) -> bool:
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


def _leftovers(grove: Grove) -> Iterator[str]:
    """Temporary names that are still there at the end."""
    for path in grove.look():
        if TEMPORARY.fullmatch(os.path.basename(path)):
            yield f"{_short(grove, path)} is left over"


def _not_acted_on(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
    now = grove.look()
    for row in grove.plan.rows:
        if not _is_acted_on(grove, row, before, now):
            yield f"{_short(grove, row.target.path)} was not acted on in the end"
    if grove.plan.action is Action.QUARANTINE:
        with _journal(grove) as journal:
            purged = [*journal.entries(Step.PURGED)]
        if len(purged) == len(grove.plan.rows):
            yield from (_left(grove, path, seen) for path, seen in now.items() if QUARANTINE in path)
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
        yield f"{_DUST}the basket has only half of {name!r}"


def _not_as_before(grove: Grove, before: dict[str, Seen]) -> Iterator[str]:
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
    return f"{_DUST if is_dust else ''}{_short(grove, path)} is left at the end"


def _unreadable(grove: Grove) -> Iterator[str]:
    try:
        with _journal(grove) as journal:
            list[Entry](journal.entries(*Step))
    except DupscanError as error:
        yield f"the journal does not open: {error}"


def _forgotten(grove: Grove, story: Story, done: Run) -> int:
    """Rows that were said to be done, and of which the journal does not know that."""
    told = {number for number, words in done.rows.items() if words.startswith("done")}
    if not told:
        return 0
    meant = {"apply": Step.DONE, "undo": Step.UNDONE, "purge": Step.PURGED}[story.what]
    with _journal(grove) as journal:
        return len(told - {entry.row for entry in journal.entries(meant)})


class _journal:  # noqa: N801 (a context, used like a function)
    """A copy of the journal, open: opening it would mend what the next pass has to mend."""

    def __init__(self, grove: Grove) -> None:
        self._folder = tempfile.TemporaryDirectory()
        shutil.copy(grove.journal, self._folder.name)
        self._journal = Journal(Path(self._folder.name) / grove.journal.name)

    def __enter__(self) -> Journal:
        return self._journal

    def __exit__(self, *_: object) -> None:
        self._journal.close()
        self._folder.cleanup()


def _refusals(done: Run) -> Iterator[str]:
    for number, words in done.rows.items():
        if not words.startswith("done"):
            yield f"row {number}: {words}"


def _short(grove: Grove, path: str) -> str:
    return ascii(os.path.relpath(path, grove.base))
