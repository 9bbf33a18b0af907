"""argv → settings → a library function → exit code. The only room that prints.

One file a command; what they share is in :mod:`dupscan.cli.options` and
:mod:`dupscan.cli.output`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper

import click

import dupscan
from dupscan import errors

__all__ = ["commands", "run"]


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; messages go to standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show a ×
    try:
        code = commands.main(arguments, prog_name="dupscan", standalone_mode=False)
        return int(code or errors.EXIT_DONE)
    except click.ClickException as error:
        error.show()
        return errors.EXIT_USAGE
    except errors.InternalSignal:  # a mistake in dupscan, and shown as one
        raise
    except errors.DupscanError as error:
        click.echo(f"dupscan: {error}", err=True)
        return error.exit_code
    except (OSError, EOFError, MemoryError) as error:  # too few files, threads or bytes allowed
        click.echo(
            f"dupscan: the system refused what is needed ({error or type(error).__name__}); "
            "are memory, open files or shared memory limited here? A scan needs less with fewer "
            "--workers",
            err=True,
        )
        return errors.EXIT_CANNOT_FINISH
    except (KeyboardInterrupt, click.Abort):
        click.echo("dupscan: interrupted at once; a scan may have no report then", err=True)
        return errors.EXIT_INTERRUPTED


class _Commands(click.Group):
    """The commands by their names, each imported when it is asked for: others would take longer."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["scan", "plan", "apply", "undo", "purge", "compare", "calibrate", "store"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = getattr(import_module(f"dupscan.cli.{cmd_name}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)  # noqa: S101 (for the types)
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96}
)
@click.version_option(dupscan.__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Find duplicate pictures in folder trees, and say how sure that is of each.

    \b
    Start with:
      dupscan scan ~/Pictures              # writes a report to dupscan-report
      dupscan plan dupscan-report          # what is to be done with the duplicates? plan.csv
      dupscan apply plan.csv               # says what would be done; with --yes it is
    """
