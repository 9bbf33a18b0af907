"""A spreadsheet changes the format of what it saves: the plan must survive, or be refused.

The tests send names that look like numbers, dates or formulas, other separators, encodings and
countries through a real LibreOffice, in its own format and in that of Excel.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import plans
from support.processes import run_to_end

from dupscan.dedupe.plan_file import read_plan, write_plan
from dupscan.errors import PlanError
from dupscan.model.plan import Plan

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(
    SOFFICE is None, reason="no LibreOffice here: install libreoffice-calc-nogui to try plans in it"
)
PATIENCE = 120
"""Seconds after which LibreOffice is given up; nothing is timed with it."""
NAMES = (
    *("=1+1.jpg", "+1.jpg", "-1.jpg", "@SUM(A1).jpg", ";=1+1.jpg", '; =HYPERLINK("x").jpg'),
    *("a,b;c|d.jpg", 'quoted "name".jpg', "it's.jpg", "'quoted'", "''", '"', '""', "\\", "_x0041_"),
    *("two\nlines.jpg", "two\r\nlines.jpg", "\ttab\t.jpg", " blanks  inside .jpg ", "a\u00a0b"),
    *("1-2.jpg", "00123", "00123.jpg", "1234567890123456789", "1,5", "1.5", "1e5", "%41", "12:30"),
    *("TRUE", "FALSE", "2026-11-22", "22.11.2026", "#REF!", "$A$1", "<b>&amp;", "###"),
    *("🏞️👨\u200d👩\u200d👧.jpg", "עברית.jpg", "\u202egpj.exe", "caf\u00e9.jpg", "cafe\u0301.jpg"),
    *("caf\udce9.jpg", "x" * 251 + ".jpg", "é" * 127, "\u3000wide", "\x85next", "\u2028line"),
)
COMMA = "Text - txt - csv (StarCalc):44,34,76,1"
SEMICOLON = "Text - txt - csv (StarCalc):59,34,76,1"
ALL_QUOTED_IN_GERMAN = "Text - txt - csv (StarCalc):59,34,76,1,,1031,true"
UNICODE_TEXT = "Text - txt - csv (StarCalc):9,34,65535,1"
SaveAs = Callable[..., Path]


@pytest.fixture
def nasty() -> Plan:
    """A plan of files whose names a spreadsheet could trip over, each in a group of its own."""
    rows = [
        plans.row_of(
            number,
            f"/p/{number % 2}/{name}",
            f"/p/k/{name}",
            explanation=f"goes with {name}",
            kept=name,
            freed=number * 10**10 + 1,
        )
        for number, name in enumerate(NAMES, start=1)
    ]
    return plans.plan_of(rows)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of a user who starts LibreOffice for the first time."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture
def save_as(profile: Path, tmp_path: Path) -> SaveAs:
    """Open a file in LibreOffice, and save it as another kind: ``save_as(path, "ods")``."""

    def run(path: Path, kind: str, opened_as: str | None = None) -> Path:
        folder = tmp_path / f"saved as {kind.partition(':')[0]}"
        done = run_to_end(
            [
                *(SOFFICE or "", f"-env:UserInstallation={profile.as_uri()}", "--headless"),
                *([f"--infilter={opened_as}"] if opened_as else []),
                *("--convert-to", kind, "--outdir", folder, path),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        saved = folder / f"{path.stem}.{kind.partition(':')[0]}"
        assert saved.exists(), done.stderr
        return saved

    return run


def read_beside(table: Path, original: Path) -> tuple[list[int], int]:
    """Read a table in place of the one that was written: the rows to remove, how many are kept."""
    original.write_bytes(table.read_bytes())
    found = read_plan(original)
    return [row.number for row in found.plan.rows], found.kept


@pytest.mark.parametrize(
    ("between", "last"),
    [(None, SEMICOLON), ("ods", UNICODE_TEXT), ("xlsx", ALL_QUOTED_IN_GERMAN)],
    ids=["straight", "by its own format", "by Excel's format"],
)
def test_a_plan_survives_libreoffice_with_what_a_person_did(
    nasty: Plan,
    tmp_path: Path,
    save_as: SaveAs,
    between: str | None,
    last: str,
) -> None:
    table, _ = write_plan(nasty, tmp_path / "plan.csv")
    plans.edit(table, 2, decision="Keep")
    opened = save_as(table, between, COMMA) if between else table
    saved = save_as(opened, f"csv:{last}", None if between else COMMA)
    assert saved.read_bytes() != table.read_bytes()
    expected = [row.number for row in nasty.rows if row.number != 2]
    assert read_beside(saved, table) == (expected, 1)


def test_a_plan_saved_in_the_old_encoding_is_refused_and_not_guessed(
    nasty: Plan, tmp_path: Path, save_as: SaveAs
) -> None:
    """Windows' own, which has no letters for most of these names, is a choice in that dialog."""
    table, _ = write_plan(nasty, tmp_path / "plan.csv")
    saved = save_as(table, "csv:Text - txt - csv (StarCalc):59,34,1,1", COMMA)
    with pytest.raises(PlanError, match="save the table again as CSV in UTF-8"):
        read_beside(saved, table)
