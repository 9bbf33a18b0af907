"""How many cores there are for us: of the machine, and of the quota of a container or service."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.system.cpu_count import quota, usable_cores


def tell(tmp_path: Path, groups: str, files: dict[str, str]) -> float:
    """The quota by these groups, with these files below the folder of all groups."""
    (tmp_path / "groups").write_text(groups)
    for name, content in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return quota(str(tmp_path / "groups"), str(tmp_path / "cgroup"))


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert math.inf == quota(str(tmp_path / "missing"), str(tmp_path))


def test_a_group_without_files_has_no_limit(tmp_path: Path) -> None:
    assert math.inf == tell(tmp_path, "0::/user.slice\n", {})


@pytest.mark.parametrize("content", ["max 100000\n", "", "nonsense\n", "100000 0\n", "1 2 3\n"])
def test_what_is_no_quota_is_no_limit(content: str, tmp_path: Path) -> None:
    assert math.inf == tell(tmp_path, "0::/\n", {"cpu.max": content})


def test_a_container_has_its_quota_at_the_top(tmp_path: Path) -> None:
    assert tell(tmp_path, "0::/\n", {"cpu.max": "150000 100000\n"}) == 1.5


def test_a_service_has_no_more_than_the_slice_that_it_is_in(tmp_path: Path) -> None:
    files = {"a/cpu.max": "50000 100000\n", "a/b/cpu.max": "400000 100000\n"}
    assert tell(tmp_path, "0::/a/b\n", files) == 0.5
    assert tell(tmp_path, "0::/a/b/c: d\n", files) == 0.5


def test_a_container_that_is_told_its_name_outside_has_its_quota_all_the_same(
    tmp_path: Path,
) -> None:
    files = {"cpu.max": "300000 100000\n"}
    assert tell(tmp_path, "0::/docker/0123abcd\n", files) == 3


def test_version_1_keeps_quota_and_period_in_two_files(tmp_path: Path) -> None:
    groups = "3:memory:/a\n2:cpu,cpuacct:/a\n1:cpuset:/a\n0::/a\n"
    folder = "cpu,cpuacct/a"
    assert math.inf == tell(tmp_path, groups, {f"{folder}/cpu.cfs_period_us": "100000\n"})
    assert math.inf == tell(tmp_path, groups, {f"{folder}/cpu.cfs_quota_us": "-1\n"})
    assert tell(tmp_path, groups, {f"{folder}/cpu.cfs_quota_us": "250000\n"}) == 2.5


def test_this_machine_has_a_core_for_us() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="binds a process to a core")
def test_a_process_bound_to_one_core_has_one() -> None:
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from dupscan.system.cpu_count import usable_cores; print(usable_cores())"
    )
    done = run_to_end([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "1\n"
