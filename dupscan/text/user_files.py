"""Text files that a person wrote, with an editor or a spreadsheet: how they are read and refused.

Kept apart because a settings file and a table of decisions come from the same programs, with the
same byte order marks and line ends, and should be refused in the same words: all mistakes at once.
Read-only.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from dupscan.errors import SettingsError
from dupscan.text import file_names

MOST_BYTES = 64_000_000
"""A larger file was not written by a person; it is refused before it fills the memory."""
_MOST_SHOWN = 20
"""Mistakes that are told one by one."""
_LONGEST_SHOWN = 50
"""Characters of a value that are told."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path, option: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 if it says so; each line ends with a newline only.

    Byte order marks are left out. Raises SettingsError, which begins with `option` and the file,
    when it cannot be read or is no text.
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
    """The error that tells all the mistakes in a file, one a line, and the way out at the end."""
    told = list(mistakes[:_MOST_SHOWN])
    if len(mistakes) > len(told):
        told.append(f"and {len(mistakes) - len(told):,} more")
    count = f"{len(mistakes):,} mistake{'' if len(mistakes) == 1 else 's'}"
    return _refusal(path, option, "\n  ".join([count, *told]) + f"\n{way_out}")


def shortened(value: str) -> str:
    """A value of such a file as it is told in a message: one harmless line, cut where long.

    >>> shortened("a\\nb"), shortened("x" * 99)[-3:]
    ('a\\\\nb', 'xx…')
    """
    shown = file_names.shown(value[: _LONGEST_SHOWN + 1])
    return shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"


def _refusal(path: Path, option: str, reason: str) -> SettingsError:
    return SettingsError(f"{option} {file_names.shown(str(path))}: {reason}")
