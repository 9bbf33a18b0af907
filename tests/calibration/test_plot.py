"""The figure: drawn without a display, and asked for without its package."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support.processes import run_to_end

from dupscan.calibration import Calibration, plot
from dupscan.cli.output import OutputFile
from dupscan.errors import UsageError


def test_a_figure_is_a_picture_that_says_it_is_ours(
    calibrated: Calibration, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "cutoffs.png"

    path.write_bytes(plot.draw(calibrated))

    OutputFile("--plot", path, plot.MARK).check()
    with Image.open(path) as figure:
        assert figure.format == "PNG"
        assert figure.width > 1000
        assert figure.info["Software"] == plot.SOFTWARE


def test_a_figure_without_false_pairs_is_drawn_all_the_same(
    calibration_of: Callable[..., Calibration], known: Path, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "coffee").mkdir()
    for path in (known / "coffee").iterdir():
        (tmp_path / "coffee" / path.name).write_bytes(path.read_bytes())

    found = plot.draw(calibration_of(tmp_path))

    with Image.open(io.BytesIO(found)) as figure:
        assert figure.height > 900


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(UsageError, match=r"pip install 'dupscan\[plot\]'"):
        plot.require_matplotlib()


def test_matplotlib_is_imported_only_when_a_figure_is_wanted() -> None:
    code = "import dupscan.cli, dupscan.calibration.plot, sys; print('matplotlib' in sys.modules)"

    done = run_to_end([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "False"
