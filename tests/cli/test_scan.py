"""``dupscan scan``: what it prints where, and the code it ends with."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from support.processes import first_line, running

from dupscan.cli import run
from dupscan.text.units import safe_and_look_first

Run = Callable[..., int]
Command = Callable[..., subprocess.CompletedProcess[str]]
Printed = pytest.CaptureFixture[str]
FORMATS = {"report.html", "duplicates.csv", "report.json"}


# -- what is printed -------------------------------------------------------------------------------


def test_the_last_line_says_it_all(scan: Run, library: Path, capsys: Printed) -> None:
    assert scan(library) == 0

    last = capsys.readouterr().out.splitlines()[-1]

    assert re.fullmatch(
        r"4 files, 2 pictures, 1 group, 1 duplicate, 20\.0 kB reclaimable, "
        r"1 unreadable, 1 passed over, \d+\.\d s",
        last,
    )


def test_it_says_how_much_is_safe_and_how_much_to_look_at_first(
    scan: Run, library: Path, photo: Image.Image, capsys: Printed
) -> None:
    photo.save(library / "photo.png")
    photo.save(library / "photo.jpg", quality=90)
    size = min((library / name).stat().st_size for name in ("photo.png", "photo.jpg"))
    scan(library)
    words = safe_and_look_first(20003, size)
    assert f"Reclaimable: {words}\n" in capsys.readouterr().out

    scan(library, "--json")

    found = json.loads(capsys.readouterr().out)
    assert (found["safe"], found["look_first"]) == (20003, size)
    assert found["safe"] + found["look_first"] == found["reclaimable"]


def test_it_says_where_the_report_is(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    scan(library)

    assert f"Report: {tmp_path / 'report' / 'report.html'}\n" in capsys.readouterr().out


def test_it_says_what_was_passed_over_and_left_out(
    scan: Run, library: Path, capsys: Printed
) -> None:
    (library / ".hidden").mkdir()
    scan(library)

    printed = capsys.readouterr().out

    assert "passed over: 1 × not a picture" in printed
    assert "left out: 1 × hidden" in printed


def test_json_is_one_object_and_nothing_else(scan: Run, library: Path, capsys: Printed) -> None:
    assert scan(library, "--json") == 0

    summary = json.loads(capsys.readouterr().out)

    expected = {"files": 4, "pictures": 2, "groups": 1, "duplicates": 1, "unreadable": 1}
    assert expected == {key: summary[key] for key in expected}
    assert summary["complete"] is True
    assert {Path(path).name for path in summary["report"]} == FORMATS
    assert summary["passed_over_by_kind"] == {"not a picture": 1}


def test_the_scan_id_printed_is_the_one_in_the_report(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    scan(library, "--json")
    printed = json.loads(capsys.readouterr().out)["scan_id"]
    report = tmp_path / "report"

    assert printed == json.loads((report / "report.json").read_text())["header"]["scan_id"]
    assert printed in (report / "report.html").read_text()


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_quiet_prints_nothing(scan: Run, library: Path, capsys: Printed, option: str) -> None:
    assert scan(library, option) == 0
    assert capsys.readouterr() == ("", "")


def test_quiet_still_prints_errors(scan: Run, tmp_path: Path, capsys: Printed) -> None:
    assert scan(tmp_path / "not there", "-q") == 2
    assert "not there" in capsys.readouterr().err


def test_verbose_lists_what_was_unreadable_and_why(
    scan: Run, library: Path, capsys: Printed
) -> None:
    scan(library, "-v")

    assert f"{library / 'broken.jpg'}: no picture in it" in capsys.readouterr().err


def test_without_a_terminal_there_are_no_control_characters(
    library: Path, tmp_path: Path, run_command: Command
) -> None:
    """Logs of cron jobs are read too; not even a file's name gets one through."""
    (library / "\x1b[2Jbroken\r.jpg").write_text("no picture")

    done = run_command("scan", library, "-o", tmp_path / "report", "-v")

    printed = done.stdout + done.stderr
    assert "fingerprint" in done.stderr
    assert [sign for sign in printed if not sign.isprintable() and sign != "\n"] == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_names_and_signs_are_printed_whatever_the_terminal_can_show(
    library: Path, tmp_path: Path, run_command: Command, encoding: str
) -> None:
    (library / "śnieg 雪.jpg").write_text("no picture")

    done = run_command("scan", library, "-o", tmp_path / "雪", "-v", PYTHONIOENCODING=encoding)

    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert "5 files, 2 pictures" in done.stdout


# -- what is written -------------------------------------------------------------------------------


def test_the_report_is_where_it_was_asked_for_and_private(
    scan: Run, library: Path, tmp_path: Path
) -> None:
    scan(library)
    files = [path for path in (tmp_path / "report").iterdir() if not path.name.startswith(".")]

    assert {path.name for path in files} == FORMATS
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in files}


def test_only_the_formats_asked_for_are_written(scan: Run, library: Path, tmp_path: Path) -> None:
    assert scan(library, "--format", "csv, json") == 0

    assert FORMATS - {"report.html"} == set(os.listdir(tmp_path / "report")) & FORMATS


