"""Views: the turned, mirrored, trimmed or cropped versions of a picture that a scan looks up.

A view turns a picture, and then takes a part of it. A turned or cropped picture has another
perceptual hash. So the hashes of the plain pictures are indexed, and the hashes of all views of
each picture are looked up in that index.
"""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of width and height; parts beyond 0 or 1 were cut off."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
PLAIN, MIRRORED, UPSIDE_DOWN, HALF_TURN, TRANSPOSED, CLOCKWISE, ANTICLOCKWISE, TRANSVERSE = range(8)
"""Orientations as three bits: 1 swaps left and right, 2 top and bottom, and before that 4 swaps
width and height."""
ORIENTATIONS = (
    "plain",
    "mirrored",
    "mirrored upside down",
    "rotated 180°",
    "mirrored and rotated 90° anticlockwise",
    "rotated 90° clockwise",
    "rotated 90° anticlockwise",
    "mirrored and rotated 90° clockwise",
)
_INVERSE = (0, 1, 2, 3, 4, 6, 5, 7)
_CENTRAL = (0.05, 0.1, 0.15, 0.2, 0.3)
_EDGES = (0.1, 0.2)
"""Shares that are cut away. The steps are as wide as near hashes and registration can bridge."""
AT_THE_BORDER = 0.016
"""Largest error, as a share of a side, of the inside of a border, which is found in 64 steps."""


@dataclass(frozen=True, slots=True)
class View:
    """A turned part of a picture."""

    name: str
    orientation: int = PLAIN
    box: Box = WHOLE
    """The part of the turned picture that is taken."""

    @property
    def is_whole(self) -> bool:
        """True if nothing is cut off."""
        return self.box == WHOLE

    @property
    def source(self) -> Box:
        """The box of the view in the picture before it is turned."""
        return self.seen_at(WHOLE)

    def seen_at(self, part: Box) -> Box:
        """The box, in the picture before it is turned, of a part of this view."""
        left, top, right, bottom = self.box
        width, height = right - left, bottom - top
        inner = (
            left + part[0] * width,
            top + part[1] * height,
            left + part[2] * width,
            top + part[3] * height,
        )
        return _turned(inner, _INVERSE[self.orientation])

    def inverse(self) -> View:
        """The inverse view: the view of this view that gives back the whole picture.

        >>> View("half", CLOCKWISE, (0.0, 0.0, 0.5, 1.0)).inverse().box
        (0.0, -1.0, 1.0, 1.0)
        """
        left, top, right, bottom = self.box
        width, height = right - left, bottom - top
        outside = (-left / width, -top / height, (1 - left) / width, (1 - top) / height)
        back = _INVERSE[self.orientation]
        name = ORIENTATIONS[back] if self.name in ORIENTATIONS else self.name
        return View(name, back, _turned(outside, back))


AS_IT_IS = View("plain")
"""The view of a whole picture that is neither turned nor cut."""


def _turned(box: Box, orientation: int) -> Box:
    """The box of a part after its picture is turned."""
    left, top, right, bottom = box
    if orientation & 4:
        left, top, right, bottom = top, left, bottom, right
    if orientation & 2:
        top, bottom = 1 - bottom, 1 - top
    if orientation & 1:
        left, right = 1 - right, 1 - left
    return left + 0.0, top + 0.0, right + 0.0, bottom + 0.0


def is_near(one: Box, other: Box, off: float = AT_THE_BORDER) -> bool:
    """True if each side of a box is at most `off`, a share of the picture, from another box's."""
    return all(abs(edge - another) <= off for edge, another in zip(one, other, strict=True))


def _cuts() -> tuple[View, ...]:
    """The crops that people make: central parts, and parts without one or two edges."""
    boxes: list[Box] = [(cut / 2, cut / 2, 1 - cut / 2, 1 - cut / 2) for cut in _CENTRAL]
    for cut in _EDGES:
        boxes += [(cut / 2, 0, 1 - cut / 2, 1), (0, cut / 2, 1, 1 - cut / 2)]
        boxes += [(cut, 0, 1, 1), (0, 0, 1 - cut, 1), (0, cut, 1, 1), (0, 0, 1, 1 - cut)]
    cut = _EDGES[0]
    boxes += [
        (cut, cut, 1, 1),
        (cut, 0, 1, 1 - cut),
        (0, cut, 1 - cut, 1),
        (0, 0, 1 - cut, 1 - cut),
    ]
    return tuple(View("cropped", box=box) for box in boxes)


TURNED = tuple(View(name, at) for at, name in enumerate(ORIENTATIONS) if at)
CUT = _cuts()
FIXED = (*TURNED, *CUT)
"""The views of every picture."""
PARTS = (View("upper part", box=(0, 0, 1, 0.75)), View("lower part", box=(0, 0.25, 1, 1)))
"""Parts that are looked up among the same parts of other pictures: a caption spoils the rest."""


def trimmed(box: Box) -> tuple[View, ...]:
    """Return the views of the part inside a picture's uniform border, in all orientations."""
    return tuple(View("trimmed", at, _turned(box, at)) for at in range(len(ORIENTATIONS)))
