"""One pass in a process of its own, that comes to its end or is killed, and what it was to do."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.acts.calls import FINISHED, Call, Watch, act, die, forget_renameat2, fork, say
from benchmarks.acts.grove import Grove, plant
from dupscan.model.plan import Action, Outcome


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

    def __str__(self) -> str:
        when = f"after call {self.call}" if self.call else f"after {1000 * self.seconds:.0f} ms"
        return f"{self.kind} {when}"


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


def run(grove: Grove, what: str, blow: Blow, *, is_old_kernel: bool = False) -> Run:
    """Run one pass in a process of its own, until it ends or is killed."""
    receiver, sender = os.pipe()
    pid = fork(lambda: _live(grove, what, blow, sender, is_old_kernel=is_old_kernel), grove.home)
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


def _live(grove: Grove, what: str, blow: Blow, sender: int, *, is_old_kernel: bool) -> None:
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

    def told(outcome: Outcome) -> None:
        real_write(sender, say(outcome).encode("utf-8", "surrogateescape"))

    act(grove, what, told)


def _is(descriptor: int, path: Path) -> bool:
    return path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())


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
    """Do, undisturbed, what comes before the story. Raises RuntimeError when that goes wrong.

    A folder from which all was moved away is gone then, as a user would have it.
    """
    if story.what != "apply":
        done = run(grove, "apply", NEVER, is_old_kernel=story.is_old_kernel)
        if trouble := list(filter(None, (done.trouble, *refusals(done)))):
            raise RuntimeError(f"{story} could not be prepared: {trouble}")
    if story.what != "apply" and story.action.moves:
        for folder in {os.path.dirname(row.target.path) for row in grove.plan.rows}:
            with suppress(OSError):
                os.rmdir(folder)
                os.mkdir(grove.base / "new folder")  # or the same inode might come again


def has_begun(grove: Grove) -> bool:
    """Whether there is a journal, with a first line that is whole."""
    return grove.journal.exists() and b"\n" in grove.journal.read_bytes()


def refusals(done: Run) -> Iterator[str]:
    """What it said of the rows that it did not do."""
    for number, words in done.rows.items():
        if not words.startswith("done"):
            yield f"row {number}: {words}"
