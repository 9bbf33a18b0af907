"""Candidates → matches, on real photographs and at the cutoffs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupscan.confirm import confirm
from dupscan.confirm.verdict import AT_ONCE
from dupscan.fingerprint import fingerprint
from dupscan.model import Candidate, FileEntry, Fingerprint, Match, Verdict
from dupscan.settings import FingerprintSettings, MatchSettings

EntryOf = Callable[[Path | str], FileEntry]
NAMES = "astronaut.jpg brick.jpg camera.jpg chelsea.jpg coffee.jpg coins.png grass.jpg".split()
NAMES += ["hubble_deep_field.jpg", "rocket.jpg"]
COLOURFUL = "astronaut.jpg chelsea.jpg coffee.jpg hubble_deep_field.jpg rocket.jpg".split()


class Shelf:
    """Fingerprints by number, and the confirmation of pairs of them."""

    def __init__(self, folder: Path, entry_of: EntryOf) -> None:
        self._folder = folder
        self._entry_of = entry_of
        self.prints: list[Fingerprint] = []

    def add(self, picture: Path | Image.Image, **how: int) -> int:
        """Put a file, or a picture saved with `how`, on the shelf, and tell its number."""
        if isinstance(picture, Image.Image):
            path = self._folder / f"{len(self.prints)}.{'jpg' if how else 'png'}"
            picture.save(path, **how)
            picture = path
        found = fingerprint(self._entry_of(picture), FingerprintSettings())
        assert isinstance(found, Fingerprint)
        self.prints.append(found)
        return len(self.prints) - 1

    def confirm(
        self, candidates: Iterator[Candidate], settings: MatchSettings | None = None
    ) -> Iterator[Match]:
        likeness = [one.likeness for one in self.prints]
        return confirm(
            candidates,
            settings or MatchSettings(),
            planes=lambda n: np.frombuffer(likeness[n].planes, np.uint8).reshape(3, 32, 32),
            histogram=lambda n: np.frombuffer(likeness[n].histogram, np.float32).reshape(4, 256),
            greyscale=lambda n: self.prints[n].greyscale,
            contrast=lambda n: self.prints[n].contrast,
        )

    def match(self, a: int, b: int, settings: MatchSettings | None = None) -> Match | None:
        distance = (self.prints[a].phash ^ self.prints[b].phash).bit_count()
        return next(self.confirm(iter([Candidate(a, b, distance)]), settings), None)


@pytest.fixture
def shelf(tmp_path: Path, entry_of: EntryOf) -> Shelf:
    return Shelf(tmp_path, entry_of)


def draw_page(paper: str, ink: str) -> Image.Image:
    """A page with a few lines of writing."""
    page = Image.new("RGB", (300, 400), paper)
    draw = ImageDraw.Draw(page)
    for top in range(30, 360, 22):
        draw.rectangle((30, top, 120 + top * 37 % 150, top + 9), fill=ink)
    return page


def test_no_candidates_give_no_matches(shelf: Shelf) -> None:
    assert list(shelf.confirm(iter([]))) == []


def test_a_picture_is_confirmed_against_itself(shelf: Shelf, photo: Image.Image) -> None:
    match = shelf.match(shelf.add(photo), shelf.add(photo))
    assert match is not None
    assert match.verdict is Verdict.SIMILAR
    assert (match.a, match.b) == (0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_copy_is_confirmed(shelf: Shelf, originals: Path, name: str) -> None:
    with Image.open(originals / name) as original:
        copy = shelf.add(original.convert("RGB"), quality=60)
    assert shelf.match(shelf.add(originals / name), copy)


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_of_half_the_size_is_confirmed(shelf: Shelf, originals: Path, name: str) -> None:
    with Image.open(originals / name) as original:
        half = original.convert("RGB").resize((original.width // 2, original.height // 2))
    assert shelf.match(shelf.add(originals / name), shelf.add(half, quality=85))


@pytest.mark.parametrize("name", NAMES)
def test_a_grey_version_is_confirmed(shelf: Shelf, originals: Path, name: str) -> None:
    with Image.open(originals / name) as original:
        grey = shelf.add(original.convert("L"), quality=85)
    assert shelf.match(shelf.add(originals / name), grey)


@pytest.mark.parametrize("name", COLOURFUL)
def test_a_copy_with_its_colours_exchanged_is_turned_away(
    shelf: Shelf, originals: Path, name: str
) -> None:
    with Image.open(originals / name) as original:
        red, green, blue = original.convert("RGB").split()
    exchanged = shelf.add(Image.merge("RGB", (blue, red, green)))
    assert shelf.match(shelf.add(originals / name), exchanged) is None


def test_two_photographs_are_never_confirmed(shelf: Shelf, originals: Path) -> None:
    """Not even if their hashes were equal by chance."""
    numbers = [shelf.add(originals / name) for name in NAMES]
    pairs = (Candidate(a, b, 0) for a, b in combinations(numbers, 2))
    assert list(shelf.confirm(pairs)) == []


def test_a_black_page_is_not_a_white_page(shelf: Shelf) -> None:
    black = shelf.add(Image.new("RGB", (300, 400), "black"))
    white = shelf.add(Image.new("RGB", (300, 400), "white"))
    assert shelf.match(black, white) is None


def test_black_on_white_is_not_white_on_black(shelf: Shelf) -> None:
    page = shelf.add(draw_page("white", "black"))
    negative = shelf.add(draw_page("black", "white"))
    assert shelf.match(page, negative) is None


def test_a_page_with_one_line_changed_is_turned_away(shelf: Shelf) -> None:
    changed = draw_page("white", "black")
    ImageDraw.Draw(changed).rectangle((30, 200, 260, 216), fill="black")
    assert shelf.match(shelf.add(draw_page("white", "black")), shelf.add(changed)) is None


def test_a_faint_page_with_one_line_changed_is_turned_away(shelf: Shelf) -> None:
    """In pencil the whole difference is a few levels, and still it is another page."""
    changed = draw_page("#f0f0f0", "#d0d0d0")
    ImageDraw.Draw(changed).rectangle((30, 200, 260, 216), fill="#d0d0d0")
    assert shelf.match(shelf.add(draw_page("#f0f0f0", "#d0d0d0")), shelf.add(changed)) is None


def test_the_measures_stand_in_the_evidence(shelf: Shelf, photo: Image.Image) -> None:
    shelf.add(photo)
    shelf.add(photo, quality=50)
    (match,) = shelf.confirm(iter([Candidate(0, 1, 6)]))
    evidence = match.evidence
    assert evidence.distance == 6
    assert 0 < evidence.histogram_rms < MatchSettings().max_rms
    assert 0 < evidence.difference < MatchSettings().max_difference
    assert {float} == {type(evidence.histogram_rms), type(evidence.difference)}


def test_a_cutoff_is_still_inside(shelf: Shelf, photo: Image.Image) -> None:
    a, b = shelf.add(photo), shelf.add(photo, quality=50)
    match = shelf.match(a, b)
    assert match is not None
    found = match.evidence
    exactly = MatchSettings(
        max_rms=found.histogram_rms,
        max_difference=found.difference,
        max_relative=found.relative_difference,
    )
    assert match == shelf.match(a, b, exactly)


@pytest.mark.parametrize("cutoff", ["max_rms", "max_difference", "max_relative"])
def test_each_measure_can_turn_a_pair_away(shelf: Shelf, photo: Image.Image, cutoff: str) -> None:
    a, b = shelf.add(photo), shelf.add(photo, quality=50)
    assert shelf.match(a, b)
    assert shelf.match(a, b, MatchSettings(**{cutoff: 1e-9})) is None


def test_matches_come_in_the_order_of_their_candidates(shelf: Shelf, photo: Image.Image) -> None:
    """More of them than are measured in one go, the false ones left out."""
    shelf.add(photo)
    shelf.add(photo, quality=80)
    shelf.add(photo.rotate(180))
    pairs = [(0, 1), (0, 2), (1, 2), (0, 1)] * 700
    found = list(shelf.confirm(Candidate(a, b, at % 9) for at, (a, b) in enumerate(pairs)))
    expected = [(0, 1, at % 9) for at, pair in enumerate(pairs) if pair == (0, 1)]
    assert expected == [(match.a, match.b, match.evidence.distance) for match in found]


def test_candidates_are_a_stream_and_never_gathered(shelf: Shelf, photo: Image.Image) -> None:
    drawn = 0

    def endless() -> Iterator[Candidate]:
        nonlocal drawn
        while True:
            drawn += 1
            yield Candidate(0, 1, 0)

    shelf.add(photo)
    shelf.add(photo)
    assert next(shelf.confirm(endless()))
    assert drawn <= AT_ONCE
