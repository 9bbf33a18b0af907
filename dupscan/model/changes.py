"""Changes: the ways in which one picture differs from another that matches it.

A change is data: reports hold changes, and safeguards decide by them. The words that a person reads
are made from changes in :mod:`dupscan.model.explanation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Change(Enum):
    """One way in which a picture differs from the picture that it is compared with."""

    SAME_BYTES = "same-bytes"
    """No change: the files are equal."""
    SAME_PIXELS = "same-pixels"
    """No change that can be seen: every pixel is equal."""
    OTHER_METADATA = "other-metadata"
    """With equal pixels and format: other metadata, or the same pixels packed in another way."""

    HALF_SIZE = "half-size"
    DOUBLE_SIZE = "double-size"
    QUARTER_SIZE = "quarter-size"
    QUADRUPLE_SIZE = "quadruple-size"
    SCALED = "scaled"
    """Smaller or larger by another factor."""
    OTHER_FORMAT = "other-format"
    RE_ENCODED = "re-encoded"
    """The same lossy format, but not the same encoding."""
    SAVED_AGAIN = "saved-again"
    """The same lossless format, but not the same file."""
    HOLDS_LESS = "holds-less"
    """Without data that the other file holds besides its picture, such as a gain map."""
    HOLDS_MORE = "holds-more"
    """With such data, which the other file lacks."""

    MIRRORED = "mirrored"
    MIRRORED_UPSIDE_DOWN = "mirrored-upside-down"
    ROTATED_180 = "rotated-180"
    MIRRORED_ROTATED_ANTICLOCKWISE = "mirrored-rotated-anticlockwise"
    ROTATED_CLOCKWISE = "rotated-clockwise"
    ROTATED_ANTICLOCKWISE = "rotated-anticlockwise"
    MIRRORED_ROTATED_CLOCKWISE = "mirrored-rotated-clockwise"

    GREYSCALE = "greyscale"
    """Without the colour that the other picture has."""
    IN_COLOUR = "in-colour"
    """With colour, where the other picture is greyscale."""

    CROPPED = "cropped"
    MORE_AROUND = "more-around"
    """Shows more on at least one side: the other picture is the cropped one."""
    BORDER_ADDED = "border-added"
    BORDER_REMOVED = "border-removed"
    ANOTHER_PART = "another-part"
    """Shows more on one side and less on another."""
    OTHER_PROPORTIONS = "other-proportions"
    """Stretched: width and height are scaled by different factors."""
    PART_EDITED = "part-edited"
    """Differs in one part, such as a caption."""
    BRIGHTER = "brighter"
    DARKER = "darker"
    MORE_CONTRAST = "more-contrast"
    LESS_CONTRAST = "less-contrast"
    MORE_COLOURFUL = "more-colourful"
    LESS_COLOURFUL = "less-colourful"
    LETTERS_NOT_COMPARED = "letters-not-compared"
    """A document whose letters are too small to be compared, or were not compared."""
    VISIBLE_DIFFERENCES = "visible-differences"
    """Differs in a way that can be seen, and that has no name."""


Changes = tuple[Change, ...]
"""The changes between two pictures, in the order in which a person reads them."""

BY_ORIENTATION = (
    None,
    Change.MIRRORED,
    Change.MIRRORED_UPSIDE_DOWN,
    Change.ROTATED_180,
    Change.MIRRORED_ROTATED_ANTICLOCKWISE,
    Change.ROTATED_CLOCKWISE,
    Change.ROTATED_ANTICLOCKWISE,
    Change.MIRRORED_ROTATED_CLOCKWISE,
)
"""The change for each number in :data:`dupscan.model.views.ORIENTATIONS`."""

FRAMING = frozenset(
    {
        Change.CROPPED,
        Change.MORE_AROUND,
        Change.BORDER_ADDED,
        Change.BORDER_REMOVED,
        Change.ANOTHER_PART,
    }
)
"""The changes by which two pictures show more or less of the same scene."""

_OPPOSITES = (
    (Change.HALF_SIZE, Change.DOUBLE_SIZE),
    (Change.HOLDS_LESS, Change.HOLDS_MORE),
    (Change.QUARTER_SIZE, Change.QUADRUPLE_SIZE),
    (Change.ROTATED_CLOCKWISE, Change.ROTATED_ANTICLOCKWISE),
    (Change.GREYSCALE, Change.IN_COLOUR),
    (Change.CROPPED, Change.MORE_AROUND),
    (Change.BORDER_ADDED, Change.BORDER_REMOVED),
    (Change.BRIGHTER, Change.DARKER),
    (Change.MORE_CONTRAST, Change.LESS_CONTRAST),
    (Change.MORE_COLOURFUL, Change.LESS_COLOURFUL),
)
_OPPOSITE = dict(_OPPOSITES) | {two: one for one, two in _OPPOSITES}


def reversed_changes(changes: Iterable[Change]) -> Changes:
    """Return what the first picture is to the second, from what the second is to the first.

    A change without an opposite, such as ``mirrored``, is its own opposite.

    >>> [change.value for change in reversed_changes([Change.HALF_SIZE, Change.MIRRORED])]
    ['double-size', 'mirrored']
    """
    return tuple(_OPPOSITE.get(change, change) for change in changes)
