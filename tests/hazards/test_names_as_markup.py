"""A file name may contain HTML, and must never become markup in the report page.

dupeGuru writes file names into its HTML without escaping: a name can be a script.
"""

import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
SCRIPT = "<script>alert(1)<"
NAMES = (
    '"><img src=x onerror=alert(2)>.jpg',
    "' onmouseover='alert(3).jpg",
    "{{ 7919 * 7907 }}{% raw %}.jpg",
    "javascript:alert(4).jpg",
    "&lt;b&gt; &amp; <!-- ]]>.jpg",
    "\u202egpj.exe.jpg",
    "a\nb\x1b[31m.jpg",
)


class Page(HTMLParser):
    """Everything on a page that could do something, and all of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(scan_of: ScanOf, originals: Path, tmp_path: Path) -> Page:
    """The report page of a library in which every name is hostile, broken files included."""
    folder = tmp_path / SCRIPT / "script>"
    folder.mkdir(parents=True)
    for name in NAMES:
        shutil.copy(originals / "coffee.jpg", folder / name)
        (folder / f"broken {name}").write_text("no picture")
    outcome = scan_of(tmp_path / SCRIPT)
    return Page(outcome.files[0].read_text("utf-8"))


def test_no_name_becomes_an_element_or_an_attribute(page: Page) -> None:
    assert "script" not in page.tags
    assert [name for name, _ in page.attributes if name.startswith("on")] == []
    assert str(7919 * 7907) not in page.text


def test_every_name_is_there_to_be_read(page: Page) -> None:
    """Those with control characters with escapes in their place."""
    for name in (*NAMES[:5], "\\u202egpj.exe.jpg", "a\\nb\\x1b[31m.jpg"):
        assert name in page.text


def test_nothing_on_the_page_turns_text_around_or_controls_a_terminal(page: Page) -> None:
    assert set() == {"\u202e", "\x1b"} & set(page.text)


def test_every_link_leads_to_the_file_it_names(page: Page, tmp_path: Path) -> None:
    links = [value for name, value in page.attributes if name == "href" and value[:1] != "#"]

    paths = {unquote(urlsplit(link).path) for link in links}

    assert {"file"} == {urlsplit(link).scheme for link in links}
    assert {str(tmp_path / SCRIPT / "script>" / name) for name in NAMES} == paths


def test_every_picture_is_in_the_page_itself(page: Page) -> None:
    sources = [value for name, value in page.attributes if name == "src"]

    assert len(NAMES) == len(sources)
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
