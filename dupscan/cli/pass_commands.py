"""What the commands of the pass that acts share: how they stop, what they tell, how they end."""

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

Door = TypeVar("Door", bound=Callable[..., Any])
STOPPING = b"\nStopping after this row; press Ctrl-C again to stop at once.\n"
_TOLD = {State.REFUSED: "refused: "}


def options(door: Door) -> Door:
    """The options that all these commands have."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print only what was refused.")
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    return as_json(quiet(door))


@contextmanager
def looking_on(*, quiet: bool, all_told: bool = False) -> Iterator[passes.PassContext]:
    """The circumstances of a pass at a terminal: Ctrl-C ends it between two rows.

    Each row that was refused gets a line on standard error; with `all_told` every row one on
    standard output.
    """
    stop = StopFlag()
    progress = for_stream(sys.stderr, quiet=quiet or all_told)

    def announce() -> None:
        with suppress(OSError):
            os.write(sys.stderr.fileno(), STOPPING)

    def tell(outcome: Outcome) -> None:
        line = f"{_TOLD.get(outcome.state, '')}{file_names.shown(outcome.path)}: {outcome.words}"
        if outcome.state is State.REFUSED:
            progress.say(line) if not (quiet or all_told) else click.echo(line, err=True)
        elif all_told and not quiet:
            with output_errors("nothing was changed"):
                click.echo(line)

    with stop.listening(announce):
        yield passes.PassContext(told=tell, progress=progress, stop=stop)


def end(passed: passes.PassSummary, *, as_json: bool, quiet: bool, words: list[str]) -> int:
    """Print what came of a pass, and return its exit code."""
    with output_errors("the pass is done"):
        if as_json:
            click.echo(json.dumps(_summary(passed)))
        elif not quiet:
            for line in words:
                click.echo(line)
            click.echo(f"{'' if passed.complete else 'INCOMPLETE: '}{_counts(passed)}")
    if not passed.complete:
        return errors.EXIT_INTERRUPTED
    return errors.EXIT_UNREADABLE if passed.states[State.REFUSED] else errors.EXIT_DONE


def _counts(passed: passes.PassSummary) -> str:
    """How many rows of each kind, such as ``12 done, 1 refused``."""
    parts = [f"{passed.states[state]:,} {state.value}" for state in State if passed.states[state]]
    if passed.kept:
        parts.append(f"{passed.kept:,} taken out of the plan")
    return ", ".join(parts) or "nothing to do"


def _summary(passed: passes.PassSummary) -> dict[str, Any]:
    return {
        "complete": passed.complete,
        "done": passed.states[State.DONE],
        "would_be_done": passed.states[State.WOULD],
        "done_before": passed.states[State.DONE_BEFORE],
        "refused": passed.states[State.REFUSED],
        "kept": passed.kept,
        "freed": 0 if passed.frees_later else passed.freed,
        "freed_once_emptied": passed.freed if passed.frees_later else 0,
        "journal": file_names.shown(str(passed.journal)) if passed.journal else None,
    }
