"""The rooms keep to themselves: layers, walls and sizes, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import dupscan

PACKAGE = Path(dupscan.__file__).parent
ROOMS = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

USES = {
    "__init__": "",
    "errors": "",
    "marks": "",
    "progress": "",
    "spot": "",
    "system": "",
    "text": "errors",
    "workers": "errors",
    "knife": "marks spot",
    "settings": "errors system text",
    "model": "text settings",
    "confirm": "settings model",
    "dedupe": "text model",
    "imaging": "settings model",
    "fingerprint": "settings model imaging",
    "group": "text model fingerprint",
    "index": "errors system settings model",
    "plan": "errors text settings model",
    "store": "errors system text model",
    "report": "errors system text settings model",
    "walk": "errors system text settings model",
    "plan_file": "errors system text settings model dedupe",
    "journal": "errors marks system text settings model dedupe",
    "apply": "marks spot system text knife model walk journal",
    "compare": "errors system text workers settings model confirm imaging fingerprint index",
    "acting": (
        "errors progress system text workers settings model plan report plan_file journal "
        "apply compare"
    ),
    "stages": (
        "errors progress system text workers settings model confirm imaging fingerprint group "
        "index store"
    ),
    "calibrate": (
        "errors progress system text workers settings model confirm fingerprint index store "
        "walk stages"
    ),
    "pipeline": (
        "errors progress system text workers settings model confirm fingerprint group store "
        "report walk stages"
    ),
    "cli": (
        "errors progress system text settings model fingerprint plan store compare acting "
        "calibrate pipeline"
    ),
    "__main__": "errors workers cli",
}
"""The rooms at the top, and for each the rooms that it may use. A room stands below all it uses."""

HOMES = {
    "PIL": {
        *("imaging", "fingerprint"),
        *("compare.alignment", "compare.diff_picture"),  # which draw
    },
    "pillow_heif": {"imaging"},
    "pillow_jxl": {"imaging"},
    "rawpy": {"imaging"},
    "imagehash": {"fingerprint.phash"},
    "scipy": {"fingerprint.phash", "calibrate.curves"},
    "pybktree": {"index"},
    "pebble": {"workers.pool"},
    "multiprocessing": {"workers.forkserver"},
    "concurrent": {"workers.pool", "index.threads"},
    "psutil": {"system.priority"},
    "mmap": {"system.page_cache"},
    "ctypes": {"system.page_cache", "knife"},
    "tqdm": {"progress"},
    "jinja2": {"report.html_format"},
    "click": {"cli"},
    "filelock": {"report.output_folder"},
    "pathspec": {"walk.walker"},
    "sqlite3": {"store"},
    "fcntl": {"system.locks", "knife"},
    "send2trash": {"knife"},
    "xml": {"fingerprint.metadata.xmp"},
    "tempfile": {"system.atomic", "report"},
    "shutil": {"report"},
    "subprocess": set(),
    "pickle": set(),
    "socket": set(),
}
"""The only rooms that may import a package."""

CHANGES_FILES = set(
    "replace rename renames unlink remove removedirs rmdir link symlink mkdir makedirs chmod chown "
    "truncate utime mkfifo mknod write_text write_bytes touch hardlink_to symlink_to rmtree move "
    "copy copy2 copyfile copyfileobj copytree mkstemp mkdtemp NamedTemporaryFile TemporaryFile "
    "TemporaryDirectory SpooledTemporaryFile ftruncate fchmod fchown lchmod lchown setxattr "
    "removexattr write writev pwrite pwritev sendfile copy_file_range posix_fallocate chflags "
    "makedev splice".split()
)
"""Names of calls that make, change or delete files, as far as :func:`acts_on_files` says so."""
THE_KNIFE = "knife"
"""The one room that changes the user's files."""
MAY_CHANGE_FILES = {
    THE_KNIFE: {"symlink", "unlink", "makedirs", "mkdir", "rmdir"},
    f"{THE_KNIFE}.steps": set(
        "link unlink rename replace write fchmod fchown setxattr utime".split()
    ),
    # All the others change files that are dupscan's own.
    "system.atomic": {"mkstemp", "replace", "unlink"},
    "journal": {"write", "ftruncate"},
    "report": {"mkdir", "mkdtemp", "rmtree", "unlink", "rmdir"},
    "report.output_folder": {"mkdir", "NamedTemporaryFile"},
    "store.schema": {"mkdir"},  # its folder; SQLite writes the rest
    "cli.passes": {"write"},  # to the terminal, where a signal may come while a line is written
    "cli.scan": {"write"},
    "system.page_cache": {"sendfile"},  # to nowhere
}
MAY_OPEN_FOR_WRITING = {
    *(f"{THE_KNIFE}.steps", "system.atomic", "journal", "store.schema", "store.lock"),
    *("__main__", "system.page_cache"),  # to nowhere
}
"""Rooms that open a file for writing: new ones, their own, or none at all (``os.devnull``)."""
OPENS_FOR_WRITING = {"O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"}
FILE_MODULES = {"os", "shutil", "tempfile"}
ONLY_PATHS_HAVE = CHANGES_FILES - set("replace remove copy link move truncate write".split())
"""Methods whose names text, lists and pictures do not share."""


@cache
def tree_of(room: Path) -> ast.Module:
    return ast.parse((PACKAGE / room).read_text(encoding="utf-8"))


