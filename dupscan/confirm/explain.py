"""What one picture is to another, in words."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from dupscan.confirm.verdict import BRIGHTER, CONTRAST, SATURATION
from dupscan.model import formats
from dupscan.model.matches import Evidence, Verdict
from dupscan.model.pictures import Picture, PictureInfo
from dupscan.model.views import ORIENTATIONS, WHOLE, Box, View, is_near

_NAMED_SCALES = {0.25: "a quarter of the size", 0.5: "half size", 2.0: "double size"}
_LOSSLESS = {one.name for one in (formats.PNG, formats.GIF, formats.BMP, formats.TIFF)}
_NOTICED = 0.01
"""Share of a side that is noticed when it is gone."""
_NEARLY = 0.05
"""Share by which the scale of a part may be off: it was laid on the other by eye."""
_BY_AN_EDIT = 128.0
"""Levels by which an edited part may be brighter or darker by itself."""
_HIGH = ("upper", "middle", "lower")
_WIDE = ("left", "middle", "right")


def explain(keeper: Picture, other: Picture, verdict: Verdict, evidence: Evidence) -> str:
    """Say in a few words what `other` is to `keeper`, such as ``half size, re-encoded``.

    `evidence` holds the view of `keeper` that is `other`. What is told is true of `other`: it is
    larger, it is cropped, it is the one with a border.
    """
    if verdict is Verdict.FILE:
        return "the same bytes"
    if verdict is Verdict.PIXELS:
        return ", ".join(["the same pixels", *_another_file(keeper.info, other.info)])
    stored = [*_stored(keeper, other, evidence.view)]
    edited = [*_edited(keeper, other, evidence)]
    if verdict is Verdict.SIMILAR and not edited:
        edited = ["with visible differences"]
    return ", ".join([*stored, *edited])


def _another_file(keeper: PictureInfo, other: PictureInfo) -> list[str]:
    if keeper.format != other.format:
        return [f"{other.format} instead of {keeper.format}"]
    return ["other metadata or packing"]


# -- the same picture, stored otherwise ------------------------------------------------------------


def _stored(keeper: Picture, other: Picture, view: View) -> Iterator[str]:
    """Size, encoding, and how it lies."""
    left, top, right, bottom = view.box if _is_cut(view) else WHOLE
    width, height = _turned(keeper.info, view.orientation)
    part = width * (right - left), height * (bottom - top)
    if words := _scale_of_part(part, other.info) if _is_cut(view) else _scale(part, other.info):
        yield words
    yield _encoding(keeper.info, other.info)
    if view.orientation:
        yield ORIENTATIONS[view.orientation]
    if other.traits.greyscale and not keeper.traits.greyscale:
        yield "greyscale"
    elif keeper.traits.greyscale and not other.traits.greyscale:
        yield "in colour"


def _turned(info: PictureInfo, orientation: int) -> tuple[int, int]:
    """Width and height of a picture once it is turned."""
    return (info.height, info.width) if orientation & 4 else (info.width, info.height)


def _scale(keeper: tuple[float, float], other: PictureInfo) -> str:
    across, down = other.width / keeper[0], other.height / keeper[1]
    if across == down == 1:
        return ""
    if _is_stretched(keeper, other):
        return ""
    for scale, name in _NAMED_SCALES.items():
        if abs(across - scale) * keeper[0] <= 1:
            return name
    percent = round(100 * across)
    if percent in (0, 100):
        return f"{other.width} × {other.height} pixels"
    return f"{percent} % of the size"


def _is_stretched(keeper: tuple[float, float], other: PictureInfo) -> bool:
    """Whether the proportions are others; a side rounded to whole pixels may be off by one."""
    across, down = other.width / keeper[0], other.height / keeper[1]
    return abs(across - down) * max(keeper) > 2


def _scale_of_part(part: tuple[float, float], other: PictureInfo) -> str:
    scale = sqrt(other.width * other.height / (part[0] * part[1]))
    for named, name in {**_NAMED_SCALES, 1.0: ""}.items():
        if abs(scale / named - 1) <= _NEARLY:
            return name
    return f"about {round(100 * scale)} % of the size"


def _encoding(keeper: PictureInfo, other: PictureInfo) -> str:
    if other.format != keeper.format:
        return f"{other.format} instead of {keeper.format}"
    return "saved again" if other.format in _LOSSLESS else "re-encoded"


# -- something was done to the picture -------------------------------------------------------------


def _edited(keeper: Picture, other: Picture, evidence: Evidence) -> Iterator[str]:
    """What is gone or added, where it differs, and how its tone was changed."""
    view, by_the_edit = evidence.view, 0.0
    if _is_cut(view):
        yield _framing(keeper, other, view)
    elif _is_stretched(_turned(keeper.info, view.orientation), other.info):
        yield f"other proportions ({other.info.width} × {other.info.height})"
    if evidence.edited is not None:
        left, top, right, bottom = evidence.edited
        by_the_edit = _BY_AN_EDIT * (right - left) * (bottom - top)
        yield f"differs in the {_place(evidence.edited)}"
    # A border or a caption has a tone of its own.
    is_all_there = min(*view.box[:2], *(1 - edge for edge in view.box[2:])) >= -_NOTICED
    if is_all_there and abs(evidence.brightness) > BRIGHTER + by_the_edit:
        yield "brighter" if evidence.brightness > 0 else "darker"
    is_clean = is_all_there and evidence.edited is None
    if is_clean and not 1 / CONTRAST <= evidence.gain <= CONTRAST:
        yield "more contrast" if evidence.gain > 1 else "less contrast"
    if not 1 / SATURATION <= evidence.saturation <= SATURATION:
        yield "more colourful" if evidence.saturation > 1 else "less colourful"


def _is_cut(view: View) -> bool:
    """Whether something is gone or was put around."""
    return not is_near(view.box, WHOLE, _NOTICED)


def _framing(keeper: Picture, other: Picture, view: View) -> str:
    """What is gone or added, by the part of the keeper that the other shows."""
    left, top, right, bottom = view.box
    gone, added = ((pick(left, top, 1 - right, 1 - bottom)) for pick in (max, min))
    if gone > _NOTICED and -added > _NOTICED:
        return "another part of it"
    width, height = right - left, bottom - top
    if gone > _NOTICED:
        if view.name == "trimmed" or _is_inside(view, keeper):
            return "without its border"
        return f"cropped about {max(1, round(100 * (1 - min(width, height))))} %"
    if view.name == "trimmed" or _is_inside(view.inverse(), other):
        return "with a border"
    return f"about {max(1, round(100 * (max(width, height) - 1)))} % more around it"


def _is_inside(view: View, picture: Picture) -> bool:
    """Whether a view shows of a picture what lies inside of its uniform border."""
    border = picture.traits.hashes.border
    return border is not None and is_near(view.source, border)


def _place(box: Box) -> str:
    """Where a part lies, in thirds."""
    left, top, right, bottom = box
    high = _HIGH[min(2, int(3 * (top + bottom) / 2))]
    wide = _WIDE[min(2, int(3 * (left + right) / 2))]
    if right - left > 0.5:
        return f"{high} third"
    if bottom - top > 0.5:
        return f"{wide} third"
    return "middle" if high == wide else f"{high} {wide}"
