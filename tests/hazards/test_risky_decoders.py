"""Decoders that are known to be dangerous are never called, whatever the suffix of a file is.

Pillow gives EPS files to Ghostscript, and has decoders for PSD, FITS and more.
"""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]


def saved(photo: Image.Image, format_: str) -> bytes:
    buffer = io.BytesIO()
    photo.convert("RGB").save(buffer, format_)
    return buffer.getvalue()


@pytest.fixture
def risky(photo: Image.Image) -> dict[str, bytes]:
    """The first bytes of formats that are recognised and left alone, real files where possible."""
    small = photo.resize((16, 16))
    return {
        "EPS": saved(small, "EPS"),
        "PSD": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\1\0\0\0\1\0\x08\0\3" + bytes(30),
        "FITS": b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800),
        "XCF": b"gimp xcf v011\0" + bytes(40),
        "ICO": saved(small, "ICO"),
        "DDS": saved(small, "DDS"),
        "QOI": saved(small, "QOI"),
    }


@pytest.mark.parametrize("suffix", ["jpg", "png", "eps", ""])
def test_they_are_passed_over_by_name_and_counted_whatever_their_suffix(
    scan_of: ScanOf, risky: dict[str, bytes], tmp_path: Path, suffix: str
) -> None:
    for kind, content in risky.items():
        (tmp_path / f"{kind}.{suffix}").write_bytes(content)

    report = scan_of(tmp_path).report

    assert {f"{kind} is not compared": 1 for kind in risky} == report.passed_over
    assert report.failures == ()
    assert report.pictures == ()


def test_equal_files_of_them_are_not_compared_either(
    scan_of: ScanOf, risky: dict[str, bytes], tmp_path: Path
) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.eps").write_bytes(risky["EPS"])

    assert scan_of(tmp_path).report.groups == ()


@pytest.mark.parametrize("kind", ["PPM", "PCX", "TGA", "SGI", "MSP", "XBM", "SPIDER"])
def test_other_formats_of_pillow_are_not_tried(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path, kind: str
) -> None:
    buffer = io.BytesIO()
    mode = {"MSP": "1", "XBM": "1", "SPIDER": "F"}.get(kind, "RGB")
    photo.resize((16, 16)).convert(mode).save(buffer, kind)
    (tmp_path / "picture.jpg").write_bytes(buffer.getvalue())

    report = scan_of(tmp_path).report

    assert [one.reason for one in report.failures] == [
        "no picture in it of a known format, whatever its name says"
    ]
    assert report.pictures == ()
