"""What is decoded in full is decoded once: the next scan remembers what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.executors import Dying, Recording, Unused

from dupscan.fingerprint.detail_spectrum import spectrum
from dupscan.fingerprint.pixel_digest import pixel_digest
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.pictures import Picture
from dupscan.progress import Silence
from dupscan.settings import FingerprintSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import fingerprint_all
from dupscan.stages.full_decode import FullDecoder
from dupscan.store import Store
from dupscan.workers.executor import InLine

SETTINGS = FingerprintSettings()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store", "one") as made:
        yield made


@pytest.fixture
def pictures(
    photo: Image.Image, tmp_path: Path, entry_of: Callable[[Path], FileEntry], store: Store
) -> list[Picture]:
    """The same picture in two files, and another one."""
    folder = tmp_path / "library"
    folder.mkdir()
    photo.save(folder / "1.png")
    photo.save(folder / "2.bmp")
    photo.rotate(90).save(folder / "3.png")
    files = FileTable.of(map(entry_of, folder.iterdir()))
    context = ScanContext(store, Silence(), InLine(), lambda: False)
    taken = fingerprint_all(files, SETTINGS, context)
    return store.pictures(files, np.arange(3), taken.fingerprint_ids, 0.0)


def decoder(store: Store, executor: Any = None) -> FullDecoder:
    return FullDecoder(SETTINGS, ScanContext(store, Silence(), executor or InLine(), lambda: False))


def test_nothing_wanted_starts_nothing(store: Store) -> None:
    assert decoder(store, Unused()).digests([], []) == {}
    assert decoder(store, Unused()).spectra([], []) == {}


def test_digests_are_those_of_the_pixels_the_second_time_too(
    store: Store, pictures: list[Picture]
) -> None:
    expected = {at: pixel_digest(pictures[at].file, SETTINGS) for at in range(3)}
    assert expected == decoder(store).digests(pictures, [0, 1, 2])
    assert expected == decoder(store, Unused()).digests(pictures, [0, 1, 2])
    assert expected[0] == expected[1] != expected[2]


def test_spectra_are_those_of_the_pictures_the_second_time_too(
    store: Store, pictures: list[Picture]
) -> None:
    first = decoder(store).spectra(pictures, [2, 0])
    second = decoder(store, Unused()).spectra(pictures, [0, 2])
    assert {0, 2} == first.keys() == second.keys()
    for at in (0, 2):
        expected = np.asarray(spectrum(pictures[at].file, SETTINGS), np.float32)
        assert expected.tobytes() == first[at].tobytes() == second[at].tobytes()


def test_only_what_is_not_remembered_is_decoded(store: Store, pictures: list[Picture]) -> None:
    decoder(store).digests(pictures, [1])
    executor = Recording()
    assert len(decoder(store, executor).digests(pictures, [0, 1, 2])) == 3
    assert [pictures[0].file, pictures[2].file] == [file for file, _ in executor.results]


def test_what_cannot_be_read_has_none_and_is_tried_again(
    store: Store, pictures: list[Picture]
) -> None:
    os.unlink(pictures[1].file.path)
    for _ in range(2):
        executor = Recording()
        found = decoder(store, executor).digests(pictures, [1])
        assert found == {} or all(one.digest is None for one in found.values())
    assert decoder(store).spectra(pictures, [1]) == {}


def test_workers_that_give_up_are_told_and_what_they_did_counts(
    store: Store, pictures: list[Picture]
) -> None:
    dying = decoder(store, Dying())
    assert dying.digests(pictures, [0, 1, 2]).keys() == {0}
    assert [str(one) for one in dying.troubles] == ["the workers are gone"]
    assert decoder(store, Unused()).digests(pictures, [0]).keys() == {0}
