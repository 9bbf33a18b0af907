"""``dupscan undo``: puts back what a journal lists."""

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
  3    the journal cannot be written, or another pass has it open
  4    finished, but some rows were refused: their files were deleted, or changed since
  130  interrupted; the same command goes on from there
"""


@click.command("undo", short_help="Put back what apply did.", epilog=EXAMPLES + EXIT_CODES)
@click.argument("journal", metavar="JOURNAL", type=click.Path(path_type=Path))
@pass_commands.options
def undo_command(*, journal: Path, as_json: bool, quiet: bool) -> int:
    """Put back what `dupscan apply` did, by its journal, the latest row first.

    Files in quarantine or trash go back to their places; a link becomes a file of its own
    again, with the mode, owner and times that it had. No newer file is overwritten. Files that
    cannot come back, such as deleted or purged ones, are named with the reason.
    """
    with pass_commands.terminal_context(quiet=quiet or as_json) as context:
        summary = passes.undo(journal, context=context)
    return pass_commands.finish(summary, as_json=as_json, quiet=quiet, lines=[])
