"""HEIC files without their decoder are counted, and the summary says what to install.

Users of other tools ask in long threads where their HEIC pictures went.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Dupscan = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def library(photo: Image.Image, tmp_path: Path) -> Path:
    """Two pictures in HEIC, one of them under another name, and one in PNG."""
    pytest.importorskip("pillow_heif").register_heif_opener()
    folder = tmp_path / "library"
    folder.mkdir()
    photo.save(folder / "phone.heic", "HEIF", quality=90)
    photo.save(folder / "phone.jpg", "HEIF", quality=80)
    photo.save(folder / "same.png")
    return folder


def stub_of(tmp_path: Path, statement: str) -> str:
    """A folder whose pillow_heif does nothing but this when it is imported."""
    (tmp_path / "stub").mkdir()
    (tmp_path / "stub" / "pillow_heif.py").write_text(f"{statement}\n")
    return str(tmp_path / "stub")


def test_with_the_decoder_they_are_compared(dupscan: Dupscan, library: Path) -> None:
    done = dupscan("scan", library)

    assert "3 files, 3 pictures, 1 group, 2 duplicates" in done.stdout


def test_without_it_they_are_counted_with_what_to_install(
    dupscan: Dupscan, library: Path, tmp_path: Path
) -> None:
    done = dupscan("scan", library, PYTHONPATH=stub_of(tmp_path, "raise ImportError('not here')"))

    assert done.returncode == 0
    assert "passed over: 2 × HEIF: needs dupscan[heif] to be installed" in done.stdout
    assert "3 files, 1 picture, 0 groups" in done.stdout


def test_a_decoder_that_is_installed_and_broken_ends_no_scan(
    dupscan: Dupscan, library: Path, tmp_path: Path
) -> None:
    """As with a NumPy that is too new for it: a ValueError, of all things, at its import."""
    statement = "raise ValueError('numpy.dtype size changed, may indicate incompatibility')"

    done = dupscan("scan", library, PYTHONPATH=stub_of(tmp_path, statement))

    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert "3 files, 1 picture, 0 groups" in done.stdout
