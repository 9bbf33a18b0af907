"""Other tools, run as their users run them, for comparison: those that are installed.

The files ``with_….py`` here are no modules of ours: each is run by the Python that has the tool,
and prints one JSON object.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SCANNERS = ("czkawka", "findimagedupes", "imagededup")
"""Tools that find duplicates below a folder."""
_ASK = """
import importlib, importlib.metadata, sys
importlib.import_module(sys.argv[2])
print(importlib.metadata.version(sys.argv[1]))
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool that is there."""

    name: str
    """With its version."""
    command: tuple[str, ...]
    """Wants what it is to work on, after it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A tool that is not there."""

    name: str
    why: str
    """One line."""


def find_package(package: str, module: str, python: str) -> Peer | Missing:
    """A package of that Python that can import `module`, run by our file ``with_{package}.py``."""
    asked = subprocess.run(  # noqa: S603 (the Python that was named)
        (python, "-c", _ASK, package, module), capture_output=True, text=True, check=False
    )
    if asked.returncode:
        last = (asked.stderr.strip().splitlines() or ["it says nothing"])[-1]
        return Missing(package, f"not measured, {python} cannot import it ({last})")
    script = HERE / f"with_{package.partition('-')[0]}.py"
    return Peer(f"{package} {asked.stdout.strip()}", (python, str(script)))


def find_program(name: str, *arguments: str) -> Peer | Missing:
    """A program on the path."""
    path = shutil.which(name)
    if path is None:
        return Missing(name, "not measured, there is no such program on the path")
    return Peer(name, (path, *arguments))


def scanners(names: Iterable[str], python: str) -> list[Peer | Missing]:
    """Those of :data:`SCANNERS` with these names; each wants the folder after its command."""
    ways: dict[str, Callable[[], Peer | Missing]] = {
        "czkawka": lambda: find_package("czkawka", "czkawka", python),
        "findimagedupes": lambda: find_program("findimagedupes", "-R", "--"),
        "imagededup": lambda: find_package("imagededup", "imagededup.methods", python),
    }
    return [ways[name]() for name in names]


def add_python_option(parser: argparse.ArgumentParser) -> None:
    """``--peer-python``."""
    parser.add_argument(
        "--peer-python",
        default=sys.executable,
        metavar="PYTHON",
        help="the Python that has czkawka, imagededup, simplejpeg, faiss-cpu  [this one]",
    )


def add_scanners_option(parser: argparse.ArgumentParser) -> None:
    """``--peers``."""
    parser.add_argument(
        "--peers",
        nargs="*",
        choices=SCANNERS,
        default=SCANNERS,
        help="which other tools take part, as far as they are installed  [all]",
    )
