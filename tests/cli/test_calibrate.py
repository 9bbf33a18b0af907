"""``dupscan calibrate``: what is printed, written and refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from dupscan.cli import run
from dupscan.errors import EXIT_DONE, EXIT_USAGE

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def known(originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two photographs in two versions each; the test runs in the folder that they lie in."""
    for name in ("coffee", "chelsea"):
        (tmp_path / "known" / name).mkdir(parents=True)
        with Image.open(originals / f"{name}.jpg") as photo:
            photo.thumbnail((300, 300))
            photo.save(tmp_path / "known" / name / "a.png")
            photo.save(tmp_path / "known" / name / "b.jpg", quality=60)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "known"


def test_settings_are_written_and_a_scan_takes_them(known: Path, capsys: Printed) -> None:
    assert run(["calibrate", "known", "--workers", "1"]) == EXIT_DONE
    assert "Settings: dupscan-settings.toml" in capsys.readouterr().out

    assert (
        run(["scan", "known", "--settings", "dupscan-settings.toml", "-o", "report", "-q"])
        == EXIT_DONE
    )
    report = json.loads(Path("report/report.json").read_text())
    assert len(report["groups"]) == 2


def test_json_is_one_object_and_quiet_says_nothing(known: Path, capsys: Printed) -> None:
    run(["calibrate", "known", "--workers", "1", "--json", "-q"])
    found = json.loads(capsys.readouterr().out)

    assert (found["pictures"], found["groups"]) == (4, 2)
    assert "max_fine" in [one["setting"] for one in found["proposed"]]

    run(["calibrate", "known", "--workers", "1", "-q"])
    assert capsys.readouterr() == ("", "")


def test_a_figure_is_drawn_where_it_is_wanted(known: Path) -> None:
    pytest.importorskip("matplotlib")

    run(["calibrate", "known", "--workers", "1", "-q", "--plot", "cutoffs.png"])

    with Image.open("cutoffs.png") as figure:
        assert figure.format == "PNG"


def test_a_photograph_is_not_overwritten_by_a_figure(known: Path, capsys: Printed) -> None:
    shutil.copy(known / "coffee" / "a.png", "mine.png")
    before = Path("mine.png").read_bytes()

    assert run(["calibrate", "known", "--plot", "mine.png"]) == EXIT_USAGE

    assert "--plot mine.png: a file that dupscan did not write is there" in capsys.readouterr().err
    assert before == Path("mine.png").read_bytes()
    assert not Path("dupscan-settings.toml").exists()


def test_settings_of_one_s_own_are_not_overwritten(known: Path, capsys: Printed) -> None:
    Path("dupscan-settings.toml").write_text("[match]\nradius = 6\n")

    assert run(["calibrate", "known"]) == EXIT_USAGE

    assert (
        "--output dupscan-settings.toml: a file that dupscan did not write"
        in capsys.readouterr().err
    )


def test_the_settings_of_today_may_come_from_a_file(
    known: Path, capsys: Printed, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("[match]\nradius = 6\nmax_fine = 1.1\n")

    run(["calibrate", "known", "--workers", "1", "-q", "--json", "--settings", "mine.toml"])

    found = {one["setting"]: one for one in json.loads(capsys.readouterr().out)["proposed"]}
    assert (found["radius"]["before"], found["max_fine"]["before"]) == (6, 1.1)


def test_a_wrong_rate_is_refused(known: Path, capsys: Printed) -> None:
    assert run(["calibrate", "known", "--false-positives", "0"]) == EXIT_USAGE
    assert "--false-positives 0.0: must lie between 0 and 1" in capsys.readouterr().err