def test_without_a_page_it_says_where_the_other_report_is(
    scan: Run, library: Path, capsys: Printed
) -> None:
    scan(library, "--format", "csv")

    assert "duplicates.csv" in capsys.readouterr().out


def test_the_default_folder_is_below_the_current_one(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(["scan", "library", "-q", "--workers", "1"]) == 0
    assert set(os.listdir(tmp_path / "dupscan-report")) >= FORMATS


def test_nothing_below_the_root_is_changed(scan: Run, library: Path) -> None:
    def state() -> list[tuple[str, int, int, bytes]]:
        return [
            (path.name, path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes())
            for path in sorted(library.iterdir())
        ]

    before = state()
    scan(library)

    assert before == state()


# -- roots -----------------------------------------------------------------------------------------


def test_a_root_given_twice_counts_once(scan: Run, library: Path, capsys: Printed) -> None:
    assert scan(library, library, f"{library}/.", "--json") == 0
    assert json.loads(capsys.readouterr().out)["files"] == 4


def test_a_root_may_be_a_file(scan: Run, library: Path, capsys: Printed) -> None:
    assert scan(library / "one.jpg", library / "two.jpg", "--json") == 0
    assert json.loads(capsys.readouterr().out)["duplicates"] == 1


def test_a_root_that_begins_with_a_dash(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    library.rename(tmp_path / "-rf")
    monkeypatch.chdir(tmp_path)

    assert run(["scan", "-o", "report", "--json", "--workers", "1", "--", "-rf"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 4


def test_a_root_that_is_not_there_is_a_line_and_code_2(
    scan: Run, library: Path, capsys: Printed
) -> None:
    assert scan(library, library / "not mounted") == 2

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("dupscan: cannot scan ")
    assert "not mounted" in line


def test_a_mistyped_root_does_not_replace_last_weeks_report(
    scan: Run, library: Path, tmp_path: Path
) -> None:
    scan(library)
    before = (tmp_path / "report" / "report.json").read_bytes()

    assert scan(tmp_path / "typo") == 2
    assert before == (tmp_path / "report" / "report.json").read_bytes()


def test_an_empty_root_is_not_the_current_folder(scan: Run, capsys: Printed) -> None:
    """As ``dupscan scan "$UNSET"`` types it."""
    assert scan("") == 2


# -- what cannot be carried to its end -------------------------------------------------------------


def test_strict_ends_with_4_when_something_was_unreadable(scan: Run, library: Path) -> None:
    assert scan(library, "--strict") == 4
    (library / "broken.jpg").unlink()
    assert scan(library, "--strict") == 0


def test_a_file_in_place_of_the_report_folder_is_code_3(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    (tmp_path / "report").write_text("in the way")

    assert scan(library) == 3
    [line] = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "report") in line
    assert (tmp_path / "report").read_text() == "in the way"


def test_a_report_folder_that_cannot_be_written_to_is_code_3(
    library: Path, tmp_path: Path, run_command: Command
) -> None:
    """Found out before the scan, and not after it."""
    if os.geteuid() == 0:
        folder = Path("/proc/self/fdinfo")  # not even root may write there
    else:
        folder = tmp_path / "read-only"
        folder.mkdir(mode=0o500)

    done = run_command("scan", library, "-o", folder)

    assert done.returncode == 3
    assert [f"dupscan: cannot write a report to {folder}"] == [
        line.partition(":")[0] + ":" + line.partition(":")[2].partition(":")[0]
        for line in done.stderr.splitlines()
    ]


@pytest.mark.parametrize("name", [".dupscan.lock", "report.json"])
def test_a_folder_in_place_of_a_file_of_the_report_is_code_3(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed, name: str
) -> None:
    (tmp_path / "report" / name).mkdir(parents=True)

    assert scan(library) == 3
    assert str(tmp_path / "report") in capsys.readouterr().err


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A report folder whose lock another process holds for as long as the test lasts."""
    folder = tmp_path / "report"
    folder.mkdir()
    hold = (
        "import sys, filelock\n"
        "with filelock.FileLock(sys.argv[1] + '/.dupscan.lock'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", hold, str(folder)]
    pipe = subprocess.PIPE
    with running(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert first_line(holder.stdout) == "held\n"
        yield folder


def test_a_second_scan_into_one_folder_is_code_3_at_once(
    scan: Run, library: Path, locked: Path, capsys: Printed
) -> None:
    assert scan(library) == 3

    [line] = capsys.readouterr().err.splitlines()
    assert f"another scan is writing its report to {locked}" in line
    assert "-o" in line
    assert set() == FORMATS & set(os.listdir(locked))


def test_a_picture_above_the_limit_is_unreadable_and_said_so(
    scan: Run, library: Path, capsys: Printed
) -> None:
    Image.new("RGB", (300, 400)).save(library / "large.png")

    assert scan(library, "--max-pixels", "100000", "--strict", "-v") == 4
    assert "claims 300 × 400 pixels" in capsys.readouterr().err
