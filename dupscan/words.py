"""Words that people meet in several places, and that should be the same in all of them."""

from __future__ import annotations


def bytes_in_words(number: int) -> str:
    """A number of bytes for people, in powers of 1,000 as file managers count them.

    >>> bytes_in_words(999), bytes_in_words(1_234_567)
    ('999 B', '1.2 MB')
    """
    size = float(number)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" or size >= 99.5 else f"{size:.1f} {unit}"


def near_in_words(member: str, *, is_keeper: bool) -> str:
    """Why a picture is near a group and not in it, by the name of the member that it is like."""
    if is_keeper:
        return "like the keeper, but in another group, a reference, or of several pages"
    return f"like {member}, not like the keeper"
