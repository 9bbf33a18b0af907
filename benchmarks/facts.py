"""Where and with what a measurement was made, and where its result goes."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dupscan.system.cpu_count import usable_cores

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("dupscan", "pillow", "ImageHash", "numpy", "scipy", "pybktree")


def facts(library: Path, pictures: int | None = None) -> str:
    """One line on the machine, and one on the library; without a number its files are counted."""
    sizes = [path.stat().st_size for path in library.rglob("*") if path.is_file()]
    contents = f"{len(sizes):,} files" if pictures is None else f"{pictures:,} pictures"
    return f"{machine()}\nLibrary `{library.name}`: {contents}, {sum(sizes) / 1e6:,.0f} MB."


def machine() -> str:
    """One line on the machine, and what was measured with."""
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {today()}: {_processor()}, {usable_cores()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {used}."
    )


def load() -> str:
    """What else the machine did of late, in words: measure again where it was much."""
    return f"Load of the machine over the last minutes: {os.getloadavg()[1]:.1f}."


def add_output_option(parser: argparse.ArgumentParser) -> None:
    """``-o FILE``, for :func:`print_result`."""
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the result there too"
    )


def print_result(lines: Iterable[str], output: Path | None) -> None:
    """Print a result, and write it to a file where one is named."""
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if output is not None:
        output.write_text(text, encoding="utf-8")
        print(f"\nWritten to {output}", file=sys.stderr)


def save(name: str, library: Path, lines: Iterable[str]) -> Path:
    """Write a result as a Markdown file that tells its day in its name."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{today()}-{name}-{library.name}.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def today() -> str:
    """The day, as 2026-11-22."""
    return date.today().isoformat()  # noqa: DTZ011 (the day of the one who measures)


def _processor() -> str:
    """The processor as Linux calls it, or else as Python does."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
