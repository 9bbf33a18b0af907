"""Explanations: what one picture is to another, in words for a person.

The words are made from the changes and from the measures that give them a number: sizes, formats,
the part that is shown, the part that was edited. They are made when they are shown, and nothing is
decided by them.
"""

from __future__ import annotations

from math import sqrt

from dupscan.model.changes import FRAMING, Change, Changes
from dupscan.model.pictures import PictureInfo
from dupscan.model.views import WHOLE, Box, View
from dupscan.text import file_names

_WORDS = {
    Change.SAME_BYTES: "the same bytes",
    Change.SAME_PIXELS: "the same pixels",
    Change.OTHER_METADATA: "other metadata or packing",
    Change.HALF_SIZE: "half size",
    Change.DOUBLE_SIZE: "double size",
    Change.QUARTER_SIZE: "a quarter of the size",
    Change.QUADRUPLE_SIZE: "four times the size",
    Change.RE_ENCODED: "re-encoded",
    Change.SAVED_AGAIN: "saved again",
    Change.MIRRORED: "mirrored",
    Change.MIRRORED_UPSIDE_DOWN: "mirrored upside down",
    Change.ROTATED_180: "rotated 180°",
    Change.MIRRORED_ROTATED_ANTICLOCKWISE: "mirrored and rotated 90° anticlockwise",
    Change.ROTATED_CLOCKWISE: "rotated 90° clockwise",
    Change.ROTATED_ANTICLOCKWISE: "rotated 90° anticlockwise",
    Change.MIRRORED_ROTATED_CLOCKWISE: "mirrored and rotated 90° clockwise",
    Change.GREYSCALE: "greyscale",
    Change.IN_COLOUR: "in colour",
    Change.BORDER_ADDED: "with a border",
    Change.BORDER_REMOVED: "without its border",
    Change.ANOTHER_PART: "another part of it",
    Change.BRIGHTER: "brighter",
    Change.DARKER: "darker",
    Change.MORE_CONTRAST: "more contrast",
    Change.LESS_CONTRAST: "less contrast",
    Change.MORE_COLOURFUL: "more colourful",
    Change.LESS_COLOURFUL: "less colourful",
    Change.LETTERS_NOT_COMPARED: "letters too small to be compared",
    Change.VISIBLE_DIFFERENCES: "with visible differences",
}
"""The words of the changes that need no measure."""
_ROWS = ("upper", "middle", "lower")
_COLUMNS = ("left", "middle", "right")


def explanation(
    changes: Changes, one: PictureInfo, other: PictureInfo, view: View, edited: Box | None
) -> str:
    """Return in a few words what `other` is to `one`, such as ``half size, re-encoded``.

    `changes` say what `other` is to `one`, `view` is the view of `one` that is `other`, and
    `edited` is the part of `other` that was edited. The words are true of `other`: it is larger, it
    is cropped, it has the border.
    """
    return ", ".join(_words_of(change, changes, one, other, view, edited) for change in changes)


def _words_of(
    change: Change,
    changes: Changes,
    one: PictureInfo,
    other: PictureInfo,
    view: View,
    edited: Box | None,
) -> str:
    match change:
        case Change.SCALED:
            is_part = not FRAMING.isdisjoint(changes)
            return _scale(size_shown(one, view, is_part=is_part), other, is_part=is_part)
        case Change.HOLDS_LESS:
            return f"without its {_only_in(one, other)}"
        case Change.HOLDS_MORE:
            return f"with {_only_in(other, one)}"
        case Change.OTHER_FORMAT:
            return f"{other.format} instead of {one.format}"
        case Change.OTHER_PROPORTIONS:
            return f"other proportions ({other.width} × {other.height})"
        case Change.CROPPED:
            return f"cropped about {_percent(1 - min(_extent(view.box)))} %"
        case Change.MORE_AROUND:
            return f"about {_percent(max(_extent(view.box)) - 1)} % more around it"
        case Change.PART_EDITED:
            return f"differs in the {_place(edited)}" if edited else "differs in one part"
    return _WORDS[change]


def _only_in(one: PictureInfo, other: PictureInfo) -> str:
    """Return the names of the data that can be shown or played in `one`, and not in `other`."""
    names = [item.name for item in one.only_shown_here(other)]
    return " and ".join(dict.fromkeys(map(file_names.shown, names))) or "further data"


def size_shown(one: PictureInfo, view: View, *, is_part: bool) -> tuple[float, float]:
    """Return width and height, in pixels of `one`, of what its view shows once it is turned.

    `is_part` is False where the view is known to show the whole of `one`, but for rounding.
    """
    size = (one.height, one.width) if view.orientation & 4 else (one.width, one.height)
    width, height = _extent(view.box if is_part else WHOLE)
    return size[0] * width, size[1] * height


def _extent(box: Box) -> tuple[float, float]:
    """Return width and height of a box."""
    left, top, right, bottom = box
    return right - left, bottom - top


def _scale(shown: tuple[float, float], other: PictureInfo, *, is_part: bool) -> str:
    """Return the scale in percent, or the size in pixels where percents would say nothing."""
    if is_part:
        scale = sqrt(other.width * other.height / (shown[0] * shown[1]))
        return f"about {round(100 * scale)} % of the size"
    percent = round(100 * other.width / shown[0])
    if percent in (0, 100):
        return f"{other.width} × {other.height} pixels"
    return f"{percent} % of the size"


def _percent(share: float) -> int:
    """Return a share that was noticed in percent, and so at least 1."""
    return max(1, round(100 * share))


def _place(box: Box) -> str:
    """Return where a part lies, in thirds of the picture."""
    left, top, right, bottom = box
    row = _ROWS[min(2, int(3 * (top + bottom) / 2))]
    column = _COLUMNS[min(2, int(3 * (left + right) / 2))]
    if right - left > 0.5:
        return f"{row} third"
    if bottom - top > 0.5:
        return f"{column} third"
    return "middle" if row == column else f"{row} {column}"
