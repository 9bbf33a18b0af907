"""Documents are compared letter by letter before one may stand for the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from dupscan.model.changes import Change
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.report import ScanReport
from dupscan.model.views import View
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings
from dupscan.stages.fine_print import without_contradictions

ScanOf = Callable[..., ScanOutcome]
LINES = [
    f"Item {number:03}        {number * 37 % 90}.{number * 53 % 100:02}" for number in range(24)
]


def receipt(amount: str = "48.70") -> Image.Image:
    """A page of small print with an amount in the middle."""
    page = Image.new("RGB", (600, 900), (248, 247, 243))
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(22)
    for at, line in enumerate([*LINES[:12], f"TOTAL           {amount}", *LINES[12:]]):
        pen.text((40, 30 + at * 33), line, fill=(30, 30, 34), font=font)
    return page


def matches_of(report: ScanReport) -> dict[frozenset[str], tuple[str, tuple[Change, ...]]]:
    """Verdict and changes of each pair in the groups, by the names of the two files."""
    names = [Path(picture.file.path).name for picture in report.pictures]
    return {
        frozenset((names[match.a], names[match.b])): (match.verdict.value, match.changes)
        for group in report.groups
        for match in (*group.edges, *group.duplicates)
    }


def test_a_page_saved_again_is_the_same_picture(scan_of: ScanOf, tmp_path: Path) -> None:
    receipt().save(tmp_path / "a.jpg", quality=92)
    receipt().save(tmp_path / "b.jpg", quality=80)
    [(verdict, changes)] = matches_of(scan_of(tmp_path).report).values()
    assert verdict == "picture"
    assert Change.LETTERS_NOT_COMPARED not in changes


@pytest.mark.parametrize("amount", ["48.10", "43.70", "98.70"])
def test_a_page_with_another_digit_is_not(scan_of: ScanOf, tmp_path: Path, amount: str) -> None:
    receipt().save(tmp_path / "a.jpg", quality=92)
    receipt(amount).save(tmp_path / "b.jpg", quality=80)
    [(verdict, changes)] = matches_of(scan_of(tmp_path).report).values()
    assert (verdict, Change.PART_EDITED in changes) == ("similar", True)


def test_a_cutoff_that_nothing_reaches_lets_the_digit_pass(scan_of: ScanOf, tmp_path: Path) -> None:
    receipt().save(tmp_path / "a.jpg", quality=92)
    receipt("43.70").save(tmp_path / "b.jpg", quality=92)
    report = scan_of(tmp_path, match=MatchSettings(max_letters=1e6)).report
    assert [verdict for verdict, _ in matches_of(report).values()] == ["picture"]


def test_letters_too_small_to_be_compared_are_said_to_be(scan_of: ScanOf, tmp_path: Path) -> None:
    receipt().save(tmp_path / "a.jpg", quality=92)
    receipt().resize((240, 360)).save(tmp_path / "b.jpg", quality=60)
    [(verdict, changes)] = matches_of(scan_of(tmp_path).report).values()
    assert (verdict, Change.LETTERS_NOT_COMPARED in changes) == ("picture", True)


def test_a_page_meets_the_one_that_it_is_a_copy_of(scan_of: ScanOf, tmp_path: Path) -> None:
    """Three forms that look the same at a glance, filled in by two people."""
    receipt("48.70").save(tmp_path / "a.jpg", quality=95)
    receipt("43.70").save(tmp_path / "b.jpg", quality=90)
    receipt("43.70").save(tmp_path / "c.jpg", quality=80)
    found = matches_of(scan_of(tmp_path).report)
    same = {pair for pair, (verdict, _) in found.items() if verdict == "picture"}
    assert same == {frozenset(("b.jpg", "c.jpg"))}


def test_what_was_read_is_remembered(scan_of: ScanOf, tmp_path: Path) -> None:
    store, library = tmp_path / "store.db", tmp_path / "library"
    library.mkdir()
    receipt().save(library / "a.jpg", quality=92)
    receipt("43.70").save(library / "b.jpg", quality=80)
    first = matches_of(scan_of(library, store=store).report)
    (library / "a.jpg").chmod(0o600)
    assert matches_of(scan_of(library, store=store).report) == first


def test_a_photograph_of_which_a_part_is_blurred_is_not_the_same(
    scan_of: ScanOf, tmp_path: Path, originals: Path
) -> None:
    with Image.open(originals / "coffee.jpg") as opened:
        photo = opened.convert("RGB")
    width, height = photo.size
    box = (width // 2, height // 2, width // 2 + width // 6, height // 2 + height // 6)
    hidden = photo.copy()
    hidden.paste(photo.crop(box).filter(ImageFilter.GaussianBlur(width / 60)), box[:2])
    photo.save(tmp_path / "a.jpg", quality=92)
    hidden.save(tmp_path / "b.jpg", quality=95)
    [(verdict, _)] = matches_of(scan_of(tmp_path).report).values()
    assert verdict == "similar"


# -- what keepers tell of their duplicates ---------------------------------------------------------


def match(a: int, b: int, verdict: Verdict, fine: float = 0.3) -> Match:
    evidence = Evidence(0, 0.0, 0.0, fine, None, View("plain"))
    return Match(PictureIndex(a), PictureIndex(b), verdict, evidence)


def verdicts_without_contradictions(
    matches: Sequence[Match], read: Sequence[Match], stars: dict[int, list[int]]
) -> dict[tuple[int, int], Verdict]:
    by_pair = {(one.a, one.b): one for one in read}
    found = without_contradictions(matches, by_pair, stars)  # type: ignore[arg-type]
    return {(one.a, one.b): one.verdict for one in found}


def test_no_matches_contradict_nothing() -> None:
    assert without_contradictions([], {}, {}) == []


def test_of_two_pictures_that_differ_one_stays_the_same_as_a_third() -> None:
    photo, enlarged, blurred = range(3)
    differ = match(photo, blurred, Verdict.SIMILAR)
    fine = match(photo, enlarged, Verdict.PICTURE, fine=0.2)
    coarse = match(enlarged, blurred, Verdict.PICTURE, fine=1.4)
    for keeper, others in ((photo, [enlarged]), (blurred, [enlarged])):
        found = verdicts_without_contradictions([fine, differ, coarse], [differ], {keeper: others})
        assert found == {
            (photo, enlarged): Verdict.PICTURE,
            (photo, blurred): Verdict.SIMILAR,
            (enlarged, blurred): Verdict.SIMILAR,
        }


def test_equal_pixels_outlive_any_other_match() -> None:
    equal = match(0, 1, Verdict.PIXELS, fine=0.9)
    differ, near = match(0, 2, Verdict.SIMILAR), match(1, 2, Verdict.PICTURE, fine=0.1)
    found = verdicts_without_contradictions([equal, differ, near], [differ], {0: [1]})
    assert found[0, 1] is Verdict.PIXELS
    assert found[1, 2] is Verdict.SIMILAR


def test_what_was_not_read_contradicts_nothing() -> None:
    """Small versions told these two apart, with other cutoffs: no chain is broken for that."""
    matches = [match(0, 1, Verdict.PICTURE), match(1, 2, Verdict.PICTURE, fine=1.0)]
    found = verdicts_without_contradictions(matches, [], {0: [1]})
    assert set(found.values()) == {Verdict.PICTURE}


def test_a_version_that_differs_takes_no_others_with_it(scan_of: ScanOf, tmp_path: Path) -> None:
    """Keepers are ranked anew once a version that led them was found to differ."""
    page, edited = receipt(), receipt("43.70")
    edited.save(tmp_path / "edited.png")
    page.save(tmp_path / "a.jpg", quality=92)
    page.save(tmp_path / "b.jpg", quality=75)
    page.resize((1200, 1800), Image.Resampling.LANCZOS).save(tmp_path / "double.jpg", quality=90)
    found = matches_of(scan_of(tmp_path).report)
    same = {names for names, (verdict, _) in found.items() if verdict == "picture"}
    assert {frozenset(("a.jpg", "b.jpg")), frozenset(("a.jpg", "double.jpg"))} <= same
    assert not any("edited.png" in names for names in same)
