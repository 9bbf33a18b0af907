"""File names: sorted in one order everywhere, and shown to people without harm.

A file name is bytes. Inside dupscan a path is text as :func:`os.fsdecode` makes it, with surrogate
escapes for bytes that are not UTF-8, so every legal name survives. Each report format writes paths
out in its own way.
"""

from __future__ import annotations

import os
import unicodedata
from urllib.parse import quote

QUARANTINE = ".dupscan-quarantine"
"""Name of the folders that hold pictures until undo or purge; a scan leaves such folders out."""
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def order(path: str) -> bytes:
    """Sort key of a path: its bytes, so the order is the same on every machine."""
    return os.fsencode(path)


def shown(path: str) -> str:
    """Return a path as one line of harmless text, for terminals and pages.

    Control characters, direction overrides and bytes that are not UTF-8 are shown as escapes.

    >>> shown("a\\nb"), shown("caf\\udce9"), shown("x\\u202egpj.exe")
    ('a\\\\nb', 'caf\\\\xe9', 'x\\\\u202egpj.exe')
    """
    if path.isprintable():
        return path
    return "".join(_escaped(character) for character in path)


def shown_lines(text: str) -> str:
    """Return several lines of harmless text: as :func:`shown`, and the ends of lines stay.

    >>> shown_lines("a\\x1b\\n  b")
    'a\\\\x1b\\n  b'
    """
    return "\n".join(map(shown, text.split("\n")))


def is_harmless(text: str) -> bool:
    """True if :func:`shown` leaves a text as it is."""
    return text.isprintable() or not any(map(_is_unsafe, text))


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE and character not in _JOINERS


def _escaped(character: str) -> str:
    if not _is_unsafe(character):
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def file_url(path: str) -> str:
    """Return the ``file:`` address of a path, its bytes percent-encoded."""
    encoded = quote(os.fsencode(path.replace(os.sep, "/")), safe="/:")
    return f"file://{encoded}" if encoded.startswith("/") else f"file:///{encoded}"
