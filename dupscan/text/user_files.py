"""Read text files that a person wrote with an editor or a spreadsheet. Read-only.

Settings files and tables of decisions come from the same programs, with the same byte order marks
and line ends. All mistakes of a file are reported together, in one error.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from dupscan.errors import SettingsError
from dupscan.text import file_names

MOST_BYTES = 64_000_000
"""Size limit: a larger file was not written by a person, and would fill the memory."""
_MOST_SHOWN = 20
"""Mistakes that one error lists."""
_LONGEST_SHOWN = 50
"""Characters of a value that an error shows."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path, option: str) -> str:
    """Read a text file in UTF-8, or in UTF-16 if it begins with that byte order mark.

    Returns the text without byte order marks, every line end a single newline. Raises
    SettingsError, whose message begins with `option` and the file, when the file cannot be read or
    is not text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = f"{error.strerror}; is the name right, and may you read it?"
        raise _refusal(path, option, reason) from error
    if len(content) > MOST_BYTES:
        raise _refusal(path, option, f"over {MOST_BYTES:,} bytes; is it the right file?")
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"line {line} is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8)"
        raise _refusal(path, option, reason) from error
    if "\0" in text:
        raise _refusal(path, option, "not a text file; save it as UTF-8 text")
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")


def refusal(path: Path, option: str, mistakes: Sequence[str], way_out: str) -> SettingsError:
    """Return an error that lists the mistakes in a file, one on each line, then the way out."""
    lines = list(mistakes[:_MOST_SHOWN])
    if len(mistakes) > len(lines):
        lines.append(f"and {len(mistakes) - len(lines):,} more")
    count = f"{len(mistakes):,} mistake{'' if len(mistakes) == 1 else 's'}"
    return _refusal(path, option, "\n  ".join([count, *lines]) + f"\n{way_out}")


def shortened(value: str) -> str:
    """Return a value from a file as an error shows it: one harmless line, cut where long.

    >>> shortened("a\\nb"), shortened("x" * 99)[-3:]
    ('a\\\\nb', 'xx…')
    """
    shown = file_names.shown(value[: _LONGEST_SHOWN + 1])
    return shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"


def _refusal(path: Path, option: str, reason: str) -> SettingsError:
    return SettingsError(f"{option} {file_names.shown(str(path))}: {reason}")
