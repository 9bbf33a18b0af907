"""Quantities in words, the same in every message."""

from __future__ import annotations


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with the thing it counts, in the singular or the plural.

    >>> counted(1, "file"), counted(1200, "file"), counted(2, "copy", "copies")
    ('1 file', '1,200 files', '2 copies')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def safe_and_look_first(safe: int, look_first: int) -> str:
    """Return in words how many bytes are free without which duplicates.

    `safe` counts the verdicts ``file`` and ``pixels``, `look_first` the weaker ones.

    >>> safe_and_look_first(100_000_000, 64_000_000)
    'safe: 100 MB; look first: 64.0 MB'
    """
    return f"safe: {bytes_in_words(safe)}; look first: {bytes_in_words(look_first)}"


def bytes_in_words(number: int) -> str:
    """Return a number of bytes in words, in powers of 1,000 as file managers count.

    >>> bytes_in_words(999), bytes_in_words(1_234_567)
    ('999 B', '1.2 MB')
    """
    size = float(number)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" or size >= 99.5 else f"{size:.1f} {unit}"
