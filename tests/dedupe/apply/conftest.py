"""A little library to plan for and act on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.acted_on import Library


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, originals: Path) -> Library:
    """A library with one picture twice to plan for and act on: ``a.jpg`` is kept, not ``b.jpg``."""
    from support import acted_on

    return acted_on.make(tmp_path / "acting", originals, "a.jpg", "b.jpg")
