"""One file that two file systems show with two device numbers looks like its own duplicate.

Examples are an overlay, a folder that FUSE shows a second time, and a folder that a machine mounts
from itself by NFS. A program that deletes one of the two deletes both; docs/cautions.rst of rmlint
warns of this.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.acted_on import Library

from dupscan.model.plan import State


@pytest.mark.parametrize("action", ["delete", "symlink", "quarantine", "reflink", "hardlink"])
def test_it_is_not_given_up_for_itself(
    sandbox: Library, mount: Callable[..., Path], tmp_path: Path, action: str
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (sandbox.folder / name).unlink()
    shown_twice = sandbox.add("below/c.jpg")
    content = shown_twice.read_bytes()
    for name in ("lower", "scratch"):
        (tmp_path / name).mkdir()
    layers = f"lowerdir={tmp_path}/lower,upperdir={shown_twice.parent},workdir={tmp_path}/scratch"
    merged = mount("sandbox/library/merged", "-t", "overlay", "-o", layers, "overlay")
    if os.stat(merged / "c.jpg").st_dev == os.stat(shown_twice).st_dev:
        pytest.skip("this system's overlays tell that it is one file")

    result = sandbox.act(action)

    assert State.DONE not in result.states
    assert content == shown_twice.read_bytes() == (merged / "c.jpg").read_bytes()
    assert os.listdir(merged) == ["c.jpg"]
