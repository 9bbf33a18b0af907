"""``dupscan passes``: list the passes that changed files, and what can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from dupscan import errors
from dupscan.cli import options
from dupscan.cli.output import print_result
from dupscan.dedupe import passes
from dupscan.dedupe.passes import PassRecord
from dupscan.model.plan import Action
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words, counted

EPILOG = """\b
Examples:
  dupscan passes                       all passes of yours, the latest last
  dupscan passes /mnt/backup           also those whose journals, or copies, are there
  dupscan undo --last                  put back what the last pass did

\b
Exit codes:
  0    done, even if there is no pass
  2    wrong usage, or a folder that is not there
  130  interrupted
"""
_DONE = {
    Action.QUARANTINE: "in quarantine",
    Action.TRASH: "in the trash",
    Action.HARDLINK: "hard-linked",
    Action.SYMLINK: "linked",
    Action.REFLINK: "sharing blocks",
    Action.DELETE: "deleted",
}


@click.command("passes", short_help="List what apply did, and what can be undone.", epilog=EPILOG)
@click.argument("folders", nargs=-1, metavar="[FOLDER]...", type=options.NamedPath())
@options.as_json
def passes_command(*, folders: tuple[str, ...], as_json: bool) -> int:
    """List the passes of `dupscan apply`, each with its journal and what can be undone.

    dupscan remembers where the journals of your passes are. In each FOLDER, and in the current one,
    it also looks for journals, and for the copies of journals that lie in a quarantine. No file is
    changed.
    """
    found = passes.list_passes((*folders, "."))
    print_result(
        "the passes were listed",
        lambda: {"passes": [_json_object(one) for one in found]},
        _lines(found),
        as_json=as_json,
    )
    return errors.EXIT_DONE


def _lines(found: list[PassRecord]) -> Iterator[str]:
    if not found:
        yield "No pass is known; name the folder in which a journal or a quarantine is"
    for one in found:
        yield f"{_time(one.begun)}  {one.action.value}: {'; '.join(_parts(one))}"
        note = " (a copy in the quarantine; the journal is lost)" if one.is_copy else ""
        yield f"    {file_names.shown(str(one.journal))}{note}"


def _parts(one: PassRecord) -> Iterator[str]:
    """Yield in words what became of the files of a pass."""
    if not one.is_there:
        yield "its journal is not there; is its drive mounted?"
        return
    size = f", {bytes_in_words(one.quarantined_bytes)}" if one.quarantined_bytes else ""
    if one.done:
        yield f"{counted(one.done, 'file')} {_DONE[one.action]}{size}"
    if one.undone:
        yield f"{one.undone:,} put back"
    if one.purged:
        yield f"{one.purged:,} purged"
    if one.unfinished:
        yield f"{one.unfinished:,} interrupted"
    if one.freed_bytes:
        yield f"{bytes_in_words(one.freed_bytes)} freed"
    if not one.acted:
        yield "nothing was changed"
    elif one.undoable:
        yield f"{one.undoable:,} can be undone"


def _time(begun: str) -> str:
    """Return a time in local time, to the minute."""
    try:
        return f"{datetime.fromisoformat(begun).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):  # no time, or one that was tampered with
        return "at some time    "


def _json_object(one: PassRecord) -> dict[str, Any]:
    fields = asdict(one)
    path: Path = fields["journal"]
    return fields | {
        "action": one.action.value,
        "journal": file_names.shown(str(path)),
        "undoable": one.undoable,
    }
