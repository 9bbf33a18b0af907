"""The journal: what was about to be done is on disk before it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.dedupe.journal import Entry, Journal, Step, journal_path
from dupscan.errors import JournalBusy, JournalNotWritten, PlanError
from dupscan.model.plan import Plan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan-0123456789ab.journal"


def test_a_new_journal_has_no_acts(path: Path, plan: Plan) -> None:
    with Journal(path, plan) as journal:
        assert list(journal.entries(*Step)) == []
        assert journal.step_of_row(1) is None
        assert journal.next_number() == 1


def test_a_journal_that_is_not_there_is_an_error_and_is_not_made(path: Path) -> None:
    with pytest.raises(PlanError, match="no journal"):
        Journal(path)
    assert not path.exists()


def test_a_journal_is_private_to_the_user(path: Path, plan: Plan) -> None:
    Journal(path, plan).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_acts_are_read_again_with_their_last_steps_latest_first(
    path: Path, plan: Plan, entry_of: Callable[..., Entry]
) -> None:
    with Journal(path, plan) as journal:
        for number in (1, 2, 3):
            journal.intend(entry_of(number, row=10 * number))
        journal.record(entry_of(1, 10), Step.DONE)
        journal.record(entry_of(2, 20), Step.DONE, trash_path="/trash/files/caf\udce9.jpg")
    with Journal(path) as journal:
        assert [entry_of(2, 20), entry_of(1, 10)] == list(journal.entries(Step.DONE))
        assert [entry_of(3, 30)] == list(journal.entries(Step.INTENDED))
        in_order = [entry.number for entry in journal.entries(*Step, latest_first=False)]
        assert in_order == [1, 2, 3]
        assert journal.step_of_row(20) is Step.DONE
        assert journal.trash_path_of(entry_of(2, 20)) == "/trash/files/caf\udce9.jpg"
        assert journal.trash_path_of(entry_of(1, 10)) == ""


def test_the_last_act_for_a_row_is_what_counts(
    path: Path, plan: Plan, entry_of: Callable[..., Entry]
) -> None:
    """Done, undone, and done once more."""
    with Journal(path, plan) as journal:
        journal.intend(entry_of(1, row=7))
        journal.record(entry_of(1, 7), Step.UNDONE)
        journal.intend(entry_of(2, row=7))
        assert journal.step_of_row(7) is Step.INTENDED


@pytest.mark.parametrize("lost", [1, 20, 200])
def test_a_line_that_was_cut_short_says_nothing(
    path: Path, plan: Plan, entry_of: Callable[..., Entry], lost: int
) -> None:
    with Journal(path, plan) as journal:
        journal.intend(entry_of(1, 1))
        whole = path.stat().st_size
        journal.intend(entry_of(2, 2))
    os.truncate(path, path.stat().st_size - lost)
    with Journal(path, plan) as journal:
        assert [entry_of(1, 1)] == list(journal.entries(*Step))
        assert path.stat().st_size == whole
        journal.intend(entry_of(2, 3, "b.jpg"))
    with Journal(path) as journal:
        assert [entry_of(2, 3, "b.jpg"), entry_of(1, 1)] == list(journal.entries(*Step))


@pytest.mark.parametrize("length", [0, 1, 100])
def test_a_journal_that_was_killed_as_it_began_is_begun_again(
    path: Path, plan: Plan, length: int
) -> None:
    Journal(path, plan).close()
    os.truncate(path, length)
    with Journal(path, plan) as journal:
        assert journal.header.plan_id == plan.plan_id


@pytest.mark.parametrize(
    "content", [b"", b"holiday notes", b"holiday\nnotes\n", b'{"format": 1}\n']
)
def test_a_file_that_is_no_journal_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(PlanError):
        Journal(path)
    assert content == path.read_bytes()


def test_a_users_file_in_the_place_of_a_new_journal_is_left_alone(path: Path, plan: Plan) -> None:
    path.write_bytes(b"holiday notes")
    with pytest.raises(PlanError):
        Journal(path, plan)
    assert path.read_bytes() == b"holiday notes"


def test_a_line_that_makes_no_sense_is_named(
    path: Path, plan: Plan, entry_of: Callable[..., Entry]
) -> None:
    with Journal(path, plan) as journal:
        journal.intend(entry_of(1, 1))
    with path.open("ab") as file:
        file.write(b'{"act": 99, "step": "done"}\n')
    with pytest.raises(PlanError, match="line 3"):
        Journal(path)


def test_the_journal_of_another_plan_is_refused(path: Path, plan: Plan) -> None:
    Journal(path, plan).close()
    with pytest.raises(PlanError, match="another plan"):
        Journal(path, replace(plan, plan_id="ffffffffffff"))


def test_only_one_pass_at_a_time_has_a_journal(path: Path, plan: Plan) -> None:
    with Journal(path, plan), pytest.raises(JournalBusy, match="another pass"):
        Journal(path)
    Journal(path).close()


def test_a_full_disk_leaves_no_half_line(
    path: Path, plan: Plan, entry_of: Callable[..., Entry]
) -> None:
    """A limit on the size of files, in a process of its own, stands for it."""
    with Journal(path, plan) as journal:
        journal.intend(entry_of(1, 1))
    size = path.stat().st_size
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from dupscan.errors import JournalNotWritten\n"
        "from dupscan.dedupe.journal import Journal, Step\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 10}, {size + 10}))\n"
        "with Journal(Path(sys.argv[1])) as journal:\n"
        "    [entry] = journal.entries(Step.INTENDED)\n"
        "    try:\n"
        "        journal.record(entry, Step.DONE)\n"
        "    except JournalNotWritten:\n"
        "        sys.exit(7)\n"
    )
    ended = run_to_end([sys.executable, "-c", script, path])
    assert ended.returncode == 7
    assert size == path.stat().st_size


def test_a_folder_that_cannot_be_written_to_is_said(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(JournalNotWritten, match="Make room"):
        Journal(tmp_path / "not there" / "a.journal", plan)


def test_a_journal_lies_beside_its_plan() -> None:
    assert journal_path(Path("/x/mine.csv"), "ab") == Path("/x/mine-ab.journal")


def test_a_pipe_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    for read_only in (True, False):
        with pytest.raises(PlanError, match="pipe"):
            Journal(path, read_only=read_only)
