"""How the benchmarks run things in turn, and what they make of the times."""

from __future__ import annotations

import doctest
import importlib
import sys
from pathlib import Path

import pytest
from PIL import Image

measuring = pytest.importorskip("benchmarks.measuring")
peers = pytest.importorskip("benchmarks.peers")
stages = pytest.importorskip("benchmarks.stages")

MODULES = "generated index kills measuring memory pictures regions rescan scan stages".split()


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_benchmarks_are_right(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"benchmarks.{name}")).failed == 0


def test_ways_are_tried_in_turn(capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    ways = {name: lambda name=name: done.append(name) or len(done) for name in ("a", "b")}

    taken = measuring.alternate(ways, 2, lambda: done.append("before"))

    assert taken == {"a": [2, 6], "b": [4, 8]}
    assert "round 2 of 2: b" in capsys.readouterr().err


def test_a_ratio_is_that_of_rounds_and_not_of_medians() -> None:
    """A machine that was slow for one round was so for both."""
    assert measuring.ratio([1.0, 10.0, 2.0], [3.0, 30.0, 6.0]) == 3


def test_a_command_has_a_cache_of_its_own_that_goes_with_it() -> None:
    say = "import os; print(os.environ['XDG_CACHE_HOME'])"

    first, second = (measuring.run((sys.executable, "-c", say)).output for _ in range(2))

    assert first != second
    assert not Path(first.strip()).exists()


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"ended with 3:\nno such thing"):
        measuring.run(
            (sys.executable, "-c", "import sys; print('no such thing', file=sys.stderr); exit(3)")
        )


def test_a_scan_tells_its_stages(photo: Image.Image, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    photo.save(tmp_path / "library" / "one.jpg")
    first, second, module, *command = measuring.dupscan_scan(tmp_path / "library", tmp_path / "out")

    run = measuring.run((first, second, module, stages.ADVANCES, *command))

    assert run.stages.keys() >= {"walk", "fingerprint", "report"}
    assert 0 < sum(run.stages.values()) < run.seconds
    assert "1 picture" in run.output


def test_what_is_forgotten_can_still_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")

    measuring.forget(tmp_path)

    assert (tmp_path / "a").read_bytes() == b"content"


def test_a_tool_that_is_not_there_is_named_with_the_reason() -> None:
    package = peers.find_package("no-such-package", "no_such_package", sys.executable)
    program = peers.find_program("no-such-program")

    assert isinstance(package, peers.Missing)
    assert "No module named 'no_such_package'" in package.why
    assert program == peers.Missing(
        "no-such-program", "not measured, there is no such program on the path"
    )


def test_a_tool_that_is_there_is_called_by_our_script() -> None:
    found = peers.find_package("pillow", "PIL", sys.executable)

    assert found.name.startswith("pillow ")
    assert found.command == (sys.executable, str(peers.HERE / "with_pillow.py"))


def test_scans_of_all_kinds_stand_in_one_table(
    photo: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = pytest.importorskip("benchmarks.scan")
    photo.save(tmp_path / "one.jpg", progressive=True)
    typed = f"scan {tmp_path} --peers --rounds 1 --without-shortcut --peer-python {sys.executable}"
    monkeypatch.setattr(sys, "argv", typed.split())

    head, _, *rows = scan.measure(scan.read_arguments())

    names = [row.split("|")[1].strip() for row in rows]
    assert head == f"| {' | '.join(scan.HEAD)} |"
    assert names[:3] == ["dupscan", "– walk", "– fingerprint"]
    assert names[-1] == "dupscan without the shortcut for progressive JPEGs"
