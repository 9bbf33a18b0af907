"""Which copies of a family's pictures would go: ``python -m benchmarks.family``.

Makes the library of :mod:`benchmarks.family_library`, scans it, plans, and asks of each file that
the plan would take: does the family call it the original? Also counts which criterion chose the
keepers, and prints some groups, drawn at random, to be looked at one by one.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.facts import add_output_option, facts, print_result
from benchmarks.family_library import MANIFEST, build, usable_sources
from benchmarks.pictures import SEED

SAMPLES = Path(__file__).parent.parent / "sample_library" / "originals"
ORIGINAL = "original"
VERDICTS = ("file", "pixels", "picture")
"""Weakest verdicts that a plan is made with."""
CRITERIA = {
    "place of the folder": "looks like",
    "names in the folder": "files in .* are named as copies",
    "folder that holds the originals": "holds the originals",
    "name of the file": "the other is named|messenger's name",
    "camera's name, or a day": "the camera's name|named after its day|cameras' file names",
    "date in the path": "has the date in its path",
    "age": "older file",
    "shortest path": "shorter path|comes first by its path",
    "alphabet": "first by path",
    "with others of its folder": "with the other pictures of",
}
"""Criteria by words in the reason; the first one that fits counts. The rest is quality."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one plan."""

    verdict: str
    taken: int
    """Files that the plan would remove."""
    originals: tuple[str, ...]
    """Those that the family calls originals."""
    left: int
    """Files with the bytes of an original that the plan leaves, and the family would not."""


def taken_by(plan: Path, library: Path) -> list[str]:
    """Return the files that a plan would remove, relative to the library."""
    with plan.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["decision"] == "remove"]
    return [str(Path(row["path"]).relative_to(library)) for row in rows]


def criterion_of(reason: str) -> str:
    """Return the name of the criterion that a reason in words tells.

    >>> criterion_of("Photos holds the originals; Backup looks like a backup"), criterion_of("less")
    ('place of the folder', 'quality')
    """
    return next((name for name, words in CRITERIA.items() if re.search(words, reason)), "quality")


def measure(
    library: Path, truth: Mapping[str, Mapping[str, object]], work: Path
) -> tuple[list[Result], list[dict[str, Any]]]:
    """Scan the library and make a plan for each verdict; return the results, and the groups."""
    report = work / "report"
    measuring.run(measuring.dupscan_scan(library, report, "--no-store"))
    groups = json.loads((report / "report.json").read_text(encoding="utf-8"))["groups"]
    results = []
    for verdict in VERDICTS:
        plan = work / f"{verdict}.csv"
        command = (sys.executable, "-m", "dupscan", "plan", str(report), "-o", str(plan))
        measuring.run((*command, "--verdict", verdict))
        taken = [path for path in taken_by(plan, library) if truth[path]["photo"] is not None]
        lost = tuple(path for path in taken if truth[path]["kind"] == ORIGINAL)
        copies = sum(len(group["members"]) - 1 for group in groups)
        results.append(Result(verdict, len(taken), lost, copies - len(taken)))
    return results, groups


def lines_of_groups(
    groups: Iterable[Mapping[str, Any]],
    library: Path,
    truth: Mapping[str, Mapping[str, object]],
) -> Iterable[str]:
    """Yield the members of some groups, the keeper first, each with what the family says of it."""
    for group in groups:
        yield f"kept: {group['kept']}"
        for number, member in enumerate(group["members"]):
            path = str(Path(member["path"]).relative_to(library))
            mark = "→" if number == 0 else " "
            size = f"{member['width']} × {member['height']}"
            yield f"  {mark} {path}  ({truth[path]['kind']}, {size})"
        yield ""


def read_arguments() -> argparse.Namespace:
    """Return what was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.family",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("photos", nargs="*", type=Path, help="folders of photographs to make it of")
    parser.add_argument("--library", type=Path, help="where to make it, or where it is already")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N groups")
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Make the library, measure, and print the result."""
    typed = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        library = (typed.library or Path(folder) / "family").absolute()
        if not library.exists():
            build(library, usable_sources(typed.photos or [SAMPLES]), typed.seed)
        manifest = library.parent / f"{library.name}-{MANIFEST}"
        truth = json.loads(manifest.read_text(encoding="utf-8"))
        results, groups = measure(library, truth, Path(folder))
    reasons = Counter(criterion_of(group["kept"]) for group in groups)
    rows = [
        (one.verdict, f"{one.taken:,}", f"{len(one.originals):,}", f"{one.left:,}")
        for one in results
    ]
    lines = [
        "# What goes of a family's pictures",
        "",
        facts(library),
        "",
        *measuring.table(
            ("weakest verdict", "files to remove", "of them originals", "duplicates left"), rows
        ),
        "",
        *measuring.table(
            ("keeper chosen by", "groups"),
            [(name, f"{count:,}") for name, count in reasons.most_common()],
        ),
    ]
    print_result(lines, typed.output)
    for result in results:
        for path in result.originals[:20]:
            print(f"an original would go ({result.verdict}): {path}")
    shown = random.Random(typed.seed).sample(groups, min(typed.show, len(groups)))
    print("", *lines_of_groups(shown, library, truth), sep="\n")


if __name__ == "__main__":
    main()
