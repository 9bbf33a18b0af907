"""Views: the ways in which one picture may be another, turned, mirrored, trimmed or cut.

A view first turns a picture and then takes a part of it. The perceptual hash of a turned or cropped
picture is another one; so the plain pictures are indexed, and the hashes of all the views of each
are looked up among them.
"""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of width and height. Beyond 0 or 1 lies what was cut off."""

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
"""Shares cut away. The steps are as wide as a near hash and the registration can bridge."""
AT_THE_BORDER = 0.016
"""Share of a side by which the inside of a border, seen in 64 steps, may be off."""


@dataclass(frozen=True, slots=True)
class View:
    """A turned part of a picture."""

    name: str
    orientation: int = PLAIN
    box: Box = WHOLE
    """The part, of the turned picture."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut off."""
        return self.box == WHOLE

    @property
    def source(self) -> Box:
        """Where the part lies before the picture is turned."""
        return self.seen_at(WHOLE)

    def seen_at(self, part: Box) -> Box:
        """Where a part of the view lies in the picture."""
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
        """Where in the view the picture is: the view of the view that is the picture again.

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
    """Where a part lies once its picture was turned."""
    left, top, right, bottom = box
    if orientation & 4:
        left, top, right, bottom = top, left, bottom, right
    if orientation & 2:
        top, bottom = 1 - bottom, 1 - top
    if orientation & 1:
        left, right = 1 - right, 1 - left
    return left + 0.0, top + 0.0, right + 0.0, bottom + 0.0


def is_near(one: Box, other: Box, off: float = AT_THE_BORDER) -> bool:
    """Whether no side of a box is further from that of another than some share of the picture."""
    return all(abs(edge - another) <= off for edge, another in zip(one, other, strict=True))


def _cuts() -> tuple[View, ...]:
    """Parts that people cut out: central ones, ones without an edge or two."""
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
"""The views that every picture has."""
PARTS = (View("upper part", box=(0, 0, 1, 0.75)), View("lower part", box=(0, 0.25, 1, 1)))
"""Looked up among the same part of the others: a caption spoils the other part of both."""


def trimmed(box: Box) -> tuple[View, ...]:
    """What is inside of a picture's uniform border, in all orientations."""
    return tuple(View("trimmed", at, _turned(box, at)) for at in range(len(ORIENTATIONS)))
