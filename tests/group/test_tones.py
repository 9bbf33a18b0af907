"""Edits of tone: the version that nobody touched is found, however finely an edit was saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dupscan.group.keeper import Version
from dupscan.group.named_as import NamedAs
from dupscan.group.tones import GOOD_ENCODING, find_retoned
from dupscan.model.matches import EXACT, Match, Verdict

TAKEN = "2017-05-01T10:00:00"
THEN = int(datetime(2017, 5, 1, 10, tzinfo=UTC).timestamp()) * 10**9
LATER = THEN + 400 * 86_400 * 10**9


def version(path: str, mtime_ns: int = LATER, **values: object) -> Version:
    usual = {"size": 9, "width": 1600, "height": 1200, "encoding": 93, "camera": True}
    return Version(path=path, mtime_ns=mtime_ns, captured=TAKEN, **{**usual, **values})  # type: ignore[arg-type]


def match(a: int, b: int, gain: float = 1.0, brightness: float = 0.0) -> Match:
    evidence = replace(EXACT, gain=gain, brightness=brightness)
    return Match(a, b, Verdict.PICTURE, evidence)


def retoned(*versions: Version, matches: list[Match]) -> list[int]:
    numbered = dict(enumerate(versions))
    return find_retoned([*numbered], {one: [one] for one in numbered}, numbered, matches)


def test_a_picture_alone_is_not_retoned() -> None:
    assert retoned(version("/a.jpg"), matches=[]) == []


def test_versions_of_one_tone_are_left_to_the_other_criteria() -> None:
    assert retoned(version("/a.jpg"), version("/b.jpg"), matches=[match(0, 1, 1.004)]) == []


def test_the_file_of_the_hour_of_capture_is_the_untouched_one() -> None:
    edited, untouched = version("/Photos/a.jpg"), version("/Backup/a.jpg", THEN)
    for gain, brightness in ((0.95, 0.0), (1.0, 6.0)):
        assert retoned(edited, untouched, matches=[match(0, 1, gain, brightness)]) == [0]


def test_else_the_better_folder_tells() -> None:
    edited, untouched = version("/Exports/a.jpg", encoding=98), version("/Photos/a.jpg")
    assert retoned(edited, untouched, matches=[match(0, 1, 0.95)]) == [0]


def test_else_the_one_that_was_copied_more_often() -> None:
    versions = {0: version("/x/a.jpg"), 1: version("/y/a.jpg"), 2: version("/z/a.jpg")}
    copies = {0: [0], 1: [1, 2]}
    assert find_retoned([0, 1], copies, versions, [match(0, 1, 0.95)]) == [0]


def test_a_name_of_an_edit_tells_first() -> None:
    edited = version("/Photos/a-edited.jpg", THEN, named=NamedAs(edit=True))
    assert retoned(edited, version("/Backup/a.jpg"), matches=[match(0, 1, 0.95)]) == [0]


def test_a_poor_or_small_version_is_not_judged() -> None:
    """Strong compression changes tones, and quality decides there."""
    for other in (
        version("/Photos/a.jpg", encoding=GOOD_ENCODING - 1),
        version("/Photos/a.jpg", width=800, height=600),
        version("/Photos/a.jpg", camera=False),
    ):
        assert retoned(version("/Exports/a.jpg"), other, matches=[match(0, 1, 0.95)]) == []


def test_where_nothing_tells_nothing_is_claimed() -> None:
    assert retoned(version("/a.jpg"), version("/b.jpg"), matches=[match(0, 1, 0.9)]) == []
