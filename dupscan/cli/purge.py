"""``dupscan purge``: a journal in, its quarantine emptied for good."""

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
  0    the quarantine of this journal is empty
  2    wrong usage, or no journal
  3    the journal cannot be written, or another pass has it
  4    finished, but something was refused: its keeper is not what it was
  130  interrupted; the same command goes on from there
"""


@click.command("purge", short_help="Empty a quarantine for good.", epilog=EXAMPLES + EXIT_CODES)
@click.argument("journal", metavar="JOURNAL", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask, as is done on a terminal.")
@pass_commands.options
def purge_command(*, journal: Path, yes: bool, as_json: bool, quiet: bool) -> int:
    """Delete for good what `dupscan apply` put into quarantine, by its journal.

    Each file only once its keeper is seen to be there and to hold the same, byte by byte for
    `file`. Nothing brings it back after that.
    """
    if not yes and sys.stdin.isatty() and not _is_confirmed(journal):
        click.echo("Nothing was deleted.", err=True)
        return errors.EXIT_DONE
    with pass_commands.looking_on(quiet=quiet or as_json) as around:
        passed = passes.purge_journal(journal, around)
    freed = f"{bytes_in_words(passed.freed)} freed"
    return pass_commands.end(passed, as_json=as_json, quiet=quiet, words=[freed])


def _is_confirmed(journal: Path) -> bool:
    """Whether the person at the terminal wants it, who is told what there is."""
    count, size = passes.quarantined(journal)
    files = "1 file" if count == 1 else f"{count:,} files"
    question = f"Delete {files} from quarantine for good, {bytes_in_words(size)}?"
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        return False
