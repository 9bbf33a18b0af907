"""dupscan's command line, which decodes the whole of progressive JPEGs: what others are held to.

As :mod:`benchmarks.stages`, but no file is read by its beginning only. Worker processes run what
stands here at the top, because they import the module that the command was started with.
"""

from __future__ import annotations

from benchmarks.stages import main
from dupscan import imaging


def no_shortcut(*_: object) -> None:
    """In place of ``imaging.coarse_jpeg``: there is none."""


vars(imaging)["coarse_jpeg"] = no_shortcut

if __name__ == "__main__":
    main()
