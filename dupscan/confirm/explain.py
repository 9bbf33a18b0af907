"""What one picture is to another, in words."""

from __future__ import annotations

from dupscan import formats
from dupscan.model import Evidence, Picture, PictureInfo, Verdict

CLEARLY_DIFFERENT = 5.0
"""Levels of the aligned difference that nearly all re-encoding and resizing stays under."""
_NAMED_SCALES = {0.25: "a quarter of the size", 0.5: "half size", 2.0: "double size"}
_LOSSLESS = {one.name for one in (formats.PNG, formats.GIF, formats.BMP, formats.TIFF)}


def explain(keeper: Picture, other: Picture, verdict: Verdict, evidence: Evidence) -> str:
    """Say in a few words what `other` is to `keeper`, such as ``half size, re-encoded``."""
    if verdict is Verdict.FILE:
        return "the same bytes"
    parts = [_scale(keeper.info, other.info), _encoding(keeper.info, other.info)]
    if other.greyscale and not keeper.greyscale:
        parts.append("greyscale")
    elif keeper.greyscale and not other.greyscale:
        parts.append("in colour")
    if evidence.difference > CLEARLY_DIFFERENT:
        parts.append("with visible differences")
    return ", ".join(part for part in parts if part)


def _scale(keeper: PictureInfo, other: PictureInfo) -> str:
    across, down = other.width / keeper.width, other.height / keeper.height
    if across == down == 1:
        return ""
    # A side that was rounded to whole pixels may be off by one.
    if abs(across - down) * max(keeper.width, keeper.height) > 2:
        return f"other proportions ({other.width} × {other.height})"
    for scale, name in _NAMED_SCALES.items():
        if abs(across - scale) * keeper.width <= 1:
            return name
    percent = round(100 * across)
    if percent in (0, 100):
        return f"{other.width} × {other.height} pixels"
    return f"{percent} % of the size"


def _encoding(keeper: PictureInfo, other: PictureInfo) -> str:
    if other.format != keeper.format:
        return f"{other.format} instead of {keeper.format}"
    return "saved again" if other.format in _LOSSLESS else "re-encoded"
