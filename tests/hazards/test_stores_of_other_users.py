"""A store that another user owns or may write to could call any two pictures equal.

Such a store is refused, as ssh refuses such keys; so are the files beside it from which SQLite
would finish what a kill left. Nothing is made behind a link that lies in the place of a store.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.errors import StoreUnusable
from dupscan.store import Store, prune

NOBODY = 65534
Open = Callable[[Path], object]


def open_store(place: Path) -> None:
    with Store(place, "one"):
        pass


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A sound store of the user's own."""
    open_store(tmp_path / "store")
    return tmp_path / "store"


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


@needs_root
def test_a_store_of_another_user_is_refused_with_the_way_out(place: Path) -> None:
    os.chown(place, NOBODY, NOBODY)
    with pytest.raises(StoreUnusable, match=r"belongs to another user \(uid 65534\).*--store"):
        open_store(place)


@needs_root
def test_root_may_lend_a_store_to_a_user(place: Path) -> None:
    """As far as permissions go: a store of root that its group may not write to is believed."""
    status = place.stat()
    script = (
        "import os; from pathlib import Path; from dupscan.store import own_files;"
        f"os.setuid({NOBODY});"
        f"own_files.refuse_if_shared(Path('store'), os.stat_result({tuple(status)}))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("mode", [0o602, 0o666])
def test_a_store_that_others_may_write_to_is_refused(place: Path, mode: int) -> None:
    place.chmod(mode)
    with pytest.raises(StoreUnusable, match=f"mode {mode:04o}.*chmod go-w"):
        open_store(place)
    with pytest.raises(StoreUnusable, match="may be written to by other users"):
        prune(place, "one")


def test_the_users_private_group_may_write_as_with_umask_002(place: Path) -> None:
    place.chmod(0o660)
    with Store(place, "one") as store:
        assert store.damaged_rows == 0


@needs_root
def test_a_group_of_others_may_not_write(place: Path) -> None:
    os.chown(place, -1, 100)
    place.chmod(0o660)
    with pytest.raises(StoreUnusable, match="may be written to by other users"):
        open_store(place)


@needs_root
@pytest.mark.parametrize("end", ["-wal", "-journal", "-shm"])
def test_what_another_user_left_beside_a_store_is_refused(place: Path, end: str) -> None:
    beside = place.with_name(f"store{end}")
    beside.write_bytes(b"rubbish")
    os.chown(beside, NOBODY, NOBODY)
    with pytest.raises(StoreUnusable, match=f"store{end} belongs to another user"):
        open_store(place)
    assert beside.read_bytes() == b"rubbish"


def test_nothing_is_made_behind_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "store").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnusable, match="is a link to a file that does not exist"):
        open_store(tmp_path / "store")
    assert [one.name for one in tmp_path.iterdir()] == ["store"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "store").symlink_to(tmp_path / "store")
    with pytest.raises(StoreUnusable, match="link"):
        open_store(tmp_path / "store")


@pytest.mark.parametrize("there", [True, False])
def test_the_file_of_the_lock_is_never_a_link(tmp_path: Path, there: bool) -> None:
    behind = tmp_path / "behind"
    if there:
        behind.write_text("precious")
    (tmp_path / "store-users").symlink_to(behind)
    with pytest.raises(StoreUnusable, match="store-users is a link"):
        open_store(tmp_path / "store")
    assert behind.exists() is there
    assert not there or behind.read_text() == "precious"


def test_a_link_to_a_store_is_followed(place: Path) -> None:
    link = place.with_name("link")
    link.symlink_to(place)
    open_store(link)
    assert not place.with_name("link-users").exists()
