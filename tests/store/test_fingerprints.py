"""Fingerprints are found in the store as they were put there, one by one and as columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dupscan.index import candidates
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Checked, Fingerprint, Hashes
from dupscan.model.views import FIXED, ORIENTATIONS, PARTS
from dupscan.settings import MatchSettings
from dupscan.store import Store

Print = Callable[..., Fingerprint]
BORDERS = (None, (0.0, 0.1, 1.0, 0.9), (0.1, 0.1, 0.8, 0.95))


@pytest.fixture(scope="session")
def stored(file_of: Callable[..., FileEntry]) -> Callable[..., list[int]]:
    """Put fingerprints into a store, one a file; their numbers."""

    def put(store: Store, found: list[Fingerprint]) -> list[int]:
        files = [file_of(f"/{at:06}", inode=at + 1) for at in range(len(found))]
        for file, one in zip(files, found, strict=True):
            store.add(file, one)
        return [int(one) for one in store.recall(FileTable.of(files)).fingerprint_ids]

    return put


def test_nothing_can_be_asked_for() -> None:
    with Store() as store:
        none = np.empty(0, np.int64)
        columns = store.fingerprints.columns(none)
        assert (0, 0, (0, len(PARTS)), {}) == (
            len(columns.detail),
            len(columns.plain),
            columns.parts.shape,
            columns.borders,
        )
        assert store.fingerprints.traits([]) == {}
        table = store.fingerprints.hash_table(none, none, columns, none)
        assert len(candidates(table, MatchSettings())) == 0
        store.fingerprints.learn({})
        assert store.fingerprints.recall("pixels", []) == {}


def test_each_comes_back_as_it_was(
    stored: Callable[..., list[int]], made_print: Print, all_of: Callable[[Any], Any]
) -> None:
    found = [made_print(seed) for seed in range(5)]
    with Store() as store:
        numbers = stored(store, found)
        traits = store.fingerprints.traits(reversed([*numbers, *numbers]))
        assert [all_of(one.traits) for one in found] == [all_of(traits[at]) for at in numbers]
        assert [all_of(one.likeness) for one in found] == [
            all_of(store.fingerprints.likeness(at)) for at in numbers
        ]
        assert [one.likeness.thumbnail for one in found] == [
            store.fingerprints.thumbnail(at) for at in numbers
        ]


def test_columns_come_in_the_order_asked_for(
    stored: Callable[..., list[int]], made_print: Print, hashes_of: Callable[..., Hashes]
) -> None:
    """More than are fetched in one go, and some of them twice."""
    found = [
        made_print(
            seed, thumbnail=0, detail=seed / 7, hashes=hashes_of(seed, border=BORDERS[seed % 3])
        )
        for seed in range(300)
    ]
    wanted = np.random.default_rng(1).integers(0, 300, 5000)
    with Store() as store:
        numbers = np.array(stored(store, found))
        columns = store.fingerprints.columns(numbers[wanted])
    asked = [found[at].traits for at in wanted]
    assert [one.detail for one in asked] == columns.detail.tolist()
    assert [one.info.pixels for one in asked] == columns.pixels.tolist()
    assert [one.hashes.plain for one in asked] == columns.plain.tolist()
    assert [one.hashes.parts.tolist() for one in asked] == columns.parts.tolist()
    assert columns.borders == {
        row: one.hashes.border for row, one in enumerate(asked) if one.hashes.border
    }


def test_a_digest_that_is_learnt_is_known(
    stored: Callable[..., list[int]], made_print: Print
) -> None:
    with Store() as store:
        first, second = stored(store, [made_print(1, digest=b""), made_print(2, digest=b"")])
        whole = replace(made_print(1).traits.info, frames=7)
        store.fingerprints.learn({first: Checked(b"1" * 32, whole)})
        assert store.fingerprints.without_digest().tolist() == [second]
        assert store.fingerprints.digests(1000) == [b"1" * 32]
        assert store.fingerprints.id_of(b"1" * 32) == first
        learnt = store.fingerprints.traits([first])[first]
        assert (learnt.digest, learnt.info, learnt.coarse) == (b"1" * 32, whole, False)


def test_a_digest_that_another_one_has_leaves_both_as_they_are(
    stored: Callable[..., list[int]], made_print: Print
) -> None:
    """Another scan may have read the same bytes just now."""
    with Store() as store:
        known, lacking = stored(store, [made_print(1), made_print(2, digest=b"")])
        store.fingerprints.learn(
            {lacking: Checked(made_print(1).traits.digest, made_print(2).traits.info)}
        )
        assert store.fingerprints.id_of(made_print(1).traits.digest) == known
        assert store.fingerprints.without_digest().tolist() == [lacking]


def test_what_else_is_remembered_is_found_by_its_kind(
    stored: Callable[..., list[int]], made_print: Print
) -> None:
    with Store() as store:
        one, other = stored(store, [made_print(1), made_print(2)])
        store.fingerprints.remember("pixels", {one: b"p", other: b""})
        store.fingerprints.remember("originals", {one: b"o"})
        store.fingerprints.remember("pixels", {one: b"again"})
        assert store.fingerprints.recall("pixels", [other, one, one]) == {one: b"again", other: b""}
        assert store.fingerprints.recall("originals", [one, other]) == {one: b"o"}


@st.composite
def libraries(draw: st.DrawFn) -> list[Hashes]:
    """Hashes some of which are near one another, plainly or by a view of one."""
    count = draw(st.integers(0, 40))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    bases = chance.integers(0, 2**64, 4, np.uint64)

    def some(size: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
        near = bases[chance.integers(0, 4, size)]
        for _ in range(3):
            near = near ^ (np.uint64(1) << chance.integers(0, 64, size, np.uint64))
        return np.where(chance.random(size) < 0.3, near, chance.integers(0, 2**64, size, np.uint64))

    def one(border: Any) -> Hashes:
        count = len(FIXED) + (len(ORIENTATIONS) if border else 0)
        return Hashes(int(some(1)[0]), some(count), some(len(PARTS)), border)

    return [one(draw(st.sampled_from(BORDERS))) for _ in range(count)]


@hypothesis_settings(max_examples=30)
@given(hashes=libraries(), seed=st.integers(0, 2**32), index=st.sampled_from(["bktree", "multi"]))
def test_a_search_over_the_store_finds_what_one_in_memory_finds(
    stored: Callable[..., list[int]],
    made_print: Print,
    hashes: list[Hashes],
    seed: int,
    index: str,
) -> None:
    """Whatever takes part in it, in whatever order, and whatever it is called."""
    chance = np.random.default_rng(seed)
    taking_part = chance.permutation(len(hashes))[: max(1, len(hashes) * 3 // 4)]
    called = np.arange(len(hashes)) * 3 + 5
    settings = MatchSettings(index=index)
    in_memory: list[Hashes | None] = [None] * (int(called[-1]) + 1 if len(called) else 0)
    for at, one in zip(called, hashes, strict=True):
        in_memory[at] = one
    expected = candidates(HashTable.of(in_memory, called[taking_part].tolist()), settings)
    with Store() as store:
        prints = [made_print(at, thumbnail=0, hashes=one) for at, one in enumerate(hashes)]
        numbers = np.array(stored(store, prints), np.int64)
        columns = store.fingerprints.columns(numbers)
        table = store.fingerprints.hash_table(called, numbers, columns, taking_part)
        assert list(expected) == list(candidates(table, settings))
