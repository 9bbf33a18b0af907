"""How long a scan takes that knows none of the files yet: ``python -m benchmarks.scan FOLDER``.

::

    python -m benchmarks.scan /tmp/sets/big --peer-python ~/peers/bin/python --limit
    python -m benchmarks.scan /tmp/sets/copies/copies --copy-of /tmp/sets/copies/distinct
    python -m benchmarks.scan /tmp/sets/progressive --without-shortcut --peers
    python -m benchmarks.scan /tmp/sets/small --also '--views plain' -o small.md

The whole process, from its start to its end, each time with a cache folder of its own; beside it,
run in turn, the tools that others use, as far as they are installed. ``--limit`` holds the
fingerprint stage against the decoder alone: libjpeg-turbo by simplejpeg, grey, at an eighth.
"""

from __future__ import annotations

import argparse
import json
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import measuring
from benchmarks.facts import add_output_option, facts, load, print_result
from benchmarks.measuring import Run
from benchmarks.peers import (
    Missing,
    add_python_option,
    add_scanners_option,
    find_package,
    scanners,
)
from dupscan.system.cpu_count import usable_cores

OURS = "dupscan"
STAGE = "fingerprint"
LIMIT = "the decoder alone, against the fingerprint stage"
HEAD = ("what", "seconds, median", "each run", "times dupscan's")


@dataclass(frozen=True, slots=True)
class Line:
    """What one row of the table tells."""

    name: str
    seconds: list[float]
    against: list[float] = field(default_factory=list)
    """What it is held against: dupscan's, in most rows."""

    def cells(self) -> tuple[str, ...]:
        """The row."""
        times = f"{measuring.ratio(self.against, self.seconds):.2f}" if self.against else ""
        return self.name, *measuring.in_seconds(self.seconds), times


def contenders(
    typed: argparse.Namespace, report: Path
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The command of each that takes part, dupscan first; and a line for each that cannot."""
    options = shlex.split(typed.options)
    commands = {OURS: measuring.dupscan_scan(typed.folder, report, *options)}
    for more in typed.also:
        commands[f"dupscan {more}"] = (*commands[OURS], *shlex.split(more))
    if typed.without_shortcut:
        commands["dupscan without the shortcut for progressive JPEGs"] = measuring.dupscan_scan(
            typed.folder, report, *options, door="benchmarks.without_shortcut"
        )
    if typed.copy_of is not None:
        name = f"dupscan on `{typed.copy_of.name}`"
        commands[name] = measuring.dupscan_scan(typed.copy_of, report, *options)
    missing = []
    for peer in scanners(typed.peers, typed.peer_python):
        if isinstance(peer, Missing):
            missing.append(f"- {peer.name}: {peer.why}.")
        else:
            commands[peer.name] = (*peer.command, str(typed.folder))
    return commands, missing


def measure(typed: argparse.Namespace) -> list[str]:
    """Run all in turn; the lines of the table, and those on what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        commands, missing = contenders(typed, Path(folder) / "report")
        ways: dict[str, Callable[[], Run]] = {
            name: partial(measuring.run, command) for name, command in commands.items()
        }
        if typed.limit:
            missing += _add_limit(ways, typed)
        runs = measuring.alternate(ways, typed.rounds, _before(typed))
    lines = [line.cells() for line in _lines(runs)]
    return [*measuring.table(HEAD, lines), *([""] if missing else []), *missing]


def _add_limit(ways: dict[str, Callable[[], Run]], typed: argparse.Namespace) -> list[str]:
    """The decoder alone as one more way; a line when it is missing."""
    peer = find_package("simplejpeg", "simplejpeg", typed.peer_python)
    if isinstance(peer, Missing):
        return [f"- {peer.name}: {peer.why}."]
    command = (*peer.command, str(typed.folder), str(usable_cores()))

    def decode() -> Run:
        done = measuring.run(command)
        return Run(json.loads(done.output)["seconds"])

    ways[f"{LIMIT} ({peer.name})"] = decode
    return []


def _before(typed: argparse.Namespace) -> Callable[[], None]:
    """What comes before each run."""
    if typed.state == "warm":
        return lambda: None
    folders = [typed.folder, *([typed.copy_of] if typed.copy_of is not None else [])]

    def forget() -> None:
        for folder in folders:
            measuring.forget(folder)

    return forget


def _lines(runs: dict[str, list[Run]]) -> list[Line]:
    """The whole processes, ours by stages too; the decoder against our stage."""
    whole = [run.seconds for run in runs[OURS]]
    names = list(dict.fromkeys(name for run in runs[OURS] for name in run.stages))
    stages = {name: [run.stages.get(name, 0.0) for run in runs[OURS]] for name in names}
    found = [Line(OURS, whole)]
    found += [Line(f"– {name}", seconds, whole) for name, seconds in stages.items()]
    for name, others in runs.items():
        if name == OURS:
            continue
        seconds = [run.seconds for run in others]
        is_limit = name.startswith(LIMIT)
        found.append(Line(name, seconds, stages.get(STAGE, whole) if is_limit else whole))
    return found


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scan",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn  [3]")
    parser.add_argument(
        "--state",
        choices=("cold", "warm"),
        default="cold",
        help="whether the files must come from the disk  [cold]",
    )
    parser.add_argument("--options", default="", help="options of each of dupscan's runs")
    parser.add_argument(
        "--also", action="append", default=[], help="dupscan with these options as well; repeatable"
    )
    parser.add_argument(
        "--without-shortcut",
        action="store_true",
        help="and dupscan when it decodes all of progressive JPEGs",
    )
    parser.add_argument("--copy-of", type=Path, help="and dupscan on this folder")
    parser.add_argument("--limit", action="store_true", help="and the decoder alone")
    add_scanners_option(parser)
    add_python_option(parser)
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Measure what was asked for, and print the result."""
    typed = read_arguments()
    rows = measure(typed)
    lines = [
        f"# A first scan of {typed.folder.name}",
        "",
        facts(typed.folder),
        f"The files are {typed.state}; {typed.rounds} runs of each, in turn. {load()}",
        "",
        *rows,
    ]
    print_result(lines, typed.output)


if __name__ == "__main__":
    main()
