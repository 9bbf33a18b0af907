"""The result of a comparison in words: the same on a terminal and in a picture."""

from __future__ import annotations

from collections.abc import Iterator

from dupscan.comparison.comparison import Comparison, Measurement
from dupscan.model import formats
from dupscan.model.explanation import explanation
from dupscan.model.views import ORIENTATIONS, PLAIN, WHOLE, View
from dupscan.text.units import counted

LABELS = {
    "distance": "hash distance",
    "histogram_rms": "histogram RMS",
    "difference": "coarse difference",
    "fine": "fine difference",
    "agreement": "agreement",
    "colour": "colour difference",
    "letters": "letters",
    "detail": "detail",
}
"""Names of the measures, for people."""
_A_TRIFLE = 0.01
"""Share of a side that is too small to mention."""
_NEARLY_ALL, _LEAST_SHARE = 0.995, 0.0001
"""Shares of a picture above and below which words stand for the number."""


def headline(compared: Comparison) -> str:
    """Return the verdict with its reason, such as ``picture: half size, re-encoded``."""
    if compared.verdict is None:
        return f"different: {compared.obstacle}"
    words = explanation_of(compared)
    if compared.same_file:
        is_itself = compared.first.file.path == compared.second.file.path
        words = (
            "itself" if is_itself else "one file under two names, so deleting either frees nothing"
        )
    return f"{compared.verdict.value}: {words}"


def explanation_of(compared: Comparison) -> str:
    """Return in words what the second picture is to the first; empty without a verdict."""
    evidence = compared.evidence
    return explanation(
        compared.changes,
        compared.first.info,
        compared.second.info,
        evidence.view,
        evidence.edited,
    )


def notes(compared: Comparison) -> Iterator[str]:
    """Yield other lines that a person should read."""
    if compared.same_bytes or compared.pixels.equal:
        return
    for which, picture in (("first", compared.first), ("second", compared.second)):
        info = picture.info
        if info.frames > 1 and info.format != formats.JPEG.name:
            yield (
                f"Of the {which} only the first of {info.frames:,} frames was compared; "
                "a scan calls such a file a duplicate only for equal bytes or pixels."
            )


def value_of(measured: Measurement) -> str:
    """Return the value with its unit, such as ``2 bits``."""
    if measured.name == "distance":
        return counted(round(measured.value), "bit")
    unit = "" if measured.name == "agreement" else measured.unit.partition(" ")[0]
    return f"{_number(measured, measured.value)} {unit}".rstrip()


def cutoff_of(measured: Measurement) -> str:
    """Return the cutoff, such as ``at most 8``."""
    return f"at {'least' if measured.at_least else 'most'} {_number(measured, measured.cutoff)}"


def _number(measured: Measurement, value: float) -> str:
    if measured.name == "agreement":
        return f"{100 * value:.3g} %"
    return f"{round(value, 4):.3g}"


def view_of(compared: Comparison) -> str:
    """Return where the second picture lies in the first."""
    view = compared.evidence.view
    turned = "" if view.orientation == PLAIN else ORIENTATIONS[view.orientation]
    if not compared.is_near:
        return f"none is near; measured {turned or 'as they are'}"
    if _is_whole(view):
        return f"the second is the first {turned}" if turned else "both are the whole picture"
    part, of_whom = _part(view), "the second is part of the first,"
    if part is None:
        part, of_whom = _part(view.inverse()), "the first is part of the second,"
    words = "they share a part" if part is None else f"{of_whom} {part}"
    return f"{words}, {turned}" if turned else words


def _is_whole(view: View) -> bool:
    return all(abs(edge - end) <= _A_TRIFLE for edge, end in zip(view.box, WHOLE, strict=True))


def _part(view: View) -> str | None:
    """Return the part of a view in percent; None if it goes beyond the picture."""
    left, top, right, bottom = view.source
    if min(left, top, 1 - right, 1 - bottom) < -_A_TRIFLE:
        return None
    across, down = (
        f"{100 * max(0.0, low):.0f}-{100 * min(1.0, high):.0f} %"
        for low, high in ((left, right), (top, bottom))
    )
    return f"{across} across, {down} down"


def bytes_of(compared: Comparison) -> str:
    """Return in words if the bytes are equal."""
    if compared.same_file:
        return "the same file"
    return "equal" if compared.same_bytes else "different"


def pixels_of(compared: Comparison) -> str:
    """Return in words if the pixels are equal, and in which box they are not."""
    found = compared.pixels
    if found.equal:
        return "equal"
    words = "different" if found.unknown is None else f"not known: {found.unknown}"
    if found.differing.obstacle is not None:
        # The reason is the same for both if a file cannot be decoded in full.
        known = found.differing.obstacle == found.unknown
        return words if known else f"{words}; {found.differing.obstacle}"
    if found.differing.box is None:
        return (
            f"{words}; the first frames are equal, but other frames or the colour profile are not"
        )
    left, top, right, bottom = found.differing.box
    info = compared.first.info
    share = (right - left) * (bottom - top) / (info.width * info.height)
    if share > _NEARLY_ALL:
        return f"{words} all over"
    percent = f"{100 * share:.2g}" if share >= _LEAST_SHARE else "less than 0.01"
    return f"{words}; within {left}-{right} across, {top}-{bottom} down, {percent} % of it"
