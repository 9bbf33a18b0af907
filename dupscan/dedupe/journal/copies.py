"""Copies of a journal: each quarantine carries one, so that a lost journal is no loss.

A copy lies in the quarantine's folder, beside the files that the pass put there. It is the journal
byte for byte, at most a few lines behind: a line is in the journal first, then in the copies, and
then something is done. An undo or a purge may use a copy in place of a lost journal; what it writes
there goes back into the journal when that is opened the next time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from dupscan.dedupe.journal import files
from dupscan.errors import PlanError
from dupscan.text import file_names
from dupscan.text.file_names import QUARANTINE

SUFFIX = ".journal"


def copy_path(quarantine: str, plan_id: str) -> Path:
    """Return the path of the copy in a quarantine."""
    return Path(quarantine, plan_id + SUFFIX)


def copies_below(folder: str) -> list[Path]:
    """Return the copies in the quarantine directly below a folder. Read-only."""
    with suppress(OSError):
        return sorted(Path(folder, QUARANTINE).glob(f"*{SUFFIX}"))
    return []


class Copies:
    """The open copies of one journal."""

    def __init__(self, path: Path, descriptor: int, plan_id: str) -> None:
        """Take the journal's path and descriptor; no copy is open yet."""
        self._path, self._journal, self._plan_id = path, descriptor, plan_id
        self._open: dict[str, int] = {}
        """Descriptor by quarantine."""
        self._same: dict[str, int] = {}
        """Bytes in which copy and journal are alike, for copies that are not up to date yet."""

    def join(self, quarantine: str, *, make: bool) -> list[bytes]:
        """Open the copy in a quarantine, and return the lines that the journal lacks.

        :meth:`bring_up_to_date` must follow once these are in the journal. With `make` a copy is
        made where there is none. Does nothing where the quarantine's folder is not there.

        Raises PlanError if journal and copy have gone different ways, JournalBusy while another
        pass has the copy, OSError when the system refuses.
        """
        path = copy_path(quarantine, self._plan_id)
        if quarantine in self._open or not (path.parent.is_dir() if make else path.exists()):
            return []
        if path.exists() and os.path.samestat(path.stat(), os.fstat(self._journal)):
            return []  # the copy is used in place of the journal
        descriptor = files.open_file(path, make=make, read_only=False)
        self._open[quarantine] = descriptor
        same = files.common_length(self._journal, descriptor)
        lacking = list(files.lines_from(descriptor, same))
        is_ahead = os.fstat(self._journal).st_size == same
        self._same[quarantine] = same + sum(map(len, lacking)) if is_ahead else same
        if lacking and not is_ahead and (same == 0 or any(b'"step"' not in one for one in lacking)):
            raise PlanError(
                f"{file_names.shown(str(self._path))} and {file_names.shown(str(path))} are of one "
                "plan, and tell of different passes; undo the one, or move it away"
            )
        return lacking

    def bring_up_to_date(self, quarantine: str) -> None:
        """Make a copy equal to the journal, and bring it to disk. Raises OSError."""
        same = self._same.pop(quarantine, None)
        if same is None:  # each line was appended to it as well
            return
        descriptor = self._open[quarantine]
        try:
            if os.fstat(descriptor).st_size > same:
                files.cut(descriptor, same)
            for line in files.lines_from(self._journal, same):
                files.append(descriptor, line, sync=False)
            os.fsync(descriptor)
            if same == 0:
                files.bring_to_disk(Path(quarantine))
        except OSError:
            self._leave(quarantine)
            raise

    def append(self, line: bytes, *, sync: bool) -> None:
        """Append a line to each copy; one that cannot be written is left behind.

        A copy that is behind says of some files that they are in quarantine still, which an undo
        and a purge find out. Before more is moved there, :meth:`join` must bring it up to date.
        """
        for quarantine, descriptor in list(self._open.items()):
            try:
                files.append(descriptor, line, sync=sync)
            except OSError:  # on a full disk a purge must go on
                self._leave(quarantine)

    def sync(self) -> None:
        """Bring all lines to disk."""
        for quarantine, descriptor in list(self._open.items()):
            try:
                os.fsync(descriptor)
            except OSError:
                self._leave(quarantine)

    def _leave(self, quarantine: str) -> None:
        os.close(self._open.pop(quarantine))

    def remove(self, quarantine: str) -> None:
        """Remove the copy in a quarantine that holds no file of this pass any more."""
        if (descriptor := self._open.pop(quarantine, None)) is not None:
            os.close(descriptor)
        with suppress(OSError):
            copy_path(quarantine, self._plan_id).unlink()

    def close(self) -> None:
        """Close the copies."""
        while self._open:
            os.close(self._open.popitem()[1])


def restore(path: Path, roots: tuple[str, ...], plan_id: str) -> None:
    """Make a journal that was lost again, from the copy in the quarantine of a root if any.

    Raises JournalNotWritten.
    """
    for root in roots:
        copy = copy_path(os.path.join(root, QUARANTINE), plan_id)
        if path.exists() or not copy.is_file() or path == copy:
            continue
        source = files.open_journal(copy, make=False, read_only=True)
        try:
            made = files.open_journal(path, make=True, read_only=False)
            try:
                for line in files.lines_from(source, 0):
                    files.append(made, line, sync=False)
                os.fsync(made)
                files.bring_to_disk(path.parent)
            except OSError as error:
                raise files.not_written(path, error) from error
            finally:
                os.close(made)
        finally:
            os.close(source)
