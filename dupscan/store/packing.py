"""Fingerprints as rows of the store: packed into columns, and unpacked again.

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

from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.hash_table import VIEWS
from dupscan.model.pictures import Fingerprint, Hashes, Likeness, PictureInfo, Traits
from dupscan.model.views import PARTS, Box

TRAITS = "digest, hashes, border, detail, greyscale, info, coarse"
"""The columns that :func:`unpack_traits` needs, in this order."""
PARTS_COUNT = len(PARTS)
PLAIN_AND_PARTS = 8 * (1 + len(PARTS))
"""Bytes of the column `hashes` before the hashes of views begin."""
_HASH = np.dtype("<u8")
_BOX = np.dtype("<f8")
_LEVELS = np.dtype("<f4")
_PLANES = 3 * 32 * 32
"""Bytes of the small planes."""
_HISTOGRAM = 4 * 256 * _LEVELS.itemsize
"""Bytes of the histogram."""
_INFO = attrgetter(*(field.name for field in fields(PictureInfo)))


class PackedFingerprint(NamedTuple):
    """A fingerprint as columns. Workers return this form, because it is cheap to send."""

    digest: bytes | None
    hashes: bytes
    border: bytes | None
    detail: float
    greyscale: bool
    pixels: int
    info: str
    coarse: bool
    likeness: bytes


def pack(found: Fingerprint) -> PackedFingerprint:
    """Turn a fingerprint into columns."""
    traits, likeness = found.traits, found.likeness
    hashes = traits.hashes
    all_hashes = np.concatenate([[np.uint64(hashes.plain)], hashes.parts, hashes.views])
    return PackedFingerprint(
        digest=traits.digest or None,
        hashes=all_hashes.astype(_HASH, copy=False).tobytes(),
        border=None if hashes.border is None else np.array(hashes.border, _BOX).tobytes(),
        detail=traits.detail,
        greyscale=traits.greyscale,
        pixels=traits.info.pixels,
        info=pack_info(traits.info),
        coarse=traits.coarse,
        likeness=b"".join(
            (
                likeness.planes.tobytes(),
                likeness.histogram.astype(_LEVELS, copy=False).tobytes(),
                likeness.thumbnail,
            )
        ),
    )


def unpack_traits(row: tuple[Any, ...]) -> Traits:
    """Traits from the columns :data:`TRAITS`."""
    digest, hashes, border, detail, greyscale, info, coarse = row
    plain, *_ = all_hashes = np.frombuffer(hashes, _HASH)
    views = 1 + len(PARTS)
    return Traits(
        digest=digest or b"",
        hashes=Hashes(int(plain), all_hashes[views:], all_hashes[1:views], unpack_border(border)),
        detail=detail,
        greyscale=bool(greyscale),
        info=_unpack_info(info),
        coarse=bool(coarse),
    )


def pack_info(info: PictureInfo) -> str:
    """Turn the properties of a picture into the text of their column."""
    return json.dumps(_INFO(info), default=_embedded_as_list)


def _embedded_as_list(item: EmbeddedItem) -> list[str]:
    return [item.kind.value, item.name, item.digest]


def _unpack_info(text: str) -> PictureInfo:
    values = json.loads(text)
    values[-1] = tuple(EmbeddedItem(EmbeddedKind(kind), *rest) for kind, *rest in values[-1])
    return PictureInfo(*values)


def unpack_border(border: bytes | None) -> Box | None:
    """The box in the column `border`."""
    if border is None:
        return None
    left, top, right, bottom = np.frombuffer(border, _BOX).tolist()
    return left, top, right, bottom


def unpack_likeness(data: bytes) -> Likeness:
    """The likeness in a column."""
    planes, levels = data[:_PLANES], data[_PLANES : _PLANES + _HISTOGRAM]
    return Likeness(
        planes=np.frombuffer(planes, np.uint8).reshape(3, 32, 32),
        histogram=np.frombuffer(levels, _LEVELS).reshape(4, 256),
        thumbnail=unpack_thumbnail(data),
    )


def unpack_thumbnail(data: bytes) -> bytes:
    """The small JPEG file in the column of a likeness."""
    return data[_PLANES + _HISTOGRAM :]


def unpack_plain_and_parts(hashes: Sequence[bytes]) -> NDArray[np.uint64]:
    """The hashes in the first :data:`PLAIN_AND_PARTS` bytes of n columns; shape (n, 3)."""
    return np.frombuffer(b"".join(hashes), _HASH).reshape(-1, 1 + len(PARTS)).astype(np.uint64)


def unpack_views(hashes: Sequence[bytes]) -> NDArray[np.uint64]:
    """The hashes of views in n columns, shape (n, VIEWS); zero where a picture has no border."""
    before = 1 + len(PARTS)
    width = 8 * (before + VIEWS)
    whole = np.frombuffer(b"".join(one.ljust(width, b"\0") for one in hashes), _HASH)
    return whole.reshape(-1, before + VIEWS)[:, before:].astype(np.uint64)
