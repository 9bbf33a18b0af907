"""The report page in a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from dupscan.pipeline import ScanOutcome
from dupscan.settings.not_duplicates import read_decisions

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no browser here: install Debian's chromium to try the page in it"
)


@contextmanager
def stopping(driver: Playwright) -> Iterator[Playwright]:
    """Stop the driver in the end."""
    try:
        yield driver
    finally:
        driver.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A chromium that runs for all tests of this room."""
    try:
        driver = sync_playwright().start()
    except Exception as error:  # its driver is a program of its own, and wants Debian's libatomic1
        if os.environ.get("CI"):
            raise
        pytest.skip(f"Playwright does not run here ({error}); is libatomic1 installed?")
    with stopping(driver) as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page."""
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def report(tmp_path: Path, originals: Path, scan_of: Callable[[Path], ScanOutcome]) -> ScanOutcome:
    """A report on a photograph, its copy, a smaller one with an evil name, and a broken file."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    shutil.copy(originals / "chelsea.jpg", folder / "cat.jpg")
    shutil.copy(originals / "chelsea.jpg", folder / "cat again.jpg")
    with Image.open(originals / "chelsea.jpg") as cat:
        cat.reduce(2).save(folder / "<img src=x onerror=document.title='owned'>.jpg", "JPEG")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not much of a picture")
    return scan_of(folder)


def page_of(report: ScanOutcome) -> str:
    """The address of a report's page."""
    [page] = [file for file in report.files if file.suffix == ".html"]
    return page.absolute().as_uri()


def test_the_keeper_comes_first_and_every_thumbnail_is_shown(
    page: Page, report: ScanOutcome
) -> None:
    """Three pictures in one group, and all three can be seen."""
    page.goto(page_of(report))
    assert page.locator(".group").count() == 1
    assert page.locator(".card .role").all_inner_texts() == ["keep", "duplicate", "duplicate"]
    widths = page.locator(".card img").evaluate_all("images => images.map(i => i.naturalWidth)")
    assert all(width > 100 for width in widths)


def test_nothing_is_loaded_from_anywhere(page: Page, report: ScanOutcome) -> None:
    """The page itself is the only thing that is asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_of(report), wait_until="networkidle")
    assert [page_of(report)] == [url for url in asked if not url.startswith("data:")]


def test_a_name_that_is_markup_stays_a_name(page: Page, report: ScanOutcome) -> None:
    """The browser shows it and does not run it."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(page_of(report))
    assert "owned" not in page.title()
    assert page.locator(".name").get_by_text("<img src=x onerror").count() == 1
    assert complaints == []


def test_the_unreadable_file_and_its_reason_are_on_the_page(
    page: Page, report: ScanOutcome
) -> None:
    """One click on the number leads there."""
    page.goto(page_of(report))
    page.get_by_role("link", name="1", exact=True).click()
    assert page.locator("#unreadable").is_visible()
    assert "broken.jpg" in page.locator("#unreadable").inner_text()
    assert "damaged JPEG file" in page.locator("#unreadable").inner_text()


def test_the_lines_for_what_is_no_duplicate_can_be_copied(
    page: Page, report: ScanOutcome, tmp_path: Path
) -> None:
    """As they are on the page they are a table that the next scan reads."""
    page.goto(page_of(report))
    assert not page.locator(".apart pre").is_visible()
    page.locator(".apart summary").click()
    table = tmp_path / "not-duplicates.csv"
    table.write_text(page.locator(".apart pre").inner_text(), encoding="utf-8")
    low, high = sorted({picture.digest for picture in report.report.pictures})
    assert {(low, high)} == read_decisions(table)


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_fits_a_phone_and_a_desk(page: Page, report: ScanOutcome, width: int) -> None:
    """Nothing sticks out sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(page_of(report))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
