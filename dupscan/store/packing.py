"""A fingerprint as a row of the store, and back; the one place that knows how it is packed.

Numbers in blobs are little-endian.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dupscan.model.hash_table import VIEWS
from dupscan.model.pictures import Fingerprint, Hashes, Likeness, PictureInfo, Traits
from dupscan.model.views import PARTS

TRAITS = "digest, hashes, border, detail, greyscale, info, coarse"
"""Columns that :func:`traits` wants, in this order."""
PARTS_COUNT = len(PARTS)
PLAIN_AND_PARTS = 8 * (1 + len(PARTS))
"""Bytes at the beginning of the hashes; then come the views."""
_HASH = np.dtype("<u8")
_BOX = np.dtype("<f8")
_LEVELS = np.dtype("<f4")
_PLANES = 3 * 32 * 32
_HISTOGRAM = 4 * 256 * _LEVELS.itemsize
_INFO = attrgetter(*(field.name for field in fields(PictureInfo)))


class Packed(NamedTuple):
    """A fingerprint as columns; what a worker hands back, for it costs least on the way."""

    digest: bytes | None
    hashes: bytes
    border: bytes | None
    detail: float
    greyscale: bool
    pixels: int
    info: str
    coarse: bool
    likeness: bytes


def packed(found: Fingerprint) -> Packed:
    """A fingerprint as the store has it."""
    traits, likeness = found.traits, found.likeness
    hashes = traits.hashes
    numbers = np.concatenate([[np.uint64(hashes.plain)], hashes.parts, hashes.views])
    return Packed(
        digest=traits.digest or None,
        hashes=numbers.astype(_HASH, copy=False).tobytes(),
        border=None if hashes.border is None else np.array(hashes.border, _BOX).tobytes(),
        detail=traits.detail,
        greyscale=traits.greyscale,
        pixels=traits.info.pixels,
        info=json.dumps(_INFO(traits.info)),
        coarse=traits.coarse,
        likeness=b"".join(
            (
                likeness.planes.tobytes(),
                likeness.histogram.astype(_LEVELS, copy=False).tobytes(),
                likeness.thumbnail,
            )
        ),
    )


def traits(row: tuple[Any, ...]) -> Traits:
    """What the columns :data:`TRAITS` stand for."""
    digest, hashes, border, detail, greyscale, info, coarse = row
    plain, *_ = numbers = np.frombuffer(hashes, _HASH)
    parts = 1 + len(PARTS)
    return Traits(
        digest=digest or b"",
        hashes=Hashes(int(plain), numbers[parts:], numbers[1:parts], unpacked_border(border)),
        detail=detail,
        greyscale=bool(greyscale),
        info=PictureInfo(*json.loads(info)),
        coarse=bool(coarse),
    )


def unpacked_border(border: bytes | None) -> tuple[float, float, float, float] | None:
    """The box in a column."""
    if border is None:
        return None
    left, top, right, bottom = np.frombuffer(border, _BOX).tolist()
    return left, top, right, bottom


def likeness(data: bytes) -> Likeness:
    """The likeness in a column."""
    planes, levels = data[:_PLANES], data[_PLANES : _PLANES + _HISTOGRAM]
    return Likeness(
        planes=np.frombuffer(planes, np.uint8).reshape(3, 32, 32),
        histogram=np.frombuffer(levels, _LEVELS).reshape(4, 256),
        thumbnail=thumbnail(data),
    )


def thumbnail(data: bytes) -> bytes:
    """The small JPEG file in the column of a likeness."""
    return data[_PLANES + _HISTOGRAM :]


def plain_and_parts(hashes: Sequence[bytes]) -> NDArray[np.uint64]:
    """From the first :data:`PLAIN_AND_PARTS` bytes of many hashes, shape (rows, 3)."""
    return np.frombuffer(b"".join(hashes), _HASH).reshape(-1, 1 + len(PARTS)).astype(np.uint64)


def views(hashes: Sequence[bytes]) -> NDArray[np.uint64]:
    """The views in many hashes, shape (rows, VIEWS), zero where there is none."""
    before = 1 + len(PARTS)
    width = 8 * (before + VIEWS)
    whole = np.frombuffer(b"".join(one.ljust(width, b"\0") for one in hashes), _HASH)
    return whole.reshape(-1, before + VIEWS)[:, before:].astype(np.uint64)
