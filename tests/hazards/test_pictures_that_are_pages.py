"""A picture may be a page to a browser, and the report must not lead anybody into it.

A browser goes by the suffix of a file. A JPEG under the name ``holiday.html`` with a page in its
comment is grouped as a picture, and a click on its thumbnail would run the page's script with the
rights of a local file.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
PAGE = b"<!doctype html><script>document.title='owned'</script>"


def test_no_picture_is_no_link(scan_of: ScanOf, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    assert 'href="file:' not in scan_of(tmp_path).files[0].read_text("utf-8")


@pytest.mark.parametrize("suffix", ["html", "HTM", "xhtml", "svg", "xml", "desktop", "sh", "mhtml"])
def test_a_thumbnail_does_not_lead_to_a_page(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path, suffix: str
) -> None:
    for name in ("holiday", "copy of holiday"):
        photo.save(tmp_path / f"{name}.{suffix}", "JPEG", comment=PAGE)
    photo.save(tmp_path / "plain.jpg", "JPEG")
    page = scan_of(tmp_path).files[0].read_text("utf-8")
    assert page.count("<figure") == 3
    assert f"holiday.{suffix}</p>" in page
    assert [one.partition('"')[0] for one in page.split('href="file://')[1:]] == [
        str(tmp_path / "plain.jpg")
    ]
