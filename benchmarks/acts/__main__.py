"""Kill and interfere, count what is lost, and print it; see :mod:`benchmarks.acts`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks.acts import adversary, kills, runs
from benchmarks.acts.adversary import Aftermath, Interference
from benchmarks.acts.kills import Kill
from benchmarks.acts.runs import STORIES, Blow, Story
from benchmarks.facts import add_output_option, load, machine, print_result
from benchmarks.measuring import table
from dupscan.model.plan import Action

_SEED = 20261122
_AT_INSTANTS = 6
"""One of so many kills comes at a random instant, the others after a call."""
_TOLD = 300
"""Characters of what went wrong."""
_SAID = 100
"""After how many it is said how many they are."""
Thing = TypeVar("Thing")


def plan_blows(stories: Sequence[Story], many: int, folder: Path) -> list[tuple[Story, Blow]]:
    """Where to kill, so many times: after each call of each story, and at random instants."""
    chance = random.Random(_SEED)
    blows: list[tuple[Story, Blow]] = []
    seconds: dict[Story, float] = {}
    for story in stories:
        clock = time.monotonic()
        names = runs.count_calls(story, folder)
        seconds[story] = time.monotonic() - clock
        its = [
            (story, Blow(number, kind=kind))
            for number, name in enumerate(names, start=1)
            for kind in (("kill", "power", "torn") if name == "write" else ("kill", "power"))
        ]
        blows += chance.sample(its, len(its))
    chosen = spread(blows, many - many // _AT_INSTANTS)
    for number in range(many - len(chosen)):
        story = stories[number % len(stories)]
        chosen.append((story, Blow(seconds=chance.uniform(0.001, seconds[story]))))
    return chosen


def plan_interferences(stories: Sequence[Story], many: int, folder: Path) -> list[Interference]:
    """Where to interfere, at most so many times: each deed at each call of each story."""
    chance = random.Random(_SEED)
    everything: list[Interference] = []
    for story in stories if many else ():
        calls = len(runs.count_calls(story, folder, single=True))
        its = list(adversary.interferences(story, calls))
        everything += chance.sample(its, len(its))
    return spread(everything, many)


def counted(things: Sequence[Thing], what: str) -> Iterator[Thing]:
    """Each of them, and now and then how many are behind us."""
    for number, one in enumerate(things):
        if number % _SAID == 0:
            print(f"{number:,} of {len(things):,} {what}", file=sys.stderr)
        yield one


def spread(things: Sequence[Thing], many: int) -> list[Thing]:
    """At most so many of them, evenly from the first to the last.

    >>> spread("abcdef", 3), spread("ab", 3)
    (['a', 'c', 'e'], ['a', 'b'])
    """
    if len(things) <= many:
        return list(things)
    return [things[number * len(things) // many] for number in range(many)]


def told_of_kills(found: Sequence[Kill]) -> Iterator[str]:
    """What came of the kills, as lines."""
    rows = []
    for story in dict.fromkeys(one.story for one in found):
        its = [one for one in found if one.story == story]
        numbers = (
            len(its),
            sum(bool(one.blow.seconds) for one in its),
            sum(bool(one.losses) for one in its),
            sum(bool(one.oddities) for one in its),
            sum(bool(one.dust) for one in its),
            sum(one.forgotten for one in its),
        )
        rows.append((str(story), *map(str, numbers)))
    sums = [str(sum(int(row[at]) for row in rows)) for at in range(1, 7)]
    header = ("what", "kills", "at an instant", "losses", "oddities", "dust", "lines lost")
    yield from table(header, [*rows, ("all", *sums)])
    yield ""
    names = Counter(one.call for one in found if one.blow.call)
    yield "After which call: " + ", ".join(f"{name} {many}" for name, many in names.most_common())
    yield from _examples((one.losses + one.oddities, f"{one.story}, {one.blow}") for one in found)


def told_of_interferences(found: Sequence[Aftermath]) -> Iterator[str]:
    """What came of the interferences, as lines."""
    rows = []
    for story in dict.fromkeys(one.interference.story for one in found):
        its = [one for one in found if one.interference.story == story]
        numbers = (
            len(its),
            sum(bool(one.interference.kill) for one in its),
            sum(bool(one.losses) for one in its),
            sum(bool(one.half) for one in its),
            sum(bool(one.shared) for one in its),
        )
        rows.append((str(story), *map(str, numbers)))
    sums = [str(sum(int(row[at]) for row in rows)) for at in range(1, 6)]
    header = ("what", "interferences", "and a kill", "losses", "half-written", "shared")
    yield from table(header, [*rows, ("all", *sums)])
    yield ""
    yield "Shared: the other program destroyed one copy, and we the other in the same moment."
    promised = [one for one in found if one.interference.is_promised]
    yield f"Losses where none may be: {sum(bool(one.losses or one.half) for one in promised)}."
    yield from _examples((one.losses + one.half, str(one.interference)) for one in found)


def _examples(found: Iterable[tuple[tuple[str, ...], str]]) -> Iterator[str]:
    """Everything that went wrong, with where."""
    troubles = [(words, where) for words, where in found if words]
    if troubles:
        yield ""
    for words, where in troubles:
        yield f"- {where}: {'; '.join(words)[:_TOLD]}"


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.acts",
        description=sys.modules["benchmarks.acts"].__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=2000, help="how many  [2000]")
    parser.add_argument(
        "--interferences", type=int, default=10_000, help="how many at most  [10000]"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the trees are made; reflinks are only tried where they work  "
        "[the folder for temporary files]",
    )
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Kill, interfere, and print; exit with 1 when something was lost or is odd."""
    typed = read_arguments()
    clock = time.monotonic()
    with tempfile.TemporaryDirectory(dir=typed.folder) as inside:
        folder = Path(inside)
        with_reflinks = runs.has_reflinks(folder)
        stories = [
            story for story in STORIES if with_reflinks or story.action is not Action.REFLINK
        ]
        chance = random.Random(_SEED)
        blows = plan_blows(stories, typed.kills, folder)
        killed = [kills.kill_at(*blow, folder, chance) for blow in counted(blows, "kills")]
        deeds = plan_interferences(stories, typed.interferences, folder)
        disturbed = [adversary.interfere(deed, folder) for deed in counted(deeds, "interferences")]
    reflinks = "" if with_reflinks else " No reflinks here."
    lines = [
        "# Killed and interfered with while acting",
        "",
        machine(),
        f"It took {time.monotonic() - clock:.0f} s.{reflinks} {load()}",
        "",
        "## Killed",
        "",
        *told_of_kills(killed),
        "",
        "## Interfered with",
        "",
        *told_of_interferences(disturbed),
    ]
    print_result(lines, typed.output)
    is_well = not any(one.losses or one.oddities or one.forgotten for one in killed)
    promised = [one for one in disturbed if one.interference.is_promised]
    if not is_well or any(one.losses or one.half for one in promised):
        sys.exit(1)


if __name__ == "__main__":
    main()
