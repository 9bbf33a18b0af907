"""Cutoffs that suit a labelled library: ``python -m benchmarks.calibration LIBRARY``.

Runs ``dupscan calibrate`` on a library with a manifest. Pictures that were cut, captioned, framed
or recoloured count as similar and not as the same. Keeps the tables with the day and the machine.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from benchmarks.facts import facts, save
from benchmarks.scoring import ADDED_OR_CUT, RECOLOURED, read_labels
from dupscan.calibration import calibrate
from dupscan.calibration.tables import in_words, settings_file
from dupscan.progress import for_stream
from dupscan.settings import CalibrateSettings


def main() -> None:
    """Calibrate on the library that the command line names, and write the result."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    library = Path(sys.argv[1]).resolve()
    labels = read_labels(library)
    transforms = {label.transform for label in labels.values()}
    edited = tuple(sorted((ADDED_OR_CUT | RECOLOURED) & transforms))
    with contextlib.chdir(library.parent):  # so that the result names no folder of this machine
        clock = time.monotonic()
        found = calibrate(
            library.name,
            CalibrateSettings(labels=library / "manifest.json", edited=edited),
            progress=for_stream(sys.stderr, quiet=False),
        )
        seconds = time.monotonic() - clock
    lines = [
        f"# Calibration on {library.name}",
        "",
        facts(library, len(labels)),
        f"It took {seconds:.0f} s.",
        "",
        *("```", *in_words(found), "```"),
        "",
        "The settings file:",
        "",
        *("```toml", settings_file(found).rstrip(), "```"),
    ]
    print("\n".join(lines))
    print(f"\nWritten to {save('calibration', library, lines)}", file=sys.stderr)


if __name__ == "__main__":
    main()
