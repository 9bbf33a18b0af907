"""The journal of a pass: each act is on disk before it is done.

One JSON object on each line. The first line is the header: it names the plan. Then each act has a
line with all that is needed to finish or undo it, brought to disk before a file is touched, and
later a line for each step that it reached. A last line that a kill cut short is cut off: its act
was not begun. To read a journal, neither plan nor report is needed. This room writes to no other
file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from dupscan.dedupe.journal.entry import Entry, PassHeader, Step
from dupscan.dedupe.journal.lines import (
    StepRecord,
    act_line,
    header_line,
    read_header,
    read_line,
    step_line,
)
from dupscan.errors import JournalBusy, JournalNotWritten, PlanError, SettingsError
from dupscan.model.plan import Plan
from dupscan.system import locks
from dupscan.text import file_names

__all__ = ["SUFFIX", "Entry", "Journal", "PassHeader", "Step", "place_of"]

SUFFIX = ".journal"
_IS_IT_OURS = (
    "was it edited, or is it another file? Put the journal back as dupscan wrote it, and run the "
    "same command again"
)
_WRONG = (ValueError, RecursionError, SettingsError)
"""The exceptions raised for a line that makes no sense."""


class Journal:
    """An open journal, locked against other passes."""

    def __init__(self, path: Path, plan: Plan | None = None, *, only_to_read: bool = False) -> None:
        """Open the journal at `path`; with a plan, begin the journal if it is not there.

        With `only_to_read` the journal is not locked, and nothing in it is changed.

        Raises PlanError if there is no journal, if a line makes no sense, or for the journal of
        another plan or version; JournalBusy if another pass has it; JournalNotWritten if it cannot
        be written to.
        """
        self.path = path
        self._steps: dict[int, Step] = {}
        self._offsets: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._found: dict[int, str] = {}
        self._last = 0
        self._may_write = not only_to_read
        self._descriptor = _opened(path, make=plan is not None, only_to_read=only_to_read)
        try:
            if plan is not None:
                self._begin(header_line(plan))
            self.header = self._read()
            if plan is not None and self.header.plan_id != plan.plan_id:
                raise PlanError(f"{self} is the journal of another plan; move it away")
        except BaseException:
            self.close()
            raise

    def __str__(self) -> str:
        return file_names.shown(str(self.path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, which frees the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    # -- reading -----------------------------------------------------------------------------------

    def step_of_row(self, row: int) -> Step | None:
        """Return the step of the last act for a row of the plan; None if there was no act."""
        number = self._rows.get(row)
        return None if number is None else self._steps[number]

    def next_number(self) -> int:
        """Return the number for the next act."""
        return self._last + 1

    def entries(self, *steps: Step, latest_first: bool = True) -> Iterator[Entry]:
        """Yield the acts whose last step is one of these; each is read from the file then."""
        for number in sorted(self._steps, reverse=latest_first):
            if self._steps[number] in steps:
                yield self._entry_at(self._offsets[number])

    def step_of(self, entry: Entry) -> Step:
        """Return the last step of an act."""
        return self._steps[entry.number]

    def found_at(self, entry: Entry) -> str:
        """Return the path of the target in the waste basket; empty if it is not known."""
        return self._found.get(entry.number, "")

    # -- writing -----------------------------------------------------------------------------------

    def intend(self, entry: Entry) -> None:
        """Write an act that is about to be done; the line is on disk on return.

        Raises JournalNotWritten; then the act must not be done.
        """
        self._take_act(entry, self._write(act_line(entry), sync=True))

    def note(self, entry: Entry, step: Step, *, found: str = "", words: str = "") -> None:
        """Write the step that an act has reached; on disk on return if a change comes next.

        Raises JournalNotWritten.
        """
        self._write(step_line(entry, step, found, words), sync=step.is_open)
        self._take_step(entry.number, step, found)

    def sync(self) -> None:
        """Bring all lines to disk. Raises JournalNotWritten."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise _not_written(self.path, error) from error

    # -- inside ------------------------------------------------------------------------------------

    def _begin(self, head: bytes) -> None:
        """Write the first line if it is missing or was cut short."""
        there = os.pread(self._descriptor, len(head), 0)
        if len(there) == len(head) or not head.startswith(there):
            return
        try:
            os.ftruncate(self._descriptor, 0)
            self._append(head, sync=True)
            _bring_to_disk(self.path.parent)
        except OSError as error:
            raise _not_written(self.path, error) from error

    def _write(self, line: bytes, *, sync: bool) -> int:
        """Add a line, and return the offset of its first byte."""
        try:
            return self._append(line, sync=sync)
        except OSError as error:
            raise _not_written(self.path, error) from error

    def _append(self, data: bytes, *, sync: bool) -> int:
        start = os.lseek(self._descriptor, 0, os.SEEK_END)
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            os.ftruncate(self._descriptor, start)  # half a line would spoil the next
            raise
        if sync:
            os.fsync(self._descriptor)
        return start

    def _read(self) -> PassHeader:
        """Read all lines, and remember the step and the place of each act.

        A last line that was cut short is cut off.
        """
        header, offset = None, 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n") and (header is not None or number == 1):
                    if header is not None and self._may_write:
                        os.ftruncate(self._descriptor, offset)
                    break
                try:
                    if header is None:
                        header = read_header(line)
                    else:
                        self._take(line, offset)
                except PlanError as error:
                    raise PlanError(f"journal {self}: {error}") from error
                except _WRONG as error:
                    raise self._damaged(f"line {number:,}", error) from error
                offset += len(line)
        if header is None:
            raise PlanError(f"{self} is empty: nothing was begun, or it is another file")
        return header

    def _take(self, line: bytes, offset: int) -> None:
        """Take in a line that begins at `offset`. Raises ValueError, which names the field."""
        read = read_line(line)
        if isinstance(read, StepRecord):
            self._take_step(read.act, read.step, read.place_found)
        elif read.number in self._steps:
            raise ValueError(f"act {read.number:,} is begun twice")
        else:
            self._take_act(read, offset)

    def _take_act(self, entry: Entry, offset: int) -> None:
        self._steps[entry.number], self._offsets[entry.number] = Step.INTENDED, offset
        self._last = max(self._last, entry.number)
        self._rows[entry.row] = entry.number

    def _take_step(self, number: int, step: Step, found: str) -> None:
        if number not in self._steps:
            raise ValueError(f"a step of act {number:,}, which was never begun")
        self._steps[number] = step
        if found:
            self._found[number] = found

    def _entry_at(self, offset: int) -> Entry:
        line, end = b"", offset
        while b"\n" not in line:
            piece = os.pread(self._descriptor, 4096, end)
            if not piece:
                raise PlanError(f"{self} became shorter while it was read; {_IS_IT_OURS}")
            line, end = line + piece, end + len(piece)
        try:
            entry = read_line(line.partition(b"\n")[0])
        except _WRONG as error:
            raise self._damaged("an act", error) from error
        if isinstance(entry, StepRecord):
            raise PlanError(f"{self} was changed while it was read; {_IS_IT_OURS}")
        return entry

    def _damaged(self, place: str, error: Exception) -> PlanError:
        words = file_names.shown(str(error))[:200]
        return PlanError(f"{place} of {self} is no line of a journal ({words}); {_IS_IT_OURS}")


