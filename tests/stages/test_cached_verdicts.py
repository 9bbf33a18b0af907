"""A pair of known contents is judged once, by each settings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.confirm import confirm, recognise
from dupscan.fingerprint.look import look
from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.matches import Candidate, Hit, Look
from dupscan.model.pictures import Picture
from dupscan.model.views import View
from dupscan.progress import Silence
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.stages.cached_verdicts import CachedVerdicts
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import fingerprint_all
from dupscan.store import Store
from dupscan.workers.executor import InLine

PLAIN = (Hit(0, View("plain")),)
PAIRS = [Candidate(0, 1, PLAIN), Candidate(0, 2, PLAIN), Candidate(0, 3, PLAIN)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store", "one") as made:
        yield made


@pytest.fixture
def pictures(
    originals: Path, tmp_path: Path, entry_of: Callable[[Path], FileEntry], store: Store
) -> list[Picture]:
    """A picture, a smaller version, one with a caption, and another picture."""
    folder = tmp_path / "library"
    folder.mkdir()
    shutil.copy(originals / "coffee.jpg", folder / "1.jpg")
    with Image.open(originals / "coffee.jpg") as coffee:
        coffee.resize((300, 200)).save(folder / "2.jpg")
        coffee.paste("white", (0, 0, coffee.width, 40))
        coffee.save(folder / "3.jpg", quality=90)
    shutil.copy(originals / "rocket.jpg", folder / "4.jpg")
    for path in folder.iterdir():
        os.utime(path, ns=(10**18, 10**18))
    files = FileTable.of(map(entry_of, folder.iterdir()))
    context = ScanContext(store, Silence(), InLine(), lambda: False)
    taken = fingerprint_all(files, FingerprintSettings(), context)
    return store.pictures(files, np.arange(4), taken.fingerprint_ids, 0.0)


@pytest.fixture
def look_at(store: Store, pictures: list[Picture]) -> Callable[[int], Look]:
    return lambda at: look(
        pictures[at].traits, store.fingerprints.likeness(pictures[at].fingerprint_id)
    )


def never(number: int) -> Look:
    raise AssertionError("a picture was looked at")


def test_no_pairs_have_no_verdict(store: Store, pictures: list[Picture]) -> None:
    verdicts = CachedVerdicts(pictures, MatchSettings(), store, never)
    assert list(verdicts.recognise([])) == []
    assert list(verdicts.confirm([])) == []


def test_what_is_recognised_is_the_same_the_second_time_and_nothing_is_looked_at(
    store: Store, pictures: list[Picture], look_at: Callable[[int], Look]
) -> None:
    expected = list(recognise(PAIRS, MatchSettings(), look_at))
    first = CachedVerdicts(pictures, MatchSettings(), store, look_at)
    second = CachedVerdicts(pictures, MatchSettings(), store, never)
    assert expected == list(first.recognise(PAIRS))
    assert expected == list(second.recognise(PAIRS))
    assert [match is not None for _, match in expected] == [True, False, False]


def test_what_is_confirmed_is_the_same_the_second_time_and_nothing_is_looked_at(
    store: Store, pictures: list[Picture], look_at: Callable[[int], Look]
) -> None:
    expected = list(confirm(PAIRS, MatchSettings(), look_at))
    first = CachedVerdicts(pictures, MatchSettings(), store, look_at)
    second = CachedVerdicts(pictures, MatchSettings(), store, never)
    assert expected == list(first.confirm(PAIRS))
    assert expected == list(second.confirm(PAIRS))
    assert expected


def test_pairs_come_in_their_order_known_or_not(
    store: Store, pictures: list[Picture], look_at: Callable[[int], Look]
) -> None:
    verdicts = CachedVerdicts(pictures, MatchSettings(), store, look_at)
    list(verdicts.recognise(PAIRS[1:2]))
    assert [pair for pair, _ in verdicts.recognise(PAIRS)] == PAIRS


@pytest.mark.parametrize("cutoff", ["max_fine", "max_difference", "max_rms"])
def test_other_settings_judge_anew(
    store: Store, pictures: list[Picture], look_at: Callable[[int], Look], cutoff: str
) -> None:
    list(CachedVerdicts(pictures, MatchSettings(), store, look_at).recognise(PAIRS))
    strict = MatchSettings(**{cutoff: 0.0})
    [(_, match), *_] = CachedVerdicts(pictures, strict, store, look_at).recognise(PAIRS)
    assert match is None


def test_pairs_that_met_in_another_way_are_judged_anew(
    store: Store, pictures: list[Picture], look_at: Callable[[int], Look]
) -> None:
    list(CachedVerdicts(pictures, MatchSettings(), store, look_at).recognise(PAIRS))
    turned = [Candidate(0, 1, (Hit(0, View("plain", 1)),))]
    expected = list(recognise(turned, MatchSettings(), look_at))
    assert expected == list(
        CachedVerdicts(pictures, MatchSettings(), store, look_at).recognise(turned)
    )
