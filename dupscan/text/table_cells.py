r"""Text in the cells of CSV tables: harmless to spreadsheets and terminals, and exact.

An ordinary text is its own cell. Any other text is written as bash writes it, ``$'...'`` with
escapes (ANSI-C quoting, section 3.1.2.4 of the bash manual). A cell that has that form is a text in
that form, so the exact text can always be told. A text is not ordinary if it

- has a character that steers a terminal, is not seen, or turns the text around it,
- has bytes that are not UTF-8,
- could begin a formula, at its start or behind a ``;`` or ``|``, where a program that takes these
  for separators sees a new cell,
- ends with a ``;`` or ``|``,
- begins with ``$'`` itself.

>>> cell("/a; b.jpg"), cell("/a;=1+1.jpg"), cell("/a\nb.jpg"), cell("/caf\udce9.jpg")
('/a; b.jpg', "$'/a;\\x3d1+1.jpg'", "$'/a\\nb.jpg'", "$'/caf\\xe9.jpg'")
>>> text_of("$'/a;\\x3d1+1.jpg'"), text_of("/a; b.jpg")
('/a;=1+1.jpg', '/a; b.jpg')
"""

from __future__ import annotations

import re

from dupscan.text import file_names

BETWEEN = " | "
"""Text between the texts of a cell that holds several."""

_FORMULA = re.compile(r"""(?:^|(?<=[;|]))([\s"]*)([=+\-@＝＋－＠])""")
"""Places in a text where a spreadsheet of any country could see the beginning of a formula.

A reader drops quotes and may drop spaces before it looks.
"""
_LAST_SEPARATOR = re.compile(r"""[;|](?=[\s"]*\Z)""")
"""A separator at the end, behind which the quote that ends the cell would begin another one."""
_BEFORE, _AFTER = "$'", "'"
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}
_LONG = {escape: character for character, escape in _SHORT.items()}
_HEX = "[0-9a-f]"
_ESCAPE = re.compile(
    rf"\\(?:[nrt\\']|x({_HEX}{{2}})|u({_HEX}{{4}})|U(00(?:0{_HEX}|10){_HEX}{{4}}))"
)
_QUOTED = re.compile(rf"\$'((?:[^\\']|{_ESCAPE.pattern})*)'")


def cell(text: str) -> str:
    """Return a text as one printable line that no spreadsheet takes for a formula."""
    risky = _risky_places(text)
    if not risky and not text.startswith(_BEFORE) and file_names.is_harmless(text):
        return text
    return _quoted(text, risky)


def text_of(cell: str) -> str:
    """Return the exact text that :func:`cell` was given."""
    found = _QUOTED.fullmatch(cell)
    return _ESCAPE.sub(_character, found[1]) if found else cell


def cell_of_several(texts: tuple[str, ...]) -> str:
    """Return several texts as one line, with ``|`` between them, and in none of them.

    >>> cell_of_several(("/a.jpg", "/b|c.jpg"))
    "/a.jpg | $'/b\\\\x7cc.jpg'"
    """
    bars = [{at for at, character in enumerate(text) if character == "|"} for text in texts]
    return BETWEEN.join(
        _quoted(text, there | _risky_places(text)) if there else cell(text)
        for text, there in zip(texts, bars, strict=True)
    )


def texts_of(cell: str) -> tuple[str, ...]:
    """Return the exact texts that :func:`cell_of_several` was given, or none for an empty cell."""
    return tuple(map(text_of, cell.split(BETWEEN))) if cell else ()


def _risky_places(text: str) -> set[int]:
    """Return the places of the characters that could make a reader see what is not meant."""
    return {
        found.end() - 1
        for pattern in (_FORMULA, _LAST_SEPARATOR)
        for found in pattern.finditer(text)
    }


def _quoted(text: str, also: set[int]) -> str:
    """Return a text in ANSI-C quoting, with escapes also for the characters at some places."""
    characters = (
        _escaped(character) if at in also or not _is_plain(character) else character
        for at, character in enumerate(text)
    )
    return f"{_BEFORE}{''.join(characters)}{_AFTER}"


def _is_plain(character: str) -> bool:
    return character not in _SHORT and file_names.is_harmless(character)


def _escaped(character: str) -> str:
    """Return the escape of a character."""
    code = ord(character)
    if short := _SHORT.get(character):
        return short
    if code < 0x80:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as os.fsdecode gives it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _character(found: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    digits = next(filter(None, found.groups()), None)
    if digits is None:
        return _LONG[found[0]]
    code = int(digits, 16)
    return chr(code + 0xDC00) if found[1] and code >= 0x80 else chr(code)
