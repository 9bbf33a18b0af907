"""Any settings at all can be written into a file and read from it again."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dupscan.errors import SettingsError
from dupscan.settings import ScanSettings
from dupscan.settings.toml_file import TOP, read_settings, written

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PATHS = TEXT.filter(lambda text: "\0" not in text).map(Path)
VALUES: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),  # which is not itself
    str: TEXT,
    Path: PATHS,
    Path | None: PATHS,  # there is no way to write None; who means it leaves the key out
    tuple[str, ...]: st.lists(TEXT).map(tuple),
}
COMMENTS = st.text() | st.text(alphabet="#\n\r\u2028\"'[]= a")
ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def any_of(kind: Any) -> st.SearchStrategy[dict[str, object]]:
    """Some of the fields of a class, each with any value of its type."""
    types = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.name != "roots"]
    values = {name: VALUES[types[name]] for name in names if types[name] in VALUES}
    return st.fixed_dictionaries({}, optional=values)


SLICES = {name: kind for name, kind in get_type_hints(ScanSettings).items() if is_dataclass(kind)}
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        TOP: any_of(ScanSettings).filter(bool),
        **{name: any_of(kind) for name, kind in SLICES.items()},
    },
)


@ONE_FOLDER
@given(stated=SETTINGS, comment=COMMENTS, heading=COMMENTS)
def test_settings_are_read_as_they_were_written(
    tmp_path: Path, stated: dict[str, dict[str, object]], comment: str, heading: str
) -> None:
    comments = {name: comment for section in stated.values() for name in section}
    comments |= {f"{name}.{key}": comment for name, section in stated.items() for key in section}
    path = tmp_path / "settings.toml"
    path.write_bytes(written(stated, comments, heading).encode("utf-8"))
    found = read_settings(path)
    assert stated == found
    assert [list(section.items()) for section in found.values()] == [
        list(stated[name].items()) for name in found
    ]


@ONE_FOLDER
@given(st.binary() | st.text(alphabet="[]{}\"'=#.,\n aeikmorstuwx0123456789_-").map(str.encode))
def test_whatever_a_file_holds_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    refused = ""
    try:
        read_settings(path)
    except SettingsError as error:
        refused = str(error)
    assert refused == "" or "settings.toml" in refused