def name_of(room: Path) -> str:
    """``report/csv_format.py`` is ``report.csv_format``, ``report/__init__.py`` is ``report``."""
    parts = [*room.parts[:-1], room.stem]
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def imports_of(room: Path) -> Iterator[str]:
    """Full names of all that a room imports, inside functions too."""
    for node in ast.walk(tree_of(room)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{room}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant))


def rooms_used_by(room: Path) -> set[str]:
    """Top-level rooms of dupscan that a room imports from."""
    known = {name_of(other).split(".")[0] for other in ROOMS}
    named = {full.split(".")[1] for full in imports_of(room) if full.startswith("dupscan.")}
    return named & known


def acts_on_files(call: ast.Call) -> str | None:
    """The name of a call that makes, changes or deletes files."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in FILE_MODULES:
            return name if name in CHANGES_FILES else None
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in ONLY_PATHS_HAVE:
            return name
    return None


def opens_for_writing(call: ast.Call) -> bool:
    """Whether a call is ``open`` with a mode that writes, to anywhere but nowhere."""
    if ast.unparse(call.func).rpartition(".")[2] not in ("open", "fdopen"):
        return False
    modes = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "mode")]
    writes = any(set("wax+") & set(str(ast.literal_eval(mode))) for mode in modes if is_text(mode))
    return writes and ast.unparse(call.args[0]) != "os.devnull"


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def calls_in(room: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(room)) if isinstance(node, ast.Call))


def test_there_are_rooms_to_look_at() -> None:
    assert {"walk", "pipeline", "report.csv_format"} <= set(map(name_of, ROOMS))


def test_every_room_is_in_the_table() -> None:
    assert set(USES) == {name_of(room).split(".")[0] for room in ROOMS}


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_room_uses_no_other_than_the_table_says(room: Path) -> None:
    own = name_of(room).split(".")[0]
    assert rooms_used_by(room) <= {own, *USES[own].split()}, room


def test_the_table_allows_nothing_that_no_room_uses() -> None:
    for own, used in USES.items():
        inside = [room for room in ROOMS if name_of(room).split(".")[0] == own]
        found = set().union(*map(rooms_used_by, inside)) - {own}
        assert found == set(used.split()), own


def test_no_room_uses_one_that_stands_after_it_in_the_table() -> None:
    """So there is no circle, and data goes one way."""
    order = list(USES)
    for own, used in USES.items():
        later = set(order[order.index(own) :])
        assert not later & set(used.split()), own


def test_the_ground_floor_wants_nothing_that_must_be_installed() -> None:
    for room in ROOMS:
        if name_of(room).split(".")[0] in ("errors", "text", "settings"):
            outside = {full.split(".")[0] for full in imports_of(room)} - {"dupscan"}
            assert outside <= set(sys.stdlib_module_names), room


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_used_only_in_its_home(package: str) -> None:
    used_in = {
        name_of(room)
        for room in ROOMS
        if any(full.split(".")[0] == package for full in imports_of(room))
    }
    outside = {name for name in used_in if not {name, name.split(".")[0]} & HOMES[package]}
    assert outside == set()


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_files_are_changed_only_where_that_is_said(room: Path) -> None:
    allowed = MAY_CHANGE_FILES.get(name_of(room), set())
    found = {name for call in calls_in(room) if (name := acts_on_files(call)) is not None}
    assert found <= allowed, room


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_files_are_opened_for_writing_only_where_that_is_said(room: Path) -> None:
    if name_of(room) not in MAY_OPEN_FOR_WRITING:
        assert [ast.unparse(call) for call in calls_in(room) if opens_for_writing(call)] == []
        flags = {node.attr for node in ast.walk(tree_of(room)) if isinstance(node, ast.Attribute)}
        assert not flags & OPENS_FOR_WRITING, room


def test_one_room_holds_the_knife() -> None:
    """Whoever changes a user's file asks it to; nobody else can reach the calls that do."""
    for package in ("send2trash", "ctypes", "fcntl"):
        assert THE_KNIFE in HOMES[package]
    asking = {name_of(room).split(".")[0] for room in ROOMS if THE_KNIFE in rooms_used_by(room)}
    assert asking == {THE_KNIFE, "apply"}
    assert "apply" not in MAY_CHANGE_FILES


def test_these_tests_see_what_changes_files() -> None:
    for line in (
        "os.replace(a, b)",
        "os.write(a, b)",
        "os.ftruncate(a, 0)",
        "shutil.move(a, b)",
        "Path(a).unlink()",
        "path.write_text('x')",
        "unlink(a)",
    ):
        assert acts_on_files(next(calls_of(line))) is not None, line
    for line in ("open(a, 'w')", "io.open(a, mode='r+b')", "path_open.open(a, 'ab')"):
        assert opens_for_writing(next(calls_of(line))), line
    for line in ("text.replace(a, b)", "open(a, 'rb')", "open(os.devnull, 'w')", "open(a)"):
        call = next(calls_of(line))
        assert acts_on_files(call) is None, line
        assert not opens_for_writing(call), line


def calls_of(line: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call))


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_only_cli_and_progress_print(room: Path) -> None:
    spoken = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
    if name_of(room).split(".")[0] not in ("cli", "progress"):
        assert not spoken & {ast.unparse(call.func) for call in calls_in(room)}, room


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_room_is_no_longer_than_300_lines(room: Path) -> None:
    assert len((PACKAGE / room).read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_function_is_no_longer_than_60_lines(room: Path) -> None:
    for node in ast.walk(tree_of(room)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{room}: {node.name}"


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_room_says_what_it_is_for(room: Path) -> None:
    assert ast.get_docstring(tree_of(room)), room
