"""``dupscan`` and ``python -m dupscan``: the entry point, light, so that Ctrl-C works at once.

Worker processes import this module too, and must not import the command line with it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from dupscan.errors import EXIT_INTERRUPTED, DupscanError
from dupscan.workers.forkserver import FOR_A_SCAN, start_server


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        _open_the_closed_streams()
        # Its many small products are slower with threads, which wait for one another.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        if sys.argv[1:2] == ["scan"] and len(sys.argv) > 2:  # it can import while this one does
            with suppress(DupscanError):  # the scan will meet it again, and say it
                start_server(FOR_A_SCAN)
        from dupscan.cli import run  # noqa: PLC0415 (takes a moment)

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    sys.exit(code)


def _open_the_closed_streams() -> None:
    """Connect standard streams that the caller closed to nowhere.

    Otherwise the next file to be opened would get their number.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            os.set_inheritable(descriptor, True)  # noqa: FBT003 (workers want it open, too)
        if getattr(sys, name) is None:
            mode = "w" if descriptor else "r"
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115 (stays open)


if __name__ == "__main__":
    main()