def place_of(plan_file: Path, plan_id: str) -> Path:
    """Return the path of a plan's journal, which lies beside the plan."""
    return plan_file.with_name(f"{plan_file.stem}-{plan_id}{SUFFIX}")


def _opened(path: Path, *, make: bool, only_to_read: bool) -> int:
    """Open a journal; to write to it, lock it too."""
    try:
        flags = os.O_RDONLY if only_to_read else os.O_RDWR | (os.O_CREAT if make else 0)
        flags |= os.O_CLOEXEC
        descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    except FileNotFoundError as error:
        if make:
            raise _not_written(path, error) from error
        raise PlanError(
            f"there is no journal {file_names.shown(str(path))}; `dupscan apply` says where it is"
        ) from error
    except IsADirectoryError as error:
        raise PlanError(f"{file_names.shown(str(path))} is a folder and no journal") from error
    except OSError as error:
        raise _not_written(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe would be waited for
        os.close(descriptor)
        raise PlanError(f"{file_names.shown(str(path))} is a pipe or a device, and no journal")
    if only_to_read:
        return descriptor
    try:
        locks.take(descriptor, alone=True)
    except BlockingIOError as error:
        os.close(descriptor)
        raise JournalBusy(
            f"another pass is at work with {file_names.shown(str(path))}; wait until it is done"
        ) from error
    return descriptor


def _bring_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(path: Path, error: OSError) -> JournalNotWritten:
    return JournalNotWritten(
        f"cannot write the journal {file_names.shown(str(path))}: {error.strerror}; no further "
        "file is changed without it. Make room, or make the folder writable, and run the same "
        "command again"
    )
