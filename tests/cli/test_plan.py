"""``dupscan plan``: what it prints, what it writes and what it refuses."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import plans

from dupscan.cli import run
from dupscan.cli.plan import plan_command
from dupscan.errors import PlanError, SettingsError

Run = Callable[..., int]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def report(scan: Run, library: Path, tmp_path: Path) -> Path:
    """The report of three equal files, one of them with a sidecar, and one in another format."""
    shutil.copy(library / "one.jpg", library / "with sidecar.jpg")
    (library / "with sidecar.xmp").write_text("stars")
    scan(library, "-q")
    return tmp_path / "report"


@pytest.fixture
def plan(report: Path, tmp_path: Path) -> Run:
    """Plan from that report into `tmp_path`; returns the exit code, raises what is refused."""

    def run_plan(*arguments: object) -> int:
        usual = (str(report), "-o", str(tmp_path / "plan.csv"))
        code = plan_command.main([*usual, *map(str, arguments)], standalone_mode=False)
        assert isinstance(code, int)
        return code

    return run_plan


def test_the_last_lines_say_what_would_go_and_what_to_type_next(
    plan: Run, tmp_path: Path, capsys: Printed
) -> None:
    assert plan() == 0

    assert capsys.readouterr().out.splitlines() == [
        "  quarantine: 1 × file, 20.0 kB",
        "  library → kept in library: 1 file, 20.0 kB",
        "  declined: 1 × without --allow sidecar",
        f"Plan: {tmp_path / 'plan.csv'}",
        "safe: 20.0 kB; look first: 0 B",
        "1 to quarantine, 20.0 kB free once the quarantine is emptied, 1 declined",
        f"Next, to see what would be done: dupscan apply {tmp_path / 'plan.csv'}",
    ]


def test_what_is_allowed_goes_and_its_sidecar_with_it(
    plan: Run, tmp_path: Path, library: Path, capsys: Printed
) -> None:
    plan("--allow", "sidecar")
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
        going = [row["path"] for row in csv.DictReader(file) if row["decision"] == "remove"]

    assert going == [
        str(library / f"{name}") for name in ("two.jpg", "with sidecar.jpg", "with sidecar.xmp")
    ]
    assert "quarantine: 1 × sidecar or film, with its picture" in capsys.readouterr().out


def test_rules_and_protected_folders_are_heard(plan: Run, library: Path, capsys: Printed) -> None:
    plan("--action", "hardlink", "--keep", "longest-path, oldest", "--protect", library)

    printed = capsys.readouterr().out
    assert f"declined: 2 × protected by --protect {library}" in printed
    assert "Nothing to hardlink, 2 declined" in printed


def test_json_is_one_object_and_nothing_else(plan: Run, tmp_path: Path, capsys: Printed) -> None:
    plan("--json")
    printed = json.loads(capsys.readouterr().out)

    del printed["plan_id"], printed["scan_id"]
    assert printed == {
        "plan": str(tmp_path / "plan.csv"),
        "action": "quarantine",
        "proposed": 1,
        "scan_complete": True,
        "proposed_by_verdict": {"file": 1},
        "companions": 0,
        "freed": 20003,
        "freed_by_verdict": {"file": 20003},
        "safe": 20003,
        "look_first": 0,
        "declined": 1,
        "declined_by_reason": {"sidecar": 1},
        "kept_by_you": 0,
        "swapped_by_you": 0,
    }


def test_each_reason_is_counted_by_its_words(plan: Run, capsys: Printed) -> None:
    plan("--action", "delete", "--json")
    by_words = json.loads(capsys.readouterr().out)["declined_by_reason"]
    assert by_words == {"sidecar,would-lose-companion": 1}
    plan("--action", "delete")
    expected = "declined: 1 × delete would lose a sidecar or film; quarantine or trash it"
    assert expected in capsys.readouterr().out


def test_quiet_prints_nothing(plan: Run, capsys: Printed) -> None:
    plan("--quiet")

    assert capsys.readouterr() == ("", "")


def test_no_picture_is_touched(plan: Run, library: Path) -> None:
    before = {path: path.stat() for path in library.iterdir()}
    plan("--action", "delete")

    assert {path: path.stat() for path in library.iterdir()} == before


def test_what_makes_no_sense_is_refused_and_nothing_is_written(plan: Run, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a link would destroy one"):
        plan("--action", "hardlink", "--verdict", "picture")
    with pytest.raises(SettingsError, match="--keep pixles: no such rule; did you mean pixels"):
        plan("--keep", "oldest,pixles")

    assert not (tmp_path / "plan.csv").exists()


def test_a_report_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="nowhere"):
        plan_command.main([str(tmp_path / "nowhere")], standalone_mode=False)


# -- totals ----------------------------------------------------------------------------------------


def test_the_folders_are_named_that_most_is_taken_from(
    scan: Run, originals: Path, tmp_path: Path, capsys: Printed
) -> None:
    for number in range(14):
        for folder in ("backup", "photos"):
            place = tmp_path / "library" / folder / f"{number:02}"
            place.mkdir(parents=True)
            shutil.copy(originals / "rocket.jpg", place / "one.jpg")
    scan(tmp_path / "library", "-q")
    plan_command.main(
        [
            *(str(tmp_path / "report"), "-o", str(tmp_path / "plan.csv")),
            *("--only", str(tmp_path / "library" / "backup")),
        ],
        standalone_mode=False,
    )

    printed = capsys.readouterr().out.splitlines()
    pairs = [line for line in printed if "→" in line]
    assert pairs[0] == "  backup/00 → kept in photos/00: 1 file, 20.0 kB"
    assert len(pairs) == 10
    assert "  and 4 more: 4 files, 80.0 kB" in printed


def test_each_file_that_goes_is_printed_on_demand(
    plan: Run, library: Path, capsys: Printed
) -> None:
    plan("-v")

    expected = f"  {library / 'two.jpg'}: file of {library / 'one.jpg'}, kept: "
    assert expected in capsys.readouterr().out


# -- an earlier plan of the same name --------------------------------------------------------------


def test_what_a_person_decided_is_taken_over(plan: Run, tmp_path: Path, capsys: Printed) -> None:
    plan()
    plans.edit(tmp_path / "plan.csv", 1, decision="keep")
    capsys.readouterr()

    plan("--verdict", "pixels")

    printed = capsys.readouterr().out
    assert "  your edits: 1 × keep, 0 × swap" in printed
    assert "Nothing to quarantine" in printed
    [row] = [cells for cells in plans.cells_of(tmp_path / "plan.csv") if cells[0] == "1"]
    assert row[1] == "keep"


def test_a_new_plan_begins_anew_on_demand(plan: Run, tmp_path: Path, capsys: Printed) -> None:
    plan()
    plans.edit(tmp_path / "plan.csv", 1, decision="keep")
    plan("--discard-edits")

    assert "1 to quarantine" in capsys.readouterr().out


# -- a scan that was interrupted -------------------------------------------------------------------


def test_a_plan_of_an_interrupted_scan_says_so_everywhere(
    plan: Run, report: Path, tmp_path: Path, capsys: Printed
) -> None:
    file = report / "report.json"
    file.write_text(file.read_text().replace('"complete": true', '"complete": false', 1))

    plan()
    assert capsys.readouterr().out.startswith("INCOMPLETE: the scan was interrupted")
    plan("--json")
    assert json.loads(capsys.readouterr().out)["scan_complete"] is False
    header, first, *_ = plans.cells_of(tmp_path / "plan.csv")
    assert first[header.index("reason")].startswith("incomplete scan; kept: ")
    assert '"complete": false' in (tmp_path / "plan.json").read_text()
    for really in ((), ("--yes",)):
        assert run(["apply", str(tmp_path / "plan.csv"), *really]) == 0
        assert "INCOMPLETE: the scan was interrupted" in capsys.readouterr().out
    assert run(["apply", str(tmp_path / "plan.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scan_complete"] is False
