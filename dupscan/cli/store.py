"""``dupscan store``: what is remembered of earlier scans, and how to make it smaller."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from dupscan import errors, store
from dupscan.cli.output import output_errors
from dupscan.fingerprint.signature import signature
from dupscan.progress import for_stream
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

EXAMPLES = """\b
Examples:
  dupscan store info
  dupscan store prune
  dupscan store info --store /mnt/backup/fingerprints.sqlite

"""
EXIT_CODES = """\b
Exit codes:
  0    done
  2    wrong usage, or there is no store
  3    the store is damaged, locked, in use, or not one of dupscan; it is left as it is
"""

_file = click.option(
    *("--store", "file"),
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The store.  [default: in your cache folder]",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")


@click.group(
    "store", short_help="What is remembered of earlier scans.", epilog=EXAMPLES + EXIT_CODES
)
def store_command() -> None:
    """Look into the store of fingerprints, or make it smaller.

    A scan keeps there what it worked out of each picture, so that the next one reads only what is
    new. It can be deleted at any time: the next scan then reads everything again.
    """


@store_command.command("info", epilog=EXIT_CODES)
@_file
@_as_json
def info_command(file: Path | None, *, as_json: bool) -> int:
    """Tell where the store is, how large, and how many files it knows."""
    found = store.inspect(file or store.usual_place(), signature())
    with output_errors("the store was read"):
        if as_json:
            _print_json(found)
        else:
            click.echo(f"{file_names.shown(str(found.file))}: {bytes_in_words(found.size)}")
            click.echo(
                f"{found.files:,} files known, {found.fingerprints:,} fingerprints, "
                f"{found.outdated:,} files outdated"
            )
            for text in found.signatures:
                click.echo(f"  made by {text}")
    return errors.EXIT_DONE


@store_command.command("prune", epilog=EXIT_CODES)
@_file
@_as_json
def prune_command(file: Path | None, *, as_json: bool) -> int:
    """Forget files that are gone, and what other versions of dupscan made.

    Files on a drive that is not there now are kept. No picture is touched.
    """
    progress = for_stream(sys.stderr, quiet=as_json)
    with progress.stage("look", None, "files") as meter:
        found = store.prune(file or store.usual_place(), signature(), meter.advance)
    with output_errors("the store is pruned"):
        if as_json:
            _print_json(found)
        else:
            click.echo(
                f"Forgot {found.gone:,} files that are gone, {found.outdated:,} outdated ones and "
                f"{found.fingerprints:,} fingerprints, {bytes_in_words(max(0, found.freed))} freed"
            )
            if found.away:
                click.echo(f"Kept {found.away:,} files whose file system is not there now")
    return errors.EXIT_DONE


def _print_json(found: store.StoreInfo | store.Pruned) -> None:
    def legible(value: Any) -> Any:
        return file_names.shown(str(value)) if isinstance(value, Path) else value

    click.echo(json.dumps({key: legible(value) for key, value in asdict(found).items()}))
