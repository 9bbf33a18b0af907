"""The command line: options → settings → a public function → exit code. It prints the results.

Each command has a room; :mod:`dupscan.cli.pass_commands` has the three that work row by row.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import StringIO, TextIOWrapper

import click

from dupscan import errors
from dupscan.cli.printing import print_message
from dupscan.version import __version__

__all__ = ["commands", "run"]

_ROOMS = {
    "scan": "scan",
    "plan": "plan",
    **dict.fromkeys(("apply", "undo", "purge"), "pass_commands"),
    "passes": "passes",
    "compare": "compare",
    "calibrate": "calibrate",
    "store": "store",
}
"""The room of each command."""


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; messages go to standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show a ×
    try:
        code = commands.main(arguments, prog_name="dupscan", standalone_mode=False)
        return int(code or errors.EXIT_DONE)
    except click.ClickException as error:
        words = StringIO()
        error.show(words)
        print_message(words.getvalue().removesuffix("\n"))
        return errors.EXIT_USAGE
    except errors.InternalSignal:  # a mistake in dupscan, and shown as one
        raise
    except errors.DupscanError as error:
        print_message(f"dupscan: {error}")
        return error.exit_code
    except (OSError, EOFError, MemoryError) as error:  # too few files, threads or bytes allowed
        print_message(
            f"dupscan: the system refused a resource ({error or type(error).__name__}); "
            "are memory, open files or shared memory limited here? A scan needs less with fewer "
            "--workers"
        )
        return errors.EXIT_CANNOT_FINISH
    except (KeyboardInterrupt, click.Abort):
        print_message("dupscan: interrupted at once; a scan may have no report then")
        return errors.EXIT_INTERRUPTED


class _Commands(click.Group):
    """The commands by name, each imported only when it is used, so that the start is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ROOMS:
            return None
        command = getattr(import_module(f"dupscan.cli.{_ROOMS[cmd_name]}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)  # noqa: S101 (for the types)
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Find duplicate pictures in folder trees, and say how certain each duplicate is.

    \b
    Start with:
      dupscan scan ~/Pictures              # writes a report to dupscan-report
      dupscan plan dupscan-report          # decides what to do with duplicates: plan.csv
      dupscan apply plan.csv               # shows what would be done; --yes does it
    """
