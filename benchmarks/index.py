"""How long it takes to find all near pairs among many hashes: ``python -m benchmarks.index``.

::

    python -m benchmarks.index --count 100000
    python -m benchmarks.index --count 1000000 --rounds 1 --peer-python ~/peers/bin/python
    python -m benchmarks.index --tree --rounds 1

Random 64-bit hashes, of which one in a hundred is another with a few bits changed, so that there
is something to find. On one core. FAISS (``faiss-cpu``) answers beside ours where it is installed,
and pybktree where there are few hashes; all must find the same pairs. ``--tree`` shows up to how
many pictures the BK-tree is quick enough to be used by default.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import measuring
from benchmarks.facts import add_output_option, load, machine, print_result
from benchmarks.peers import Missing, add_python_option, find_package
from dupscan.index import candidates
from dupscan.index.bktree import TreeIndex
from dupscan.index.multi_index import MultiIndex
from dupscan.model.hash_table import VIEWS, HashTable
from dupscan.model.views import FIXED, PARTS
from dupscan.settings import MOST_IN_TREE, MatchSettings

HashArray = NDArray[np.uint64]
PackedPairs = NDArray[np.uint64]
"""Both places of each pair in one number, the smaller in the upper half; in order."""

SEED = 20261122
ORIENTATIONS = 8
CLIQUE = 50_000
"""Equal hashes."""
MOST_PAIRED_BY_TREE = 20_000
"""Hashes up to which the BK-tree is asked for all pairs: it takes minutes for more."""
LOOKED_UP = (32, 100, MOST_IN_TREE, 300, 1_000, 3_000)
"""Pictures whose whole look-up is measured by tree and by tables."""
_PLANTED, _MOST_FLIPPED = 100, 12
"""One in so many hashes is another; bits changed in it at most."""
_QUERIES_PER_CALL = 1 << 20
"""Queries."""


def random_hashes(count: int) -> HashArray:
    """Hashes of which some are near another."""
    chance = np.random.default_rng(SEED)
    values = chance.integers(0, 1 << 64, count, np.uint64)
    some = count // _PLANTED
    copies, sources = chance.permutation(count)[: 2 * some].reshape(2, some)
    values[copies] = values[sources]
    for _ in range(_MOST_FLIPPED):
        bits = np.uint64(1) << chance.integers(0, 64, some).astype(np.uint64)
        values[copies] ^= np.where(chance.random(some) < 0.5, bits, np.uint64(0))
    return values


def all_pairs(kind: type[MultiIndex | TreeIndex], values: HashArray, radius: int) -> PackedPairs:
    """Every pair of two of the hashes within the radius."""
    index = kind(values, radius)
    found = [np.empty(0, np.uint64)]
    for start in range(0, len(values), _QUERIES_PER_CALL):
        for queries, places, _ in index.near(values[start : start + _QUERIES_PER_CALL]):
            found.append(_packed(queries + start, places))
    return np.sort(np.concatenate(found))


def _packed(queries: NDArray[np.intp], places: NDArray[np.intp]) -> PackedPairs:
    """Each pair once: it is met from both sides."""
    once = queries < places
    return queries[once].astype(np.uint64) << np.uint64(32) | places[once].astype(np.uint64)


def pairs_of_views(values: HashArray, views: HashArray, radius: int) -> int:
    """How many of the views, and of the hashes themselves, are near one of the hashes."""
    index = MultiIndex(values, radius)
    return sum(
        len(places) for queries in (values, *views.T) for _, places, _ in index.near(queries)
    )


def pairs_by_faiss(
    command: tuple[str, ...], values: HashArray, radius: int
) -> tuple[float, PackedPairs]:
    """Seconds that FAISS says it took, and what it found."""
    with tempfile.TemporaryDirectory() as folder:
        hashes, pairs = Path(folder) / "hashes.npy", Path(folder) / "pairs.npy"
        np.save(hashes, values)
        told = json.loads(measuring.run((*command, str(hashes), str(radius), str(pairs))).output)
        found = np.load(pairs).astype(np.uint64)
    return told["seconds"], np.sort(found[:, 0] << np.uint64(32) | found[:, 1])


def table_of(values: HashArray, views: HashArray) -> HashTable:
    """Pictures that have these hashes, and views only under the orientations."""
    return HashTable(
        numbers=np.arange(len(values)),
        plain=values,
        parts=np.zeros((len(values), 2), np.uint64),
        borders={},
        views=lambda start, end: _padded(views[start:end]),
    )


def _padded(views: HashArray) -> HashArray:
    return np.pad(views, ((0, 0), (0, VIEWS - views.shape[1])))


def timed(work: Callable[[], PackedPairs]) -> tuple[float, PackedPairs]:
    """Seconds, and what came of it."""
    clock = time.monotonic()
    found = work()
    return time.monotonic() - clock, found


def compare(typed: argparse.Namespace) -> Iterator[str]:
    """All pairs by each way there is, as a table; then the price of the views."""
    values = random_hashes(typed.count)
    ways: dict[str, Callable[[], tuple[float, PackedPairs]]] = {
        "dupscan, multi-index": partial(timed, partial(all_pairs, MultiIndex, values, typed.radius))
    }
    if not typed.no_faiss:
        faiss = find_package("faiss-cpu", "faiss", typed.peer_python)
        if isinstance(faiss, Missing):
            yield f"- {faiss.name}: {faiss.why}."
        else:
            ways[f"{faiss.name}, IndexBinaryMultiHash(64, 3, 21), nflip 2"] = partial(
                pairs_by_faiss, faiss.command, values, typed.radius
            )
    if typed.count <= MOST_PAIRED_BY_TREE:
        ways["dupscan, BK-tree"] = partial(
            timed, partial(all_pairs, TreeIndex, values, typed.radius)
        )
    yield from ("", *_held_together(measuring.alternate(ways, typed.rounds)), "")
    yield from _views(values, typed.radius, typed.rounds)


def _held_together(taken: Mapping[str, list[tuple[float, PackedPairs]]]) -> list[str]:
    """The seconds of each way, and whether it found what the first did."""
    (_, expected), *_ = next(iter(taken.values()))
    own = [seconds for seconds, _ in next(iter(taken.values()))]
    rows = []
    for name, runs in taken.items():
        found, seconds = runs[0][1], [seconds for seconds, _ in runs]
        same = "the same" if np.array_equal(expected, found) else f"**{_apart(expected, found)}**"
        times = f"{measuring.ratio(own, seconds):.2f}"
        rows.append((name, *measuring.in_seconds(seconds), times, f"{len(found):,}", same))
    head = ("all pairs by", "seconds, median", "each run", "times ours", "pairs", "they are")
    return measuring.table(head, rows)


def _apart(expected: PackedPairs, found: PackedPairs) -> str:
    missed, extra = (len(np.setdiff1d(*both)) for both in ((expected, found), (found, expected)))
    return f"{missed:,} missed, {extra:,} that the first has not"


def _views(values: HashArray, radius: int, rounds: int) -> Iterator[str]:
    """What it costs to look up eight orientations of each picture and not one."""
    chance = np.random.default_rng(SEED + 1)
    views = chance.integers(0, 1 << 64, (len(values), ORIENTATIONS - 1), np.uint64)
    table = table_of(values, views)

    def by_candidates(wanted: str) -> int:
        return len(candidates(table, MatchSettings(views=wanted, radius=radius, index="multi")))

    ways: dict[str, Callable[[], int]] = {
        "index alone, plain": partial(pairs_of_views, values, views[:, :0], radius),
        "index alone, eight orientations": partial(pairs_of_views, values, views, radius),
        "`candidates`, plain": partial(by_candidates, "plain"),
        "`candidates`, eight orientations": partial(by_candidates, "orientations"),
    }
    seconds = measuring.alternate({name: _seconds_of(way) for name, way in ways.items()}, rounds)
    plain: list[float] = []
    rows = []
    for name, taken in seconds.items():
        plain = taken if name.endswith("plain") else plain
        rows.append((name, *measuring.in_seconds(taken), f"{measuring.ratio(plain, taken):.2f}"))
    yield from measuring.table(("looked up", "seconds, median", "each run", "times plain"), rows)


def _seconds_of(way: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        clock = time.monotonic()
        way()
        return time.monotonic() - clock

    return seconds


def measure_whole_lookup(radius: int, rounds: int) -> Iterator[str]:
    """Processor time of the whole look-up of a scan, by BK-tree and by tables, as a table."""
    rows = []
    for count in LOOKED_UP:
        table = _table_of_random_pictures(count)
        tree, tables = (
            _processor_seconds(table, MatchSettings(radius=radius, index=index), rounds)
            for index in ("bktree", "multi")
        )
        same = "the same" if tree[1] == tables[1] else "**not the same**"
        rows.append((f"{count:,}", f"{tree[0]:.3f}", f"{tables[0]:.3f}", same))
    yield from measuring.table(("pictures", "BK-tree, s", "tables, s", "candidates are"), rows)


def _table_of_random_pictures(count: int) -> HashTable:
    """Pictures with a random hash for each view and part; one plain hash in 100 is near another."""
    chance = np.random.default_rng(SEED + 1)
    views = chance.integers(0, 1 << 64, (count, len(FIXED)), np.uint64)
    parts = chance.integers(0, 1 << 64, (count, len(PARTS)), np.uint64)
    return replace(table_of(random_hashes(count), views), parts=parts)


def _processor_seconds(
    table: HashTable, settings: MatchSettings, rounds: int
) -> tuple[float, bytes]:
    """Least processor time of some rounds, in seconds, and the candidates."""
    seconds = []
    for _ in range(rounds):
        clock = time.process_time()
        found = candidates(table, settings).packed()
        seconds.append(time.process_time() - clock)
    return min(seconds), found


def measure_clique(count: int, radius: int) -> str:
    """What many pictures of one hash cost; none of their views meets anything but itself."""
    chance = np.random.default_rng(SEED)
    views = np.repeat(chance.integers(0, 1 << 64, (1, ORIENTATIONS - 1), np.uint64), count, axis=0)
    table = table_of(np.full(count, 0x0F0F0F0F0F0F0F0F, np.uint64), views)
    clock = time.monotonic()
    found = candidates(table, MatchSettings(radius=radius, views="orientations"))
    return (
        f"{count:,} pictures of one hash: {len(found):,} candidates "
        f"of {count * (count - 1) // 2:,} pairs, {time.monotonic() - clock:.2f} s."
    )


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.index",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=100_000, help="hashes  [100000]")
    parser.add_argument("--radius", type=int, default=8, help="bits  [8]")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn  [3]")
    parser.add_argument(
        "--tree", action="store_true", help="the whole look-up by BK-tree and by tables, only"
    )
    parser.add_argument("--no-faiss", action="store_true", help="leave FAISS out")
    add_python_option(parser)
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Measure, on one core, and print the result."""
    typed = read_arguments()
    head = [machine(), f"Of these cores one is used. {load()}", ""]
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if typed.tree:
        lines = [f"# The whole look-up of a scan at radius {typed.radius}", "", *head]
        lines += measure_whole_lookup(typed.radius, typed.rounds)
    else:
        print(f"{typed.count:,} hashes", file=sys.stderr)
        lines = [f"# All pairs of {typed.count:,} hashes at radius {typed.radius}", "", *head]
        lines += compare(typed)
        lines += ["", measure_clique(CLIQUE, typed.radius)]
    print_result(lines, typed.output)


if __name__ == "__main__":
    main()
