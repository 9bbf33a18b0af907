"""``dupscan undo``: a journal in, everything back in its place that can be."""

from __future__ import annotations

from pathlib import Path

import click

from dupscan.cli import pass_commands
from dupscan.dedupe import passes

EXAMPLES = """\b
Examples:
  dupscan undo plan-3f2a….journal

"""
EXIT_CODES = """\b
Exit codes:
  0    everything is back
  2    wrong usage, or no journal
  3    the journal cannot be written, or another pass has it
  4    finished, but something was refused: it was deleted, or changed since
  130  interrupted; the same command goes on from there
"""


@click.command("undo", short_help="Put back what a pass did.", epilog=EXAMPLES + EXIT_CODES)
@click.argument("journal", metavar="JOURNAL", type=click.Path(path_type=Path))
@pass_commands.options
def undo_command(*, journal: Path, as_json: bool, quiet: bool) -> int:
    """Put back what `dupscan apply` did, by its journal, the latest first.

    What was quarantined or trashed goes back to its place; a link becomes a file of its own again,
    with the mode, owner and times it had. Nothing that came since is written over, and what cannot
    be put back is said: what was deleted, or purged.
    """
    with pass_commands.looking_on(quiet=quiet or as_json) as around:
        passed = passes.undo_journal(journal, around)
    return pass_commands.end(passed, as_json=as_json, quiet=quiet, words=[])
