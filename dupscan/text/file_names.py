"""File names: they are bytes, and a person must be able to read them without being harmed.

Inside dupscan a path is text as :func:`os.fsdecode` makes it, with surrogate escapes for bytes
that are not UTF-8, so that every legal name survives. This room knows how such a path is put in
order and how it is shown; only reports write it out, each in its own format.
"""

from __future__ import annotations

import os
import unicodedata
from urllib.parse import quote

QUARANTINE = ".dupscan-quarantine"
"""Name of the folders in which pictures wait until they are put back or purged; none is scanned."""
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def order(path: str) -> bytes:
    """The sort key of a path: its bytes, the same on every machine and in every language."""
    return os.fsencode(path)


def shown(path: str) -> str:
    """A path in one line of harmless text, for terminals and pages.

    Control characters, direction overrides and bytes that are not UTF-8 are shown as escapes.

    >>> shown("a\\nb"), shown("caf\\udce9"), shown("x\\u202egpj.exe")
    ('a\\\\nb', 'caf\\\\xe9', 'x\\\\u202egpj.exe')
    """
    if path.isprintable():
        return path
    return "".join(_escaped(character) for character in path)


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE or character in _JOINERS:
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def file_url(path: str) -> str:
    """A ``file:`` address for a path, its bytes percent-encoded."""
    encoded = quote(os.fsencode(path.replace(os.sep, "/")), safe="/:")
    return f"file://{encoded}" if encoded.startswith("/") else f"file:///{encoded}"
