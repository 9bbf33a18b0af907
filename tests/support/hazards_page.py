"""Print docs/hazards.md, made of the docstrings of tests/hazards.

``make hazards`` writes the page; ``tests/test_documents.py`` fails when the page is out of date.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

HAZARDS = Path(__file__).resolve().parent.parent / "hazards"
ABOUT_CHANGES = {"acting", "plan", "plans", "ops"}
"""Words in the name of a test file whose hazard concerns changed files, and not the search."""
HEAD = """# Hazards

Faults that other programs for duplicates have, or that a file system, a decoder or another program
can cause. For each hazard a test shows that dupscan does not have the fault. To add a hazard, write
a test file in `tests/hazards` and run `make hazards`, which makes this page of the docstrings.
"""


def hazards_page(files: Iterable[Path]) -> str:
    """Return the page in Markdown: an entry for each file, in two parts, by name."""
    parts: dict[str, list[str]] = {"Searching for duplicates": [], "Changing files": []}
    searching, changing = parts.values()
    for file in sorted(files):
        words = file.stem.split("_")
        (changing if ABOUT_CHANGES & set(words) else searching).append(entry(file))
    for title, entries in parts.items():
        entries.insert(0, f"## {title}\n")
    return "\n".join([HEAD, *searching, *changing])


def entry(file: Path) -> str:
    """Return the heading, the docstring and the link of one test file."""
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    name = file.stem.removeprefix("test_").replace("_", " ")
    title = name[:1].upper() + name[1:]
    text = docstring.replace("``", "`")
    return f"### {title}\n{text}\n\n[{file.name}](../tests/hazards/{file.name})\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(hazards_page(HAZARDS.glob("test_*.py")))
