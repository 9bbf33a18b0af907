"""A pair of known contents is judged once, by each settings."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

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
from dupscan.stages.cached_verdicts import (
    CachedVerdicts,
    confirm_key,
    hits_key,
    recognise_key,
)
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


# -- the keys by which verdicts are remembered -----------------------------------------------------


OF_RECOGNISE = {"max_rms", "max_difference", "max_fine"}
OF_CONFIRM = OF_RECOGNISE | {"min_agreement", "max_colour"}
OF_NEITHER = {"radius", "views", "index", "min_detail", "max_letters"}
"""Settings that choose the pairs, and do not judge them; of the letters there is another key."""


def test_the_keys_are_these_very_texts() -> None:
    """They name no field: one that is renamed forgets no verdict of any store."""
    settings = MatchSettings(
        max_rms=0.085, max_difference=15, max_fine=1.45, min_agreement=0.92, max_colour=10
    )
    cutoffs = "histogram RMS <= 0.085, difference <= 15.0, fine <= 1.45"
    assert recognise_key(settings) == f"recognise, {cutoffs}"
    assert confirm_key(settings) == f"confirm, {cutoffs}, agreement >= 0.92, colour <= 10.0"


def test_the_hits_are_written_as_this_very_text() -> None:
    hits = (Hit(0, View("plain")), Hit(3, View("cropped", 5, (0, 0.1, 1, 1 / 3)), of_b=True))
    assert hits_key(hits) == (
        "0 bits, view of a: plain, turned 0, 0.0 0.0 1.0 1.0; "
        "3 bits, view of b: cropped, turned 5, 0.0 0.1 1.0 0.3333333333333333"
    )


def test_a_setting_that_is_added_changes_no_key() -> None:
    @dataclass(frozen=True)
    class Later(MatchSettings):
        max_gloss: float = 0.5

    assert recognise_key(Later()) == recognise_key(MatchSettings())
    assert confirm_key(Later(max_gloss=0.7)) == confirm_key(MatchSettings())


def test_every_setting_is_in_a_key_or_known_not_to_judge() -> None:
    """Fails for a new setting until it is decided on."""
    assert {one.name for one in fields(MatchSettings)} == OF_CONFIRM | OF_NEITHER


@pytest.mark.parametrize("name", sorted(OF_CONFIRM | OF_NEITHER))
def test_a_cutoff_that_changes_makes_another_key_and_no_other_setting_does(name: str) -> None:
    usual = MatchSettings()
    words = {"views": "plain", "index": "multi"}
    shares = {"max_rms": 0.5, "min_agreement": 0.5}
    value = (words | shares).get(name, 9)
    changed = replace(usual, **{name: value})
    assert (recognise_key(changed) != recognise_key(usual)) == (name in OF_RECOGNISE)
    assert (confirm_key(changed) != confirm_key(usual)) == (name in OF_CONFIRM)


def test_cutoffs_that_differ_in_the_last_digit_have_other_keys() -> None:
    usual = MatchSettings()
    changed = replace(usual, max_fine=math.nextafter(usual.max_fine, 2))
    assert recognise_key(changed) != recognise_key(usual)


class Overheard(MatchSettings):
    """Settings that remember which of them were asked for."""

    asked: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        Overheard.asked.add(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize(
    ("judge", "cutoffs"), [(recognise, OF_RECOGNISE), (confirm, OF_CONFIRM)], ids=["quick", "close"]
)
def test_the_judges_ask_for_no_setting_that_is_not_in_their_key(
    judge: Callable[..., Iterator[object]],
    cutoffs: set[str],
    look_at: Callable[[int], Look],
) -> None:
    settings = Overheard()
    Overheard.asked.clear()
    list(judge(PAIRS, settings, look_at))
    assert cutoffs == {name for name in Overheard.asked if not name.startswith("_")}


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


@pytest.mark.parametrize(
    "other", [{"radius": 12}, {"min_detail": 0.1}, {"index": "multi"}], ids=str
)
def test_settings_that_only_choose_the_pairs_judge_nothing_anew(
    store: Store,
    pictures: list[Picture],
    look_at: Callable[[int], Look],
    other: dict[str, Any],
) -> None:
    expected = list(CachedVerdicts(pictures, MatchSettings(), store, look_at).recognise(PAIRS))
    assert expected == list(
        CachedVerdicts(pictures, MatchSettings(**other), store, never).recognise(PAIRS)
    )
