"""``dupscan purge``: empties the quarantine of a journal for good."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dupscan import errors
from dupscan.cli import pass_commands
from dupscan.dedupe import passes
from dupscan.text.units import bytes_in_words

EXAMPLES = """\b
Examples:
  dupscan purge plan-3f2a….journal

"""
EXIT_CODES = """\b
Exit codes:
  0    the quarantine of this journal is empty, or you answered no
  2    wrong usage, or no journal
  3    the journal cannot be written, or another pass has it open
  4    finished, but some files were refused: their keepers changed
  130  interrupted; the same command goes on from there
"""


@click.command("purge", short_help="Empty a quarantine for good.", epilog=EXAMPLES + EXIT_CODES)
@click.argument("journal", metavar="JOURNAL", type=click.Path(path_type=Path))
@click.option(
    "--yes",
    is_flag=True,
    help="Do not ask. Without a terminal purge never asks: it deletes at once.",
)
@pass_commands.options
def purge_command(*, journal: Path, yes: bool, as_json: bool, quiet: bool) -> int:
    """Delete for good what `dupscan apply` put into quarantine, by its journal.

    Each file is deleted only after its keeper was checked again, byte by byte for the verdict
    `file`. Nothing brings the files back after that.
    """
    if not yes and sys.stdin.isatty() and not _is_confirmed(journal):
        click.echo("Nothing was deleted.", err=True)
        return errors.EXIT_DONE
    with pass_commands.terminal_context(quiet=quiet or as_json) as context:
        summary = passes.purge(journal, context=context)
    freed = f"{bytes_in_words(summary.freed)} freed"
    return pass_commands.finish(summary, as_json=as_json, quiet=quiet, lines=[freed])


def _is_confirmed(journal: Path) -> bool:
    """Ask the person at the terminal, with the number and size of the files; True if yes."""
    quarantined = passes.quarantine_size(journal)
    files = "1 file" if quarantined.files == 1 else f"{quarantined.files:,} files"
    question = f"Delete {files} from quarantine for good, {bytes_in_words(quarantined.size)}?"
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        return False
