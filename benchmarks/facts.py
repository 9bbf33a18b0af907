"""Where and with what a measurement was made, and where its result goes."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dupscan.settings import usable_cores

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("dupscan", "pillow", "ImageHash", "numpy", "scipy", "pybktree")


def facts(library: Path, pictures: int) -> str:
    """One line on the machine, and one on the library."""
    size = sum(path.stat().st_size for path in library.rglob("*") if path.is_file())
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured on {today()}: {_processor()}, {usable_cores()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {used}.\n"
        f"Library `{library.name}`: {pictures:,} pictures, {size / 1e6:,.0f} MB."
    )


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
