"""The changes between two pictures that match: picture, picture, verdict, evidence → changes."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from dupscan.confirm.verdict import BRIGHTER, CONTRAST, SATURATION
from dupscan.model import formats
from dupscan.model.changes import BY_ORIENTATION, Change, Changes
from dupscan.model.explanation import size_shown
from dupscan.model.matches import Evidence, Verdict
from dupscan.model.pictures import Picture, PictureInfo
from dupscan.model.views import WHOLE, View, is_near

_NAMED_SCALES = {
    0.25: Change.QUARTER_SIZE,
    0.5: Change.HALF_SIZE,
    2.0: Change.DOUBLE_SIZE,
    4.0: Change.QUADRUPLE_SIZE,
}
_LOSSLESS = {one.name for one in (formats.PNG, formats.GIF, formats.BMP, formats.TIFF)}
_NOTICED = 0.01
"""Share of a side that a person notices when it is gone."""
_NEARLY = 0.05
"""Share by which the scale of a part may be off, because the part was found by registration."""
_BY_AN_EDIT = 128.0
"""Levels by which an edited part may be brighter or darker than what it replaced."""


def find_changes(one: Picture, other: Picture, verdict: Verdict, evidence: Evidence) -> Changes:
    """Return what `other` is to `one`: larger, cropped, greyscale, with a border.

    `evidence` holds the view of `one` that is `other`. No change is found twice, and at least one
    change is found for every verdict.
    """
    if verdict is Verdict.FILE:
        return (Change.SAME_BYTES,)
    if verdict is Verdict.PIXELS:
        is_other = one.info.format != other.info.format
        return Change.SAME_PIXELS, Change.OTHER_FORMAT if is_other else Change.OTHER_METADATA
    stored = tuple(_changes_of_storage(one, other, evidence))
    edits = tuple(_edits(one, other, evidence))
    if verdict is Verdict.SIMILAR and not edits:
        edits = (Change.VISIBLE_DIFFERENCES,)
    return stored + edits


# -- the same picture, stored in another way -------------------------------------------------------


def _changes_of_storage(one: Picture, other: Picture, evidence: Evidence) -> Iterator[Change]:
    """Yield the changes of size, encoding, embedded data, orientation and colour."""
    view = evidence.view
    is_part = _is_cut(view)
    shown = size_shown(one.info, view, is_part=is_part)
    scale = _scale_of_part(shown, other.info) if is_part else _scale(shown, other.info)
    if scale is not None:
        yield scale
    held = list(_held(one.info, other.info))
    if not (held and scale is None and _looks_the_same(one.info, other.info, evidence)):
        yield _encoding(one.info, other.info)
    yield from held
    if turned := BY_ORIENTATION[view.orientation]:
        yield turned
    if one.traits.greyscale != other.traits.greyscale:
        yield Change.GREYSCALE if other.traits.greyscale else Change.IN_COLOUR


def _scale(one: tuple[float, float], other: PictureInfo) -> Change | None:
    """Return the change of size between two whole pictures."""
    across, down = other.width / one[0], other.height / one[1]
    if across == down == 1 or _is_stretched(one, other):
        return None
    for scale, change in _NAMED_SCALES.items():
        if abs(across - scale) * one[0] <= 1:
            return change
    return Change.SCALED


def _is_stretched(one: tuple[float, float], other: PictureInfo) -> bool:
    """True if the proportions differ; a side rounded to whole pixels may be off by one."""
    across, down = other.width / one[0], other.height / one[1]
    return abs(across - down) * max(one) > 2


def _scale_of_part(part: tuple[float, float], other: PictureInfo) -> Change | None:
    """Return the change of size between a part of one picture and the other picture."""
    scale = sqrt(other.width * other.height / (part[0] * part[1]))
    for named, change in _NAMED_SCALES.items():
        if abs(scale / named - 1) <= _NEARLY:
            return change
    return None if abs(scale - 1) <= _NEARLY else Change.SCALED


def _held(one: PictureInfo, other: PictureInfo) -> Iterator[Change]:
    """Yield the changes of the data besides the picture that can be shown or played."""
    if one.only_shown_here(other):
        yield Change.HOLDS_LESS
    if other.only_shown_here(one):
        yield Change.HOLDS_MORE


def _looks_the_same(one: PictureInfo, other: PictureInfo, evidence: Evidence) -> bool:
    """True if nothing shows that a picture was encoded again."""
    is_equal = evidence.difference == 0 and evidence.fine == 0
    return is_equal and (one.format, one.encoding) == (other.format, other.encoding)


def _encoding(one: PictureInfo, other: PictureInfo) -> Change:
    if other.format != one.format:
        return Change.OTHER_FORMAT
    return Change.SAVED_AGAIN if other.format in _LOSSLESS else Change.RE_ENCODED


# -- the picture was edited ------------------------------------------------------------------------


def _edits(one: Picture, other: Picture, evidence: Evidence) -> Iterator[Change]:
    """Yield the changes of framing, of one part, and of tone."""
    view, by_the_edit = evidence.view, 0.0
    if _is_cut(view):
        yield _framing(one, other, view)
    elif _is_stretched(size_shown(one.info, view, is_part=False), other.info):
        yield Change.OTHER_PROPORTIONS
    if evidence.edited is not None:
        left, top, right, bottom = evidence.edited
        by_the_edit = _BY_AN_EDIT * (right - left) * (bottom - top)
        yield Change.PART_EDITED
    # A border or a caption has a tone of its own, which is not that of the picture.
    is_all_there = min(*view.box[:2], *(1 - edge for edge in view.box[2:])) >= -_NOTICED
    if is_all_there and abs(evidence.brightness) > BRIGHTER + by_the_edit:
        yield Change.BRIGHTER if evidence.brightness > 0 else Change.DARKER
    is_clean = is_all_there and evidence.edited is None
    if is_clean and not 1 / CONTRAST <= evidence.gain <= CONTRAST:
        yield Change.MORE_CONTRAST if evidence.gain > 1 else Change.LESS_CONTRAST
    if not evidence.legible:
        yield Change.LETTERS_NOT_COMPARED
    if not 1 / SATURATION <= evidence.saturation <= SATURATION:
        yield Change.MORE_COLOURFUL if evidence.saturation > 1 else Change.LESS_COLOURFUL


def _is_cut(view: View) -> bool:
    """True if something was cut away or put around."""
    return not is_near(view.box, WHOLE, _NOTICED)


def _framing(one: Picture, other: Picture, view: View) -> Change:
    """Return what was cut away or put around, by the part of `one` that `other` shows."""
    left, top, right, bottom = view.box
    gone, added = ((pick(left, top, 1 - right, 1 - bottom)) for pick in (max, min))
    if gone > _NOTICED and -added > _NOTICED:
        return Change.ANOTHER_PART
    if gone > _NOTICED:
        is_border = view.name == "trimmed" or _is_inside(view, one)
        return Change.BORDER_REMOVED if is_border else Change.CROPPED
    is_border = view.name == "trimmed" or _is_inside(view.inverse(), other)
    return Change.BORDER_ADDED if is_border else Change.MORE_AROUND


def _is_inside(view: View, picture: Picture) -> bool:
    """True if a view shows what lies inside of a picture's uniform border."""
    border = picture.traits.hashes.border
    return border is not None and is_near(view.source, border)
