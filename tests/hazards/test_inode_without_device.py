"""Equal inode numbers on two file systems belong to two different files.

dupeGuru compares inode numbers without their devices, and calls two different files one file.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome


def test_equal_inodes_on_two_file_systems_are_two_files(
    pictures_of: Callable[..., tuple[Picture, ...]],
    mount: Callable[..., Path],
    originals: Path,
    tmp_path: Path,
) -> None:
    for name in ("camera", "coffee"):
        folder = mount(f"library/{name}", "-t", "tmpfs", "tmpfs")
        shutil.copy(originals / f"{name}.jpg", folder)

    one, other = pictures_of(tmp_path / "library")

    assert one.file.inode == other.file.inode  # a new tmpfs always numbers alike
    assert (one.file.aliases, other.file.aliases) == ((), ())
    assert one.digest != other.digest


def test_a_copy_on_another_file_system_with_the_same_inode_is_a_duplicate_and_not_an_alias(
    scan_of: Callable[..., ScanOutcome], mount: Callable[..., Path], originals: Path, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        shutil.copy(originals / "coffee.jpg", mount(f"library/{name}", "-t", "tmpfs", "tmpfs"))

    counts = scan_of(tmp_path / "library").report.counts

    assert (counts.files, counts.duplicates) == (2, 1)
    assert (originals / "coffee.jpg").stat().st_size == counts.reclaimable
