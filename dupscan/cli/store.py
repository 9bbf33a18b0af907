"""``dupscan store``: look into the store of fingerprints, or make it smaller."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from dupscan import errors, store
from dupscan.cli import options
from dupscan.cli.output import print_result
from dupscan.fingerprint.signature import signature
from dupscan.progress import for_stream
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words, counted

EXAMPLES = """\b
Examples:
  dupscan store info
  dupscan store prune
  dupscan store info --store /mnt/backup/fingerprints.sqlite

"""
EXIT_CODES = """\b
Exit codes:
  0    done
  2    wrong usage, or no such store
  3    the store is damaged, locked, in use, or no store of dupscan; it is left as it is
"""

_file = options.file(
    *("--store", "file"),
    words="File of the store.  [default: in your cache folder]",
)


@click.group(
    "store",
    short_help="Look into the store of fingerprints, or prune it.",
    epilog=EXAMPLES + EXIT_CODES,
)
def store_command() -> None:
    """Look into the store of fingerprints, or make it smaller.

    A scan keeps the fingerprint of each picture in the store, so that the next scan reads only new
    and changed files. You may delete the store at any time: the next scan then reads all files.
    """


@store_command.command("info", epilog=EXIT_CODES)
@_file
@options.as_json
def info_command(file: Path | None, *, as_json: bool) -> int:
    """Print where the store is, how large it is, and how many files it knows."""
    found = store.inspect(file or store.usual_place(), signature())
    counts = f"{counted(found.files, 'file')} known, {counted(found.fingerprints, 'fingerprint')}"
    lines = (
        f"{file_names.shown(str(found.file))}: {bytes_in_words(found.size)}",
        f"{counts}, {counted(found.outdated, 'file')} outdated",
        *(f"  made by {text}" for text in found.signatures),
    )
    print_result("the store was read", lambda: _json_object(found), lines, as_json=as_json)
    return errors.EXIT_DONE


@store_command.command("prune", epilog=EXIT_CODES)
@_file
@options.as_json
def prune_command(file: Path | None, *, as_json: bool) -> int:
    """Forget files that are gone, and results of other versions of dupscan.

    Files on a drive that is not connected are kept in the store. No picture is touched.
    """
    progress = for_stream(sys.stderr, quiet=as_json)
    with progress.stage("look", None, "files") as meter:
        found = store.prune(file or store.usual_place(), signature(), meter.advance)
    are = "is" if found.gone == 1 else "are"
    gone = f"{counted(found.gone, 'file')} that {are} gone, "
    gone += counted(found.outdated, "outdated file")
    freed = bytes_in_words(max(0, found.freed))
    lines = [f"Forgot {gone} and {counted(found.fingerprints, 'fingerprint')}, {freed} freed"]
    if found.away:
        lines.append(f"Kept {counted(found.away, 'file')} whose file system is not mounted")
    print_result("the store is pruned", lambda: _json_object(found), lines, as_json=as_json)
    return errors.EXIT_DONE


def _json_object(found: store.StoreInfo | store.Pruned) -> dict[str, Any]:
    return {
        name: file_names.shown(str(value)) if isinstance(value, Path) else value
        for name, value in asdict(found).items()
    }
