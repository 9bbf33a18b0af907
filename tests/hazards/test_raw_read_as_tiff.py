"""A camera's RAW file has the structure of a TIFF file, but must not be read as one.

A TIFF decoder returns only the thumbnail, or the grey mosaic of the sensor.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.model.pictures import Picture
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


@pytest.fixture
def other_dng(dng: bytes) -> bytes:
    """Another shot of the same camera: the sensor saw it turned around, all else is equal."""
    sensor = dng[8 : 8 + 2 * 64 * 48]
    samples = [sensor[at : at + 2] for at in range(0, len(sensor), 2)]
    rows = [samples[at : at + 64] for at in range(0, len(samples), 64)]
    turned = b"".join(b"".join(row[at ^ 1] for at in reversed(range(64))) for row in rows)
    return dng.replace(sensor, turned)


@pytest.mark.parametrize("name", ["shot.dng", "shot.tif", "shot.jpg", "shot"])
def test_raw_is_told_by_what_is_in_it(
    pictures_of: Callable[..., tuple[Picture, ...]], dng: bytes, tmp_path: Path, name: str
) -> None:
    pytest.importorskip("rawpy")
    (tmp_path / name).write_bytes(dng)

    [picture] = pictures_of(tmp_path)

    assert (picture.info.format, picture.info.width, picture.info.height) == ("RAW", 64, 48)


def test_two_shots_are_not_duplicates(
    scan_of: ScanOf, dng: bytes, other_dng: bytes, tmp_path: Path
) -> None:
    pytest.importorskip("rawpy")
    (tmp_path / "one.dng").write_bytes(dng)
    (tmp_path / "other.dng").write_bytes(other_dng)

    report = scan_of(tmp_path).report

    assert report.counts.pictures == 2
    assert report.groups == ()


def test_without_its_decoder_a_raw_file_is_passed_over_and_not_read_as_something_else(
    dupscan: Callable[..., subprocess.CompletedProcess[str]], dng: bytes, tmp_path: Path
) -> None:
    library, stub = tmp_path / "library", tmp_path / "stub"
    library.mkdir()
    stub.mkdir()
    (stub / "rawpy.py").write_text('raise ImportError("no rawpy here")\n')
    for name in ("shot.dng", "shot.tif"):
        (library / name).write_bytes(dng)

    done = dupscan("scan", library, "-o", tmp_path / "report", PYTHONPATH=str(stub))

    assert done.returncode == 0
    assert "passed over: 2 × RAW: needs dupscan[raw] to be installed" in done.stdout
    assert "0 pictures" in done.stdout
