"""Two files are judged again, to see if the verdict of a scan still holds."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from support.plans import identity_of

from dupscan.comparison.recheck import Question, look_again
from dupscan.model.matches import Verdict
from dupscan.model.plan import HashedFile
from dupscan.settings import CompareSettings, MatchSettings

HELD = [
    ("copy.jpg", Verdict.PIXELS),
    ("lossless.png", Verdict.PIXELS),
    ("lossless.png", Verdict.PICTURE),
    ("resaved.jpg", Verdict.PICTURE),
    ("half.jpg", Verdict.PICTURE),
    ("turned.jpg", Verdict.PICTURE),
    ("grey.jpg", Verdict.PICTURE),
    ("resaved.jpg", Verdict.SIMILAR),
    ("captioned.jpg", Verdict.SIMILAR),
    ("cropped.jpg", Verdict.SIMILAR),
]


def ask(target: Path | HashedFile, keeper: Path | HashedFile, verdict: Verdict) -> str:
    files = [identity_of(one) if isinstance(one, Path) else one for one in (target, keeper)]
    return look_again(Question(*files, verdict), CompareSettings())


@pytest.mark.parametrize(("name", "verdict"), HELD)
def test_what_a_scan_said_holds_while_the_files_are_the_same(
    versions: Path, name: str, verdict: Verdict
) -> None:
    assert ask(versions / name, versions / "original.jpg", verdict) == ""
    assert ask(versions / "original.jpg", versions / name, verdict) == ""


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        ("resaved.jpg", Verdict.PIXELS, "it is now only picture, and not pixels"),
        ("captioned.jpg", Verdict.PICTURE, "it is now only similar, and not picture"),
        ("other.jpg", Verdict.SIMILAR, "it is no longer a duplicate of its keeper"),
        ("blank.png", Verdict.SIMILAR, "it is no longer a duplicate of its keeper"),
    ],
)
def test_a_weaker_match_than_was_said_is_none(
    versions: Path, name: str, verdict: Verdict, words: str
) -> None:
    assert ask(versions / name, versions / "original.jpg", verdict).startswith(words)


def test_blank_pictures_are_the_same_by_their_pixels_only(versions: Path, tmp_path: Path) -> None:
    blank, copy = versions / "blank.png", tmp_path / "copy.png"
    with Image.open(blank) as picture:
        picture.save(copy, compress_level=0)
    assert ask(copy, blank, Verdict.PIXELS) == ""
    assert ask(versions / "blank too.png", blank, Verdict.PICTURE) != ""


@pytest.mark.parametrize("edited", ["target", "keeper"])
def test_other_bytes_than_the_scan_saw_are_refused_though_they_look_the_same(
    versions: Path, tmp_path: Path, edited: str
) -> None:
    """A byte behind the picture changes nothing that is to be seen."""
    path = tmp_path / "copy.jpg"
    shutil.copy2(versions / "resaved.jpg", path)
    with path.open("ab") as file:
        file.write(b"!")
    known = identity_of(path)
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"?")
    os.utime(path, ns=(known.mtime_ns, known.mtime_ns))
    files = (known, versions / "original.jpg")

    answer = ask(*(files if edited == "target" else files[::-1]), Verdict.PICTURE)

    assert answer == f"{path} was changed since the scan; scan again"


def test_a_file_that_is_gone_or_no_picture_is_named(versions: Path, tmp_path: Path) -> None:
    original = versions / "original.jpg"
    gone = replace(identity_of(original), path=str(tmp_path / "gone.jpg"))
    assert f"{gone.path} cannot be checked again: " in ask(gone, original, Verdict.SIMILAR)
    text = tmp_path / "text\n.jpg"
    text.write_text("no picture")
    answer = ask(text, original, Verdict.SIMILAR)
    assert "text\\n.jpg cannot be checked again: " in answer
    assert answer.isprintable()


def test_a_picture_that_is_cut_short_is_not_looked_at(versions: Path, tmp_path: Path) -> None:
    """Sound as far as a small version of it needs, and broken behind that."""
    path = tmp_path / "broken.jpg"
    content = (versions / "original.jpg").read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    assert ask(path, versions / "original.jpg", Verdict.SIMILAR) != ""
    assert ask(versions / "original.jpg", path, Verdict.SIMILAR) != ""


def test_the_settings_of_the_scan_are_those_that_count(versions: Path) -> None:
    files = identity_of(versions / "half.jpg"), identity_of(versions / "original.jpg")
    strict = CompareSettings(match=MatchSettings(views="plain"))
    turned = identity_of(versions / "turned.jpg")
    assert look_again(Question(*files, Verdict.PICTURE), strict) == ""
    assert look_again(Question(turned, files[1], Verdict.PICTURE), strict) != ""
