"""A fingerprint is used again only by what would make the very same."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

import pytest

from dupscan.fingerprint import signature as room
from dupscan.fingerprint.signature import signature


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Made anew in each test, and after it."""
    signature.cache_clear()
    yield
    signature.cache_clear()


def test_it_is_one_line_and_the_same_every_time() -> None:
    first = signature()
    signature.cache_clear()
    assert first == signature()
    assert first.isprintable()


@pytest.mark.parametrize("package", ["pillow", "imagehash", "numpy", "scipy"])
def test_it_names_what_decodes_and_measures_with_its_version(package: str) -> None:
    assert f"{package} {version(package)}" in signature().split("; ")


def test_another_version_or_algorithm_makes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {signature()}
    monkeypatch.setattr(room, "__version__", "99")
    signature.cache_clear()
    found.add(signature())
    monkeypatch.setattr(room, "ALGORITHM", room.ALGORITHM + 1)
    signature.cache_clear()
    found.add(signature())
    assert len(found) == 3


def test_an_extra_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_PACKAGES", ("no-such-package-as-this", "pillow"))
    assert "no-such-package" not in signature()
    assert "pillow" in signature()
