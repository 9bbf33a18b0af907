"""Parts of all commands: results on standard output, Ctrl-C, and files that an option names."""

from __future__ import annotations

import errno
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from dupscan.cli.printing import print_line
from dupscan.errors import CannotFinish, UsageError
from dupscan.model.report import FolderQuestion
from dupscan.system import atomic
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names

JsonObject = dict[str, Any]

INCOMPLETE = (
    "INCOMPLETE: the scan was interrupted, so duplicates may be missing, and a better copy may lie "
    "where it did not look; scan to the end, and plan again"
)
"""Line of every result that comes of an interrupted scan."""


def print_result(
    what_is_safe: str,
    json_object: Callable[[], JsonObject],
    lines: Iterable[str],
    *,
    as_json: bool,
    quiet: bool = False,
) -> None:
    """Print the result of a command: one JSON object, or lines; errors as :func:`output_errors`."""
    with output_errors(what_is_safe):
        if as_json:
            print_line(json.dumps(json_object()))
        elif not quiet:
            for line in lines:
                print_line(line)


def question_in_words(question: FolderQuestion) -> str:
    """Return the question which of two folders to keep, and how to answer it, in one line."""
    kept, other = map(file_names.shown, question.folders)
    same = f"the same {question.pictures:,} pictures" if question.pictures > 1 else "one picture"
    return (
        f"{kept} and {other} hold {same}, and nothing says which to keep: "
        f"answer with plan --keep under:{shlex.quote(kept)}"
    )


@contextmanager
def output_errors(what_is_safe: str) -> Iterator[None]:
    """Ignore a closed pipe or terminal while the block prints.

    Raises CannotFinish for other write errors, such as a full disk; its text begins with
    `what_is_safe`.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise CannotFinish(
                f"{what_is_safe}, but it cannot be printed: {error.strerror}"
            ) from error


@contextmanager
def stop_on_ctrl_c(words: str) -> Iterator[StopFlag]:
    """Yield a flag that the first Ctrl-C within the block sets; `words` are printed then."""
    stop = StopFlag()

    def announce() -> None:
        # Straight to the terminal: a signal may come while a line is being written there.
        with suppress(OSError):
            os.write(sys.stderr.fileno(), words.encode())

    with stop.listening(announce):
        yield stop


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A place for a file. Only an older file of the same kind is ever replaced there."""

    option: str
    path: Path
    mark: str
    """Text in the first kilobyte of each file of this kind."""
    suffix: str = ""
    """Required ending of the name; empty for any."""
    inputs: tuple[str, ...] = ()
    """Files that the command reads, and that are not replaced even if they have the mark."""

    def check(self) -> None:
        """Raise UsageError, with the way out, if the file may not be written. Read-only."""
        shown, folder = f"{self.option} {file_names.shown(str(self.path))}", self.path.parent
        if self.path.suffix.lower() != self.suffix and self.suffix:
            raise UsageError(f"{shown}: choose a name that ends in {self.suffix}")
        if not folder.is_dir():
            raise UsageError(
                f"{shown}: there is no folder {file_names.shown(str(folder))}; create it first"
            )
        if not os.access(folder, os.W_OK):
            raise UsageError(f"{shown}: its folder cannot be written to; choose another place")
        if any(_is_same_file(self.path, path) for path in self.inputs):
            raise UsageError(f"{shown}: that is one of the two pictures; choose another name")
        if not atomic.is_replaceable(self.path, self.mark.encode()):
            raise UsageError(
                f"{shown}: a file that dupscan did not write is there and is not replaced; move it "
                "away or choose another name"
            )

    def write(self, content: bytes) -> None:
        """Write the file, whole or not at all, after another :meth:`check`.

        Raises UsageError as :meth:`check` does, and CannotFinish if the disk is full or the like.
        """

        def save(file: BinaryIO) -> None:
            file.write(content)

        self.check()
        try:
            atomic.write_together(self.path.parent, {self.path.name: save})
        except OSError as error:
            raise CannotFinish(
                f"cannot write {file_names.shown(str(self.path))}: {error.strerror}; make room "
                "there, or choose another place"
            ) from error


def _is_same_file(path: Path, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False
