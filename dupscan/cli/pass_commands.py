"""Parts that ``apply``, ``undo`` and ``purge`` share: options, Ctrl-C, output, exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import click

from dupscan import errors
from dupscan.cli.output import output_errors
from dupscan.dedupe import passes
from dupscan.model.plan import Outcome, State
from dupscan.progress import for_stream
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names

Command = TypeVar("Command", bound=Callable[..., Any])
STOPPING = b"\nStopping after this row; press Ctrl-C again to stop at once.\n"
_PREFIXES = {State.REFUSED: "refused: "}
"""Beginnings of the lines for rows, by state."""


def options(command: Command) -> Command:
    """Add the options that all these commands have."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print only the refused rows.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    return as_json(quiet(command))


@contextmanager
def terminal_context(*, quiet: bool, every_row: bool = False) -> Iterator[passes.PassContext]:
    """Yield the context of a pass at a terminal, in which Ctrl-C ends the pass between two rows.

    Each refused row is printed as a line on standard error; with `every_row` each other row too, on
    standard output, unless `quiet`.
    """
    stop = StopFlag()
    progress = for_stream(sys.stderr, quiet=quiet or every_row)

    def announce() -> None:
        with suppress(OSError):
            os.write(sys.stderr.fileno(), STOPPING)

    def show(outcome: Outcome) -> None:
        prefix = _PREFIXES.get(outcome.state, "")
        line = f"{prefix}{file_names.shown(outcome.path)}: {outcome.words}"
        if outcome.state is State.REFUSED:
            progress.say(line) if not (quiet or every_row) else click.echo(line, err=True)
        elif every_row and not quiet:
            with output_errors("nothing was changed"):
                click.echo(line)

    with stop.listening(announce):
        yield passes.PassContext(on_outcome=show, progress=progress, stop=stop)


def finish(summary: passes.PassSummary, *, as_json: bool, quiet: bool, lines: list[str]) -> int:
    """Print the summary of a pass, after some `lines`, and return the exit code."""
    with output_errors("the pass is done"):
        if as_json:
            click.echo(json.dumps(_json_object(summary)))
        elif not quiet:
            for line in lines:
                click.echo(line)
            click.echo(f"{'' if summary.complete else 'INCOMPLETE: '}{_counts(summary)}")
    if not summary.complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if summary.states[State.REFUSED] else errors.EXIT_DONE


def _counts(summary: passes.PassSummary) -> str:
    """Say how many rows there are of each state, such as ``12 done, 1 refused``."""
    parts = [f"{summary.states[state]:,} {state.value}" for state in State if summary.states[state]]
    if summary.kept:
        parts.append(f"{summary.kept:,} taken out of the plan")
    return ", ".join(parts) or "nothing to do"


def _json_object(summary: passes.PassSummary) -> dict[str, Any]:
    return {
        "complete": summary.complete,
        "done": summary.states[State.DONE],
        "would_be_done": summary.states[State.WOULD],
        "done_before": summary.states[State.DONE_BEFORE],
        "refused": summary.states[State.REFUSED],
        "kept": summary.kept,
        "freed": 0 if summary.frees_later else summary.freed,
        "freed_once_emptied": summary.freed if summary.frees_later else 0,
        "journal": file_names.shown(str(summary.journal)) if summary.journal else None,
    }
