"""What each measure tells, and which cutoffs suit: ``python -m benchmarks.calibration LIBRARY``.

Runs ``dupscan calibrate`` on a library with a manifest, where what was cut, captioned, framed or
recoloured is similar and not the same, and keeps the tables with the day and the machine.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from benchmarks.facts import facts, save
from benchmarks.scoring import ADDED_OR_CUT, RECOLOURED, read_labels
from dupscan.calibration import CalibrateSettings, calibrate
from dupscan.calibration.tables import in_settings_file, results
from dupscan.progress import for_stream


def main() -> None:
    """Calibrate on the library named on the command line, and write the result."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    library = Path(sys.argv[1]).resolve()
    labels = read_labels(library)
    transforms = {label.transform for label in labels.values()}
    edited = tuple(sorted((ADDED_OR_CUT | RECOLOURED) & transforms))
    with contextlib.chdir(library.parent):  # so that no one's folders stand in the result
        clock = time.monotonic()
        found = calibrate(
            CalibrateSettings(library.name, edited=edited),
            progress=for_stream(sys.stderr, quiet=False),
        )
        seconds = time.monotonic() - clock
    lines = [
        f"# Calibration on {library.name}",
        "",
        facts(library, len(labels)),
        f"It took {seconds:.0f} s.",
        "",
        *("```", *results(found), "```"),
        "",
        "The settings file:",
        "",
        *("```toml", in_settings_file(found).rstrip(), "```"),
    ]
    print("\n".join(lines))
    print(f"\nWritten to {save('calibration', library, lines)}", file=sys.stderr)


if __name__ == "__main__":
    main()
