"""``dupscan compare``: what it prints, and the code it ends with."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from support.embedded import film
from support.processes import run_to_end

Run = Callable[..., int]
Command = Callable[..., subprocess.CompletedProcess[str]]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def folder(originals: Path, tmp_path: Path) -> Path:
    """A photograph, a copy, its half, one with a caption, and another photograph."""
    shutil.copy(originals / "rocket.jpg", tmp_path / "original.jpg")
    shutil.copy(originals / "rocket.jpg", tmp_path / "copy.jpg")
    shutil.copy(originals / "chelsea.jpg", tmp_path / "other.jpg")
    with Image.open(originals / "rocket.jpg") as picture:
        picture.save(tmp_path / "lossless.png")
        picture.resize((192, 128)).save(tmp_path / "half.jpg", quality=90)
        ImageDraw.Draw(picture).rectangle((20, 200, 200, 240), fill="white")
        picture.save(tmp_path / "captioned.jpg", quality=90)
    return tmp_path


# -- the code it ends with -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict", "code"),
    [
        ("copy.jpg", "file", 0),
        ("lossless.png", "pixels", 0),
        ("half.jpg", "picture", 0),
        ("captioned.jpg", "similar", 1),
        ("other.jpg", "different", 1),
    ],
)
def test_the_code_tells_whether_it_is_the_same_picture(
    compare: Run, folder: Path, capsys: Printed, name: str, verdict: str, code: int
) -> None:
    assert code == compare(folder / "original.jpg", folder / name)
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{verdict}: ")


@pytest.mark.parametrize("arguments", [[], ["one.jpg"], ["a", "b", "c"], ["a", "b", "--delete"]])
def test_wrong_usage_is_code_2(compare: Run, arguments: list[str]) -> None:
    assert compare(*arguments) == 2


def test_a_file_that_is_not_there_is_code_2_and_one_line(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    assert compare(folder / "original.jpg", folder / "typo.jpg") == 2
    out, error = capsys.readouterr()
    assert out == ""
    [line] = error.splitlines()
    assert "typo.jpg" in line


def test_a_folder_is_code_2(compare: Run, folder: Path, capsys: Printed) -> None:
    assert compare(folder, folder / "half.jpg") == 2
    assert "dupscan scan" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"notes", b"\xff\xd8\xff\xe0 cut off"])
def test_a_file_that_is_no_picture_is_code_3_and_one_line(
    compare: Run, folder: Path, capsys: Printed, content: bytes
) -> None:
    (folder / "broken.jpg").write_bytes(content)
    assert compare(folder / "broken.jpg", folder / "half.jpg") == 3
    out, error = capsys.readouterr()
    assert out == ""
    [line] = error.splitlines()
    assert "broken.jpg" in line


def test_a_pipe_is_code_3(compare: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    assert compare(folder / "pipe.jpg", folder / "half.jpg") == 3


def test_a_picture_above_the_limit_is_code_3(compare: Run, folder: Path, capsys: Printed) -> None:
    pair = folder / "original.jpg", folder / "half.jpg"
    assert compare(*pair, "--max-pixels", 50000) == 3
    assert "--max-pixels 50000" in capsys.readouterr().err


# -- what is printed -------------------------------------------------------------------------------


def test_the_two_files_stand_side_by_side(compare: Run, folder: Path, capsys: Printed) -> None:
    compare(folder / "original.jpg", folder / "half.jpg")
    lines = capsys.readouterr().out.splitlines()

    assert f"first   {folder / 'original.jpg'}" == lines[0]
    assert f"second  {folder / 'half.jpg'}" == lines[1]
    for row in (r"size +20\.0 kB +\d", r"dimensions +384 × 256 +192 × 128", r"changed +\d.* +\d"):
        assert [line for line in lines if re.fullmatch(f"{row}.*", line)], row


def test_what_else_is_in_a_file_is_listed(compare: Run, folder: Path, capsys: Printed) -> None:
    """And nothing is listed if neither file holds more than its picture."""
    original = folder / "original.jpg"
    compare(original, folder / "half.jpg")
    assert "also holds" not in capsys.readouterr().out
    rich = folder / "rich.jpg"
    rich.write_bytes(original.read_bytes() + film(2.1))
    compare(rich, original)
    assert re.search(r"also holds +film of 2\.1 s +-\n", capsys.readouterr().out)


def test_every_measure_stands_beside_its_cutoff(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    compare(folder / "original.jpg", folder / "captioned.jpg", "--radius", 7)
    printed = capsys.readouterr().out

    for row in (
        r"bytes +different",
        r"pixels +different all over",
        r"hash distance +\d bits? +at most 7 +within",
        r"histogram RMS +[\d.]+ +at most 0\.\d+ +within",
        r"coarse difference +[\d.]+ levels +at most \d+ +beyond, for picture",
        r"fine difference +[\d.]+ +at most [\d.]+ +beyond, for picture",
        r"agreement +\d+ % +at least \d+ % +within, for similar",
        r"detail +[\d.]+ levels +at least [\d.]+ +within",
        r"RMS in counts +[\d.,]+ pixels a bin +none",
        r"view +both are the whole picture",
    ):
        assert re.search(rf"^{row}$", printed, flags=re.MULTILINE), row


def test_a_radius_that_was_typed_may_change_the_verdict(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    pair = folder / "original.jpg", folder / "captioned.jpg"
    assert compare(*pair, "--min-agreement", "1.01", "--max-fine", "0.1") == 1
    assert "less than --min-agreement 1.01" in capsys.readouterr().out.splitlines()[-1]


def test_a_settings_file_is_heeded(compare: Run, folder: Path, capsys: Printed) -> None:
    (folder / "mine.toml").write_text("[match]\nmax_rms = 0\n[report]\nformats = ['csv']\n")
    pair = folder / "original.jpg", folder / "half.jpg"
    assert compare(*pair, "--settings", folder / "mine.toml") == 1
    assert "--max-rms 0" in capsys.readouterr().out
    assert compare(*pair, "--settings", folder / "mine.toml", "--max-rms", 0.08) == 0


def test_json_is_one_object_and_nothing_else(compare: Run, folder: Path, capsys: Printed) -> None:
    assert compare(folder / "original.jpg", folder / "half.jpg", "--json") == 0
    out, error = capsys.readouterr()

    found = json.loads(out)

    assert error == ""
    assert found["verdict"] == "picture"
    assert found["files"][0]["path"] == str(folder / "original.jpg")
    assert [file["width"] for file in found["files"]] == [384, 192]
    assert found["measures"]["distance"]["within"]
    assert found["differing_box"] is None


def test_json_of_what_is_no_match_has_no_verdict(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    assert compare(folder / "original.jpg", folder / "other.jpg", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] is None
    assert "--radius 8" in found["obstacle"]


def test_names_of_any_bytes_are_printed_harmlessly_and_exactly_in_json(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    name = os.fsencode(folder) + b"/\x1b[2J\xe9\n.jpg"
    Path(os.fsdecode(name)).write_bytes((folder / "half.jpg").read_bytes())

    compare(os.fsdecode(name), folder / "half.jpg")
    printed = capsys.readouterr().out
    assert [sign for sign in printed if not sign.isprintable() and sign != "\n"] == []
    compare(os.fsdecode(name), folder / "half.jpg", "--json")
    found = json.loads(capsys.readouterr().out)
    assert name == base64.b64decode(found["files"][0]["path_bytes"])


def test_of_a_file_with_several_pages_it_says_that_one_was_compared(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    with Image.open(folder / "original.jpg") as page:
        page.save(folder / "pages.tif", save_all=True, append_images=[page.rotate(90)])
    compare(folder / "original.jpg", folder / "pages.tif")
    assert "only the first of 2 frames was compared" in capsys.readouterr().out


def test_a_reader_that_went_away_is_no_error(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "dupscan", "compare", folder / "copy.jpg"]
    done = run_to_end([*command, folder / "half.jpg"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert b"Traceback" not in done.stderr
    assert b"refused" not in done.stderr


# -- the map ---------------------------------------------------------------------------------------


def test_a_map_is_drawn_and_named(compare: Run, folder: Path, capsys: Printed) -> None:
    pair = folder / "original.jpg", folder / "captioned.jpg"
    assert compare(*pair, "--diff", folder / "map.png") == 1
    assert f"Map: {folder / 'map.png'}\n" in capsys.readouterr().out
    with Image.open(folder / "map.png") as sheet:
        assert sheet.width > 1000


def test_a_map_in_place_of_another_file_is_code_2(
    compare: Run, folder: Path, capsys: Printed
) -> None:
    before = (folder / "lossless.png").read_bytes()
    pair = folder / "original.jpg", folder / "half.jpg"
    assert compare(*pair, "--diff", folder / "lossless.png") == 2
    assert "lossless.png" in capsys.readouterr().err
    assert before == (folder / "lossless.png").read_bytes()


def test_a_decoder_that_takes_too_long_is_told(run_command: Command, folder: Path) -> None:
    Image.effect_noise((6000, 6000), 80).save(folder / "large.jpg")
    pair = folder / "large.jpg", folder / "half.jpg"
    done = run_command("compare", *pair, "--time-limit", "0.001")
    assert done.returncode == 3
    assert "--time-limit 0.001" in done.stderr
