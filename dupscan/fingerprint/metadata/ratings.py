"""Read the stars, labels and flags that a person gave to a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dupscan.fingerprint.metadata.blocks import Blocks
from dupscan.fingerprint.metadata.xmp import LABELS, STARS, STARS_IN_PERCENT

_IN_EXIF, _PERCENT_IN_EXIF = 0x4746, 0x4749
_URGENCY_IN_IPTC = 10
_NUMBER = re.compile(r"\s*([+-]?\d{1,3})(?:[.,]\d*)?\s*", re.ASCII)
_MOST_STARS, _MOST_PERCENT = 5, 100
_REJECTED = -1
_NO_LABEL = ("", "0", "none", "false", "no")
"""Values, in lower case, with which programs say that there is no label."""
_COLOURS_FROM_ZERO = ("darktable:colorlabels",)
"""Properties in which 0 is a colour."""
_MOST = 40
"""Most characters of a label that are told."""


def read_rating(blocks: Blocks) -> int | None:
    """Return the stars of a picture, 0 to 5, or -1 if it was rejected; None if none are stated.

    EXIF decides, then XMP. The 0 that cameras write does not hide stars in another field.
    """
    found = [stars for stars in _ratings(blocks) if stars is not None]
    return next(filter(None, found), found[0] if found else None)


def read_labels(blocks: Blocks) -> str | None:
    """Return labels and flags in words, such as ``label Red, pick 3``; None without any.

    A rating that is not understood is a label too.
    """
    labels = sorted(set(_labels(blocks)))
    return ", ".join(labels) if labels else None


def _ratings(blocks: Blocks) -> Iterator[int | None]:
    yield _stars(blocks.tag(_IN_EXIF))
    for name in STARS:
        yield from map(_stars, blocks.xmp.get(name, ()))
    yield _stars_of_percent(blocks.tag(_PERCENT_IN_EXIF))
    yield from map(_stars_of_percent, blocks.xmp.get(STARS_IN_PERCENT, ()))


def _stars(value: object) -> int | None:
    """Return stars, -1 to 5; None for all else."""
    number = _number(value)
    return number if number is not None and _REJECTED <= number <= _MOST_STARS else None


def _stars_of_percent(value: object) -> int | None:
    """Return the stars for a percentage of Windows: 1, 25, 50, 75 and 99 are one to five stars."""
    number = _number(value)
    if number is None or not 0 <= number <= _MOST_PERCENT:
        return None
    return (number + 37) // 25 if number else 0


def _number(value: object) -> int | None:
    if isinstance(value, bytes):
        value = value.decode("latin-1").strip("\0")
    parts = _NUMBER.fullmatch(str(value)) if isinstance(value, int | str) else None
    return int(parts[1]) if parts else None


def _labels(blocks: Blocks) -> Iterator[str]:
    for name, word in LABELS.items() if blocks.xmp else ():
        for value in blocks.xmp.get(name, ()):
            is_colour_zero = name in _COLOURS_FROM_ZERO and value == "0"
            if is_colour_zero or value.lower() not in _NO_LABEL:
                yield f"{word} {_shown(value)}"
    for data in blocks.iptc.get(_URGENCY_IN_IPTC, ()):
        if (urgency := data.decode("latin-1").strip("\0 ")) not in _NO_LABEL:
            yield f"urgency {_shown(urgency)}"
    stated = [
        blocks.tag(_IN_EXIF),
        *(one for name in STARS for one in blocks.xmp.get(name, ())),
    ]
    for rating in stated:
        if isinstance(rating, int | str) and _stars(rating) is None:
            yield f"rating {_shown(str(rating))}"


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text[:_MOST])
