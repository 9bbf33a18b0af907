"""Journal of a pass: what is about to be done is on disk before it is done.

One JSON object a line. The first line, the header, says which plan is carried out. Then each entry
has a line with everything that is needed to finish or undo it, brought to disk before any file is
changed, and later one line for each step that the entry reaches. A last line that a kill cut short
is removed: nothing was begun then. An undo or a purge needs neither plan nor report. Only journals,
their copies in quarantines and the list of them are written here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

from dupscan.dedupe.journal import files, registry
from dupscan.dedupe.journal.bounds import Bounds, temporary_name
from dupscan.dedupe.journal.copies import SUFFIX, Copies, restore
from dupscan.dedupe.journal.entry import Entry, PassHeader, Step
from dupscan.dedupe.journal.lines import (
    StepRecord,
    entry_line,
    header_line,
    read_header,
    read_line,
    step_line,
)
from dupscan.errors import PlanError, SettingsError
from dupscan.model.plan import Plan
from dupscan.text import file_names

__all__ = ["SUFFIX", "Entry", "Journal", "PassHeader", "Step", "journal_path", "temporary_name"]

_IS_IT_OURS = (
    "was it edited, or is it another file? Put the journal back as dupscan wrote it, and run the "
    "same command again"
)
_WHERE = "name the file that ends in .journal; `dupscan passes` lists them"
_MARK = b'{"format": "dupscan-journal", '  # the beginning of each journal
_WRONG = (ValueError, RecursionError, SettingsError)  # raised for a line that makes no sense


class Journal:
    """An open journal; no other pass can open it meanwhile, except to read it."""

    def __init__(self, path: Path, plan: Plan | None = None, *, read_only: bool = False) -> None:
        """Open the journal at `path`; with a `plan`, begin one there unless it was begun.

        With `read_only` the journal is neither locked nor changed.

        Raises PlanError when there is no journal, when a line makes no sense, or when the journal
        is of another plan or format version;
        JournalBusy when another pass has it open; JournalNotWritten when it cannot be written.
        """
        self.path = path
        self._steps: dict[int, Step] = {}
        self._offsets: dict[int, int] = {}
        self._rows: dict[int, int] = {}
        self._trash_paths: dict[int, str] = {}
        self._last = 0
        self._may_write = not read_only
        self._quarantines: set[str] = set()
        if plan is not None:
            restore(path, plan.roots, plan.plan_id)
        self._descriptor = files.open_journal(path, make=plan is not None, read_only=read_only)
        self._copies: Copies | None = None
        try:
            if plan is not None:
                self._begin(header_line(plan, path))
            self._read()
            if plan is not None and self.header.plan_id != plan.plan_id:
                raise PlanError(f"{self} is the journal of another plan; move it away")
            if not read_only:
                self._copies = Copies(path, self._descriptor, self.header.plan_id)
                for quarantine in sorted(self._quarantines):
                    with suppress(OSError):  # on a drive that is read-only by now
                        self._join(quarantine, make=False)
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
        """Close the journal, so that other passes can open it."""
        if self._copies is not None:
            self._copies.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    # -- reading -----------------------------------------------------------------------------------

    def step_of_row(self, row: int) -> Step | None:
        """Return the step that the latest entry of a row reached; None if there is no entry."""
        number = self._rows.get(row)
        return None if number is None else self._steps[number]

    def next_number(self) -> int:
        """Return the number for the next entry."""
        return self._last + 1

    def entries(self, *steps: Step, latest_first: bool = True) -> Iterator[Entry]:
        """Yield the entries that are at one of these steps.

        Each is read from the file when it is asked for. Raises PlanError for an entry that makes no
        sense.
        """
        for number in sorted(self._steps, reverse=latest_first):
            if self._steps[number] in steps:
                yield self._entry_at(self._offsets[number])

    def step_of(self, entry: Entry) -> Step:
        """Return the step that an entry reached."""
        return self._steps[entry.number]

    def trash_path_of(self, entry: Entry) -> str:
        """Return the path of an entry's target in the trash, ``""`` if it is not known."""
        return self._trash_paths.get(entry.number, "")

    # -- writing -----------------------------------------------------------------------------------

    def intend(self, entry: Entry) -> None:
        """Write what is about to be done; the line is on disk when this returns.

        Raises JournalNotWritten; then nothing may be done.
        """
        self._take_entry(entry, self._write(entry_line(entry), sync=True))

    def copy_to(self, quarantine: str) -> None:
        """Keep a copy of the journal in a quarantine; all that was written is on its disk then.

        Raises PlanError, JournalBusy, JournalNotWritten or OSError; nothing may be moved then.
        """
        self._join(quarantine, make=True)

    def record(self, entry: Entry, step: Step, *, trash_path: str = "", words: str = "") -> None:
        """Write the step that an entry reached, with a path in the trash or words if any.

        The line is on disk when this returns if the step is an open one, that is, if something is
        about to be done. Raises JournalNotWritten.
        """
        self._write(step_line(entry, step, trash_path, words), sync=step.is_open)
        self._take_step(entry.number, step, trash_path)

    def sync(self) -> None:
        """Bring all lines to disk. Raises JournalNotWritten."""
        try:
            os.fsync(self._descriptor)
            if self._copies is not None:
                self._copies.sync()
        except OSError as error:
            raise files.not_written(self.path, error) from error

    def remove_copies(self) -> list[str]:
        """Remove the copies in quarantines that hold no file of this pass any more.

        Returns the folders of these quarantines. An entry that may be half done holds its own.
        """
        if self._copies is None or not self._quarantines:
            return []
        steps = (Step.DONE, *(step for step in Step if step.is_open))
        empty = sorted(self._quarantines - {entry.quarantine for entry in self.entries(*steps)})
        for quarantine in empty:
            self._copies.remove(quarantine)
        return empty

    # -- lines -------------------------------------------------------------------------------------

    def _join(self, quarantine: str, *, make: bool) -> None:
        """Open the copy in a quarantine, and bring journal and copy up to date with each other.

        Raises OSError for the copy, JournalNotWritten for the journal, PlanError or JournalBusy.
        """
        if self._copies is None:
            return
        lacking = self._copies.join(quarantine, make=make)
        for line in lacking:
            try:
                self._take(line, files.append(self._descriptor, line, sync=False))
            except _WRONG as error:
                place = f"a line of the copy in {file_names.shown(quarantine)}"
                raise self._damaged(place, error) from error
            except OSError as error:
                raise files.not_written(self.path, error) from error
        if lacking:
            self.sync()
        self._copies.bring_up_to_date(quarantine)

    def _begin(self, head: bytes) -> None:
        """Write the header, unless it is there; one that was cut short is written again."""
        there = os.pread(self._descriptor, len(head), 0)
        if b"\n" in there or not _MARK.startswith(there[: len(_MARK)]):
            return
        try:
            files.cut(self._descriptor, 0)
            files.append(self._descriptor, head, sync=True)
            files.bring_to_disk(self.path.parent)
        except OSError as error:
            raise files.not_written(self.path, error) from error
        registry.register(head)

    def _write(self, line: bytes, *, sync: bool) -> int:
        """Append a line, and return the offset of its first byte. Raises JournalNotWritten."""
        try:
            offset = files.append(self._descriptor, line, sync=sync)
        except OSError as error:
            raise files.not_written(self.path, error) from error
        if self._copies is not None:
            self._copies.append(line, sync=sync)
        return offset

    def _read(self) -> None:
        """Read the header, and the steps and offsets of all entries.

        Removes a last line that was cut short. Raises PlanError for a line that makes no sense.
        """
        header, offset = None, 0
        with open(os.dup(self._descriptor), "rb") as file:
            file.seek(0)
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n") and (header is not None or number == 1):
                    if header is not None and self._may_write:
                        files.cut(self._descriptor, offset)
                    break
                try:
                    if header is None:
                        self.header = header = read_header(line)
                        self._bounds = Bounds.of(header)
                    else:
                        self._take(line, offset)
                except PlanError as error:
                    raise PlanError(f"journal {self}: {error}") from error
                except _WRONG as error:
                    if header is None:
                        raise PlanError(f"{self} is no journal; {_WHERE}") from error
                    raise self._damaged(f"line {number:,}", error) from error
                offset += len(line)
        if header is None:
            raise PlanError(f"{self} has no complete line: nothing was begun, or it is no journal")

    def _take(self, line: bytes, offset: int) -> None:
        """Remember the entry or the step of a line. Raises ValueError, which names the field."""
        read = read_line(line)
        if isinstance(read, StepRecord):
            self._take_step(read.act, read.step, read.trash_path)
            return
        self._bounds.check(read)
        if read.number in self._steps:
            raise ValueError(f"entry {read.number:,} is begun twice")
        self._take_entry(read, offset)

    def _take_entry(self, entry: Entry, offset: int) -> None:
        self._steps[entry.number], self._offsets[entry.number] = Step.INTENDED, offset
        self._last = max(self._last, entry.number)
        self._rows[entry.row] = entry.number
        if entry.quarantine:
            self._quarantines.add(entry.quarantine)

    def _take_step(self, number: int, step: Step, found: str) -> None:
        if number not in self._steps:
            raise ValueError(f"a step of entry {number:,}, which was never begun")
        self._steps[number] = step
        if found:
            self._trash_paths[number] = found

    def _entry_at(self, offset: int) -> Entry:
        """Read the entry whose line begins at an offset. Raises PlanError."""
        line, end = b"", offset
        while b"\n" not in line:
            piece = os.pread(self._descriptor, 4096, end)
            if not piece:
                raise PlanError(f"{self} became shorter while it was read; {_IS_IT_OURS}")
            line, end = line + piece, end + len(piece)
        try:
            entry = read_line(line.partition(b"\n")[0])
            if not isinstance(entry, StepRecord):
                self._bounds.check(entry)
                return entry
        except _WRONG as error:
            raise self._damaged("an entry", error) from error
        raise PlanError(f"{self} was changed while it was read; {_IS_IT_OURS}")

    def _damaged(self, place: str, error: Exception) -> PlanError:
        words = file_names.shown(str(error))[:200]
        return PlanError(f"{place} of {self} is no line of a journal ({words}); {_IS_IT_OURS}")


def journal_path(plan_file: Path, plan_id: str) -> Path:
    """Return the path of a plan's journal, beside the plan's file."""
    return plan_file.with_name(f"{plan_file.stem}-{plan_id}{SUFFIX}")
