"""A fingerprint comes back from its row as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.hash_table import VIEWS
from dupscan.model.pictures import Fingerprint, Hashes, Likeness, PictureInfo, Traits
from dupscan.model.views import FIXED, ORIENTATIONS, PARTS
from dupscan.store import packing

HASH = st.integers(0, 2**64 - 1)
BOX = st.tuples(*[st.floats(0, 0.4)] * 2, *[st.floats(0.6, 1)] * 2)
NAME = st.text(max_size=20)
EMBEDDED = st.builds(
    EmbeddedItem,
    kind=st.sampled_from(EmbeddedKind),
    name=NAME,
    digest=st.binary(min_size=8, max_size=8).map(bytes.hex),
)
INFO = st.builds(
    PictureInfo,
    format=NAME,
    width=st.integers(1, 2**31),
    height=st.integers(1, 2**31),
    frames=st.integers(1, 2**40),
    bit_depth=st.integers(1, 64),
    channels=NAME,
    colour_profile=st.none() | st.text(),  # lone surrogates too
    captured=st.none() | NAME,
    gps=st.booleans(),
    rating=st.none() | st.integers(-1, 5),
    encoding=st.integers(1, 100),
    position=st.none() | NAME,
    notes=st.none() | NAME,
    captured_is_guess=st.booleans(),
    labels=st.none() | NAME,
    transparent=st.booleans(),
    embedded=st.lists(EMBEDDED, max_size=2).map(tuple),
)


@st.composite
def any_hashes(draw: st.DrawFn) -> Hashes:
    border = draw(st.none() | BOX)
    count = len(FIXED) + (len(ORIENTATIONS) if border else 0)
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    numbers = chance.integers(0, 2**64, count + len(PARTS), np.uint64)
    return Hashes(draw(HASH), numbers[len(PARTS) :], numbers[: len(PARTS)], border)


@st.composite
def any_likeness(draw: st.DrawFn) -> Likeness:
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Likeness(
        planes=chance.integers(0, 256, (3, 32, 32), dtype=np.uint8),
        histogram=chance.random((4, 256), dtype=np.float32),
        thumbnail=draw(st.binary(max_size=200)),
    )


TRAITS = st.builds(
    Traits,
    digest=st.just(b"") | st.binary(min_size=32, max_size=32),
    hashes=any_hashes(),
    detail=st.floats(0, 1e9),
    greyscale=st.booleans(),
    info=INFO,
    coarse=st.booleans(),
)
FINGERPRINTS = st.builds(Fingerprint, TRAITS, any_likeness())


def through_sqlite(columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """The columns as a database gives them back."""
    with sqlite3.connect(":memory:") as connection:
        marks = ", ".join("?" * len(columns))
        row: tuple[Any, ...] = connection.execute(f"SELECT {marks}", columns).fetchone()
    connection.close()
    return row


@given(found=FINGERPRINTS)
def test_any_fingerprint_comes_back_as_it_was(
    all_of: Callable[[Any], Any], found: Fingerprint
) -> None:
    columns = packing.PackedFingerprint(*through_sqlite(packing.pack(found)))
    traits = tuple(getattr(columns, name) for name in packing.TRAITS.split(", "))

    assert found.traits.info.pixels == columns.pixels
    assert all_of(found.traits) == all_of(packing.unpack_traits(traits))
    assert all_of(found.likeness) == all_of(packing.unpack_likeness(columns.likeness))
    assert found.likeness.thumbnail == packing.unpack_thumbnail(columns.likeness)


@given(found=st.lists(any_hashes(), max_size=5))
def test_hashes_come_back_as_columns(found: list[Hashes]) -> None:
    """With room for the views inside of a border, zero where there is none."""
    blobs = [packing.pack(with_hashes(one)).hashes for one in found]

    columns = packing.unpack_plain_and_parts([blob[: packing.PLAIN_AND_PARTS] for blob in blobs])
    views = packing.unpack_views(blobs)

    assert [[one.plain, *one.parts.tolist()] for one in found] == columns.tolist()
    assert [(*one.views.tolist(), *[0] * (VIEWS - len(one.views))) for one in found] == [
        tuple(row) for row in views.tolist()
    ]


def with_hashes(hashes: Hashes) -> Fingerprint:
    traits = Traits(bytes(32), hashes, 1.0, greyscale=False, info=PictureInfo("JPEG", 1, 1))
    levels = np.zeros((4, 256), np.float32)
    return Fingerprint(traits, Likeness(np.zeros((3, 32, 32), np.uint8), levels, b""))
