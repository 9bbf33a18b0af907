"""Fingerprints as rows of the store: packed into columns, and unpacked again.

Numbers in blobs are little-endian.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.hash_table import VIEWS
from dupscan.model.pictures import Fingerprint, Hashes, Likeness, PictureInfo, Traits
from dupscan.model.views import FIXED, PARTS, Box

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
_DIGEST = 32
"""Bytes of a SHA-256."""
_INFO_TYPES = [
    tuple if one.name == "embedded" else get_type_hints(PictureInfo)[one.name]
    for one in fields(PictureInfo)
]
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
    box = unpack_border(border)
    if len(all_hashes) != views + (VIEWS if box else len(FIXED)) or not isinstance(detail, float):
        raise ValueError(f"{len(all_hashes)} hashes, and detail {detail!r}")
    if digest is not None and len(digest) != _DIGEST:
        raise ValueError(f"a digest of {len(digest)} bytes")
    return Traits(
        digest=digest or b"",
        hashes=Hashes(int(plain), all_hashes[views:], all_hashes[1:views], box),
        detail=detail,
        greyscale=bool(greyscale),
        info=_unpack_info(info),
        coarse=bool(coarse),
    )


def refuse_impossible(detail: NDArray[np.float64], pixels: NDArray[np.int64]) -> None:
    """Raise ValueError if any picture has an amount of detail or of pixels that none can have."""
    if not np.isfinite(detail).all() or (pixels < 1).any():
        raise ValueError("a picture without pixels, or with endless detail")


def pack_info(info: PictureInfo) -> str:
    """Turn the properties of a picture into the text of their column."""
    return json.dumps(_INFO(info), default=_embedded_as_list)


def _embedded_as_list(item: EmbeddedItem) -> list[str]:
    return [item.kind.value, item.name, item.digest]


def _unpack_info(text: str) -> PictureInfo:
    values = json.loads(text)
    values[-1] = tuple(_embedded(*one) for one in values[-1])
    found = PictureInfo(*values)
    if not all(map(isinstance, values, _INFO_TYPES)) or min(found.width, found.height) < 1:
        raise ValueError(f"a picture with the properties {text!r}")
    return found


def _embedded(kind: str, name: str, digest: str) -> EmbeddedItem:
    if not isinstance(name, str) or not isinstance(digest, str):
        raise TypeError(f"embedded data with the name {name!r} and the digest {digest!r}")
    return EmbeddedItem(EmbeddedKind(kind), name, digest)


def unpack_border(border: bytes | None) -> Box | None:
    """The box in the column `border`."""
    if border is None:
        return None
    left, top, right, bottom = edges = np.frombuffer(border, _BOX).tolist()
    if not np.isfinite(edges).all() or left >= right or top >= bottom:
        raise ValueError(f"a border with the inside {edges}")
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
