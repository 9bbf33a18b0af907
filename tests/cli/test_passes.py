"""``dupscan apply``, ``undo`` and ``purge`` as they are typed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.processes import PATIENCE, run_to_end, running, wait_for_output

from dupscan.cli import run
from dupscan.dedupe import passes
from dupscan.dedupe.passes import make_plan
from dupscan.errors import InternalSignal
from dupscan.settings import PlanSettings

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def plan(library: Path, tmp_path: Path, scan: Callable[..., int]) -> Path:
    """A plan to quarantine two.jpg, which is one.jpg again."""
    assert scan(library, "-q") == 0
    return planned(tmp_path)


def planned(folder: Path, action: str = "quarantine") -> Path:
    make_plan(folder / "report", PlanSettings(action=action, output=folder / "plan.csv"))
    return folder / "plan.csv"


def journal_of(plan: Path) -> Path:
    [journal] = plan.parent.glob("*.journal")
    return journal


def test_without_yes_it_is_said_and_nothing_is_done(
    plan: Path, library: Path, capsys: Printed
) -> None:
    assert run(["apply", str(plan)]) == 0
    out = capsys.readouterr().out
    assert f"{library / 'two.jpg'}: would be moved to " in out
    assert "Nothing was changed; with --yes 20.0 kB are free" in out
    assert out.endswith("1 would be done\n")
    assert (library / "two.jpg").exists()
    assert list(plan.parent.glob("*.journal")) == []


def test_a_signal_that_nothing_inside_caught_is_no_message_for_a_user(
    monkeypatch: pytest.MonkeyPatch, plan: Path
) -> None:
    """A mistake of dupscan must show where it happened, and not pass for a refusal."""

    def leak(*_: object, **__: object) -> None:
        raise InternalSignal("it got out")

    monkeypatch.setattr(passes, "apply_plan", leak)
    with pytest.raises(InternalSignal, match="it got out"):
        run(["apply", str(plan)])


def test_with_yes_it_is_done_and_the_way_back_is_told(
    plan: Path, library: Path, capsys: Printed
) -> None:
    assert run(["apply", str(plan), "--yes"]) == 0
    out = capsys.readouterr().out
    assert f"dupscan undo {journal_of(plan)}" in out
    assert f"dupscan purge {journal_of(plan)}" in out
    assert not (library / "two.jpg").exists()


def test_the_summary_for_programs(plan: Path, library: Path, capsys: Printed) -> None:
    size = (library / "two.jpg").stat().st_size
    assert run(["apply", str(plan), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["would_be_done"], found["journal"], found["complete"]) == (1, None, True)
    assert run(["apply", str(plan), "--yes", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["done"], found["refused"], found["freed_once_emptied"]) == (1, 0, size)
    assert found["journal"] == str(journal_of(plan))


@pytest.mark.parametrize("really", [(), ("--yes",)])
def test_what_is_refused_is_told_with_the_reason_and_the_exit_code(
    plan: Path, library: Path, capsys: Printed, really: tuple[str, ...]
) -> None:
    (library / "two.jpg").write_bytes(b"edited since")
    assert run(["apply", str(plan), *really, "-q"]) == 4
    assert "two.jpg: it was changed since the scan; scan again" in capsys.readouterr().err
    assert (library / "two.jpg").read_bytes() == b"edited since"


def test_a_folder_that_is_protected_at_the_last_moment_is(
    plan: Path, library: Path, capsys: Printed
) -> None:
    assert run(["apply", str(plan), "--yes", "--protect", str(library)]) == 4
    assert "it is protected now" in capsys.readouterr().err
    assert (library / "two.jpg").exists()


def test_a_plan_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: Printed) -> None:
    assert run(["apply", str(tmp_path / "plan.csv")]) == 2
    assert "plan.csv" in capsys.readouterr().err


def test_undo_puts_it_back_and_says_so(plan: Path, library: Path, capsys: Printed) -> None:
    run(["apply", str(plan), "--yes", "-q"])
    assert run(["undo", str(journal_of(plan))]) == 0
    assert capsys.readouterr().out == "1 done\n"
    assert (library / "two.jpg").exists()
    assert run(["undo", str(journal_of(plan))]) == 0
    assert capsys.readouterr().out == "nothing to do\n"


def test_what_was_deleted_cannot_be_undone(
    library: Path, tmp_path: Path, scan: Callable[..., int], capsys: Printed
) -> None:
    scan(library, "-q")
    plan = planned(tmp_path, "delete")
    assert run(["apply", str(plan), "--yes"]) == 0
    assert "dupscan undo" not in capsys.readouterr().out
    assert run(["undo", str(journal_of(plan)), "-q"]) == 4
    assert "gone for good" in capsys.readouterr().err


def test_purge_empties_the_quarantine(plan: Path, library: Path, capsys: Printed) -> None:
    run(["apply", str(plan), "--yes", "-q"])
    capsys.readouterr()
    assert run(["purge", str(journal_of(plan))]) == 0
    assert capsys.readouterr().out == "20.0 kB freed\n1 done\n"
    assert sorted(os.listdir(library)) == ["broken.jpg", "notes.txt", "one.jpg"]


@pytest.mark.parametrize(("answer", "is_gone"), [("n", False), ("", False), ("y", True)])
def test_on_a_terminal_a_purge_asks_first(
    plan: Path, library: Path, answer: str, is_gone: bool
) -> None:
    """A real terminal, at which somebody types."""
    run(["apply", str(plan), "--yes", "-q"])
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "dupscan", "purge", str(journal_of(plan)), "-q"]
    with running(command, stdin=theirs, stderr=subprocess.PIPE, text=True) as process:
        os.write(ours, f"{answer}\n".encode())
        _, said = process.communicate(timeout=PATIENCE)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert "Delete 1 file from quarantine for good, 20.0 kB? [y/N]" in said
    assert is_gone == ("Nothing was deleted" not in said)
    assert is_gone == (not list(library.glob(".dupscan-quarantine/*/**/*.jpg")))


def test_a_file_that_is_no_journal_is_wrong_usage(plan: Path, capsys: Printed) -> None:
    for command in ("undo", "purge"):
        assert run([command, str(plan)]) == 2
        assert "is no journal; name the file that ends in .journal" in capsys.readouterr().err


def test_a_pass_whose_reader_goes_away_is_made_to_its_end(plan: Path, library: Path) -> None:
    """As with ``dupscan apply plan.csv --yes | head -0``."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "dupscan", "apply", str(plan), "--yes"]
    ended = run_to_end(command, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert ended.returncode == 0, ended.stderr
    assert not (library / "two.jpg").exists()


def test_a_stopped_pass_goes_on_where_it_was(
    library: Path, tmp_path: Path, scan: Callable[..., int]
) -> None:
    """SIGINT comes while it waits to tell of a refused row: nobody reads on the other side."""
    for number in range(1500):
        shutil.copy(library / "one.jpg", library / f"copy {number:04}.jpg")
    scan(library, "-q")
    plan = planned(tmp_path)
    for path in library.glob("*.jpg"):
        if path.name != "one.jpg" and int(path.stem[-1:], 36) % 2 and path.stem[-1:].isdigit():
            os.utime(path, ns=(1, 1))
    command = [sys.executable, "-m", "dupscan", "apply", str(plan), "--yes", "-q"]
    with running(command, stderr=subprocess.PIPE) as process:
        wait_for_output(process.stderr)  # it is at work, and will wait for the pipe to be read
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    left = len(list(library.glob("*.jpg")))
    assert 800 < left < 1503
    again = run_to_end([*command, "--json"], stdout=subprocess.PIPE)
    found = json.loads(again.stdout)
    assert found["complete"]
    assert found["done"] + found["done_before"] + found["refused"] == 1501
    assert found["done_before"] > 0


# -- several passes, and the last one --------------------------------------------------------------


def test_passes_are_listed_with_what_can_be_undone(
    plan: Path, library: Path, capsys: Printed
) -> None:
    assert run(["passes"]) == 0
    assert capsys.readouterr().out.startswith("No pass is known")
    run(["apply", str(plan), "--yes", "-q"])

    assert run(["passes"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("  quarantine: 1 file in quarantine, 20.0 kB; 1 can be undone")
    assert second == f"    {journal_of(plan)}"
    assert run(["passes", "--json"]) == 0
    [found] = json.loads(capsys.readouterr().out)["passes"]
    assert (found["action"], found["done"], found["undoable"]) == ("quarantine", 1, 1)
    assert found["journal"] == str(journal_of(plan))
    assert run(["passes", str(library / "nowhere")]) == 2


def test_the_last_pass_is_undone_without_its_name(
    plan: Path, library: Path, capsys: Printed
) -> None:
    assert run(["undo", "--last"]) == 2
    assert "there is no pass" in capsys.readouterr().err
    run(["apply", str(plan), "--yes", "-q"])

    assert run(["undo", "--last"]) == 0
    assert f"The last pass: {journal_of(plan)}" in capsys.readouterr().err
    assert (library / "two.jpg").exists()
    assert run(["purge", "--last"]) == 0
    assert capsys.readouterr().out == "0 B freed\nnothing to do\n"


def test_several_passes_are_undone_and_counted_together(
    library: Path, tmp_path: Path, scan: Callable[..., int], capsys: Printed
) -> None:
    journals = []
    for action in ("quarantine", "hardlink"):
        shutil.copy(library / "one.jpg", library / f"{action}.jpg")
        scan(library, "-q")
        run(["apply", str(planned(tmp_path, action)), "--yes", "--json"])
        journals.append(json.loads(capsys.readouterr().out)["journal"])

    assert run(["undo", *journals, "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["done"], found["journal"], sorted(found["journals"])) == (
        3,
        None,
        sorted(journals),
    )
    names = {path.name: path.stat().st_nlink for path in library.glob("*.jpg")}
    assert set(names) >= {"one.jpg", "two.jpg", "quarantine.jpg", "hardlink.jpg"}
    assert set(names.values()) == {1}


def test_if_one_of_several_is_no_journal_nothing_is_done(
    plan: Path, library: Path, capsys: Printed
) -> None:
    run(["apply", str(plan), "--yes", "-q"])
    assert run(["undo", str(journal_of(plan)), str(plan)]) == 2
    assert "plan.csv is no journal" in capsys.readouterr().err
    assert not (library / "two.jpg").exists()


def test_without_a_name_the_way_to_find_one_is_told(capsys: Printed) -> None:
    for command in ("undo", "purge"):
        assert run([command]) == 2
        assert "dupscan passes lists them" in capsys.readouterr().err
