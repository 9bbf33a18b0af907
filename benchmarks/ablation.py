"""What each part of a scan is good for: ``python -m benchmarks.ablation LIBRARY``.

The whole scan, once as it is and once without each of its parts, scored by the labels of the
library. Files are fingerprinted in the first scan only; the others find the same fingerprints in
the store, and their time counts as if they had made them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.facts import facts, save
from benchmarks.scoring import Score, read_labels, score
from benchmarks.stages import Stopwatch
from dupscan.pipeline import scan
from dupscan.progress import for_stream
from dupscan.settings import (
    MatchSettings,
    ReportSettings,
    ScanSettings,
    StoreSettings,
    WalkSettings,
)

ANYTHING = 1e9
WITHOUT: dict[str, dict[str, Any]] = {
    "as it is": {},
    "views: the plain one only": {"views": "plain"},
    "views: orientations only": {"views": "orientations"},
    "without the coarse difference": {"max_difference": 255.0},
    "without the fine difference": {"max_fine": ANYTHING},
    "without the agreement": {"min_agreement": 0.0},
    "without the colour": {"max_colour": ANYTHING},
    "without the rule for low detail": {"min_detail": 0.0},
    "without the histogram RMS": {"max_rms": 1.0},
    "hash and histogram RMS only": {
        "views": "plain",
        "max_difference": 255.0,
        "max_fine": ANYTHING,
        "min_agreement": 0.0,
        "max_colour": ANYTHING,
    },
}
"""What is changed in each row."""
HEAD = (
    "scan",
    "same picture, worst kind",
    "edits, worst kind",
    "pair F1",
    "different called picture",
    "lookalikes in a group",
    "edits called picture",
    "seconds",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One scan."""

    score: Score
    seconds: float
    """From the first file to the report."""
    fingerprinting: float
    """Seconds of it."""


def runs(library: Path) -> Iterator[tuple[str, Run]]:
    """Each row's scan, the one as it is first."""
    labels = read_labels(library)
    with tempfile.TemporaryDirectory() as folder:
        for name, changed in WITHOUT.items():
            print(f"\n{name}", file=sys.stderr)
            watch = Stopwatch(for_stream(sys.stderr, quiet=False))
            settings = ScanSettings(
                walk=WalkSettings((str(library),)),
                match=MatchSettings(**changed),
                report=ReportSettings(Path(folder) / "report"),
                store=StoreSettings(Path(folder) / "store.sqlite"),
            )
            clock = time.monotonic()
            report = scan(settings, progress=watch).report
            seconds = time.monotonic() - clock
            yield name, Run(score(report, labels), seconds, watch.seconds["fingerprint"])


def table(library: Path) -> Iterator[str]:
    """The rows of a Markdown table."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'---|' * len(HEAD)}"
    fingerprinting = None
    for name, run in runs(library):
        fingerprinting = run.fingerprinting if fingerprinting is None else fingerprinting
        seconds = run.seconds - run.fingerprinting + fingerprinting
        yield f"| {' | '.join((name, *_cells(run.score), f'{seconds:.0f}'))} |"


def _cells(found: Score) -> tuple[str, ...]:
    return (
        _worst(found.same_as_picture),
        _worst(found.edits_as_anything),
        f"{found.pair_f1:.4f}",
        f"{found.different_as_picture:,}",
        f"{found.lookalikes_as_anything:.1%}",
        f"{found.edits_as_picture:.2%}",
    )


def _worst(recall: dict[str, float]) -> str:
    """The least recall, and of what."""
    if not recall:
        return ""
    name = min(recall, key=lambda one: (recall[one], one))
    return f"{recall[name]:.3f} ({name})" if recall[name] < 1 else "1.000"


def main() -> None:
    """Scan the library named on the command line in all these ways, and write the table."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    library = Path(sys.argv[1]).absolute()
    rows = list(table(library))
    lines = [
        f"# What each part is good for, on {library.name}",
        "",
        facts(library, len(read_labels(library))),
        "Seconds are those of the whole scan, fingerprints made anew.",
        "",
        *rows,
    ]
    print("\n".join(lines))
    print(f"\nWritten to {save('ablation', library, lines)}", file=sys.stderr)


if __name__ == "__main__":
    main()
