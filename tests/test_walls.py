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
    "errors": "",
    "system": "",
    "version": "",
    "text": "errors",
    "progress": "text",
    "workers": "errors",
    "settings": "errors system text",
    "model": "text settings",
    "confirm": "settings model",
    "imaging": "errors settings model",
    "index": "errors system settings model",
    "store": "errors system text model",
    "fingerprint": "errors version settings model imaging",
    "group": "text model fingerprint",
    "report": "errors system text settings model",
    "walk": "errors system text settings model",
    "comparison": "errors text workers settings model confirm imaging index fingerprint",
    "dedupe": "errors progress system version text workers settings model report walk comparison",
    "stages": (
        "errors progress system text workers settings model confirm imaging index store "
        "fingerprint group comparison"
    ),
    "calibration": (
        "errors progress system text workers settings model confirm index store fingerprint "
        "walk stages"
    ),
    "pipeline": (
        "errors progress system version text workers settings model confirm store fingerprint "
        "group report walk stages"
    ),
    "__init__": (
        "errors progress system version workers settings model report comparison dedupe "
        "calibration pipeline"
    ),
    "cli": (
        "errors progress system version text settings model store fingerprint comparison "
        "dedupe calibration pipeline"
    ),
    "__main__": "errors workers cli",
}
"""The rooms at the top, and for each the rooms that it may use. A room stands below all it uses."""

INSIDE_DEDUPE = {
    "identity_json": "",
    "file_ops": "",
    "plan": "",
    "plan_file": "identity_json",
    "journal": "identity_json file_ops",
    "apply": "journal file_ops",
    "pass_context": "",
    "passes": "plan plan_file journal apply pass_context",
}
"""The same inside of dedupe: only ``apply`` asks ``file_ops`` to change files."""
TABLES = {"": USES, "dedupe": INSIDE_DEDUPE}

HOMES = {
    "PIL": {
        *("imaging", "fingerprint"),
        *("comparison.alignment", "comparison.diff_picture"),  # which draw
    },
    "pillow_heif": {"imaging"},
    "pillow_jxl": {"imaging"},
    "rawpy": {"imaging"},
    "imagehash": {"fingerprint.phash"},
    "scipy": {"fingerprint.phash", "calibration.statistics"},
    "pybktree": {"index"},
    "pebble": {"workers.pool"},
    "multiprocessing": {"workers.forkserver"},
    "concurrent": {"workers.pool", "index.threads"},
    "psutil": {"system.priority"},
    "mmap": {"system.page_cache"},
    "ctypes": {"system.page_cache", "dedupe.file_ops"},
    "tqdm": {"progress"},
    "jinja2": {"report.html_format"},
    "click": {"cli"},
    "msgspec": {"model.json_codec", "report.records"},
    "filelock": {"report.output_folder"},
    "pathspec": {"walk.walker"},
    "sqlite3": {"store"},
    "fcntl": {"system.locks", "dedupe.file_ops"},
    "send2trash": {"dedupe.file_ops"},
    "xml": {"fingerprint.metadata.xmp", "imaging.embedded.xmp_packet"},
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
CHANGES_USER_FILES = "dedupe.file_ops"
"""The one room that changes the user's files."""
MAY_CHANGE_FILES = {
    CHANGES_USER_FILES: {"symlink", "unlink", "makedirs", "mkdir", "rmdir"},
    f"{CHANGES_USER_FILES}.steps": set(
        "link unlink rename replace write fchmod fchown setxattr utime".split()
    ),
    # All the others change files that are dupscan's own.
    "system.atomic": {"mkstemp", "replace", "unlink"},
    "dedupe.journal.files": {"write", "ftruncate"},
    "dedupe.journal.copies": {"unlink"},
    "system.private_folders": {"mkdir"},
    "report": {"mkdir", "mkdtemp", "rmtree", "unlink", "rmdir"},
    "report.output_folder": {"NamedTemporaryFile"},
    "cli.output": {"write"},  # to the terminal, where a signal may come while a line is written
    "system.page_cache": {"sendfile"},  # to nowhere
}
MAY_OPEN_FOR_WRITING = {
    *(
        f"{CHANGES_USER_FILES}.steps",
        "system.atomic",
        "dedupe.journal.files",
        "store.own_files",
    ),
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
    """Full names of all that a room imports, inside functions and in its stub too."""
    files = [one for one in (room, room.with_suffix(".pyi")) if (PACKAGE / one).exists()]
    for node in (node for file in files for node in ast.walk(tree_of(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{room}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant))


def rooms_used_by(room: Path, inside: str = "") -> set[str]:
    """Rooms of a wing, or at the top of dupscan, that a room imports from."""
    start = f"dupscan.{inside}." if inside else "dupscan."
    known = {room_at(other, inside) for other in rooms_in(inside)}
    named = {
        full.removeprefix(start).split(".")[0]
        for full in imports_of(room)
        if full.startswith(start)
    }
    return (named & known) - {room_at(room, inside)}


def rooms_in(wing: str) -> list[Path]:
    """All the modules below a wing but its own page; all of dupscan for ``""``."""
    start = f"{wing}." if wing else ""
    return [room for room in ROOMS if name_of(room).startswith(start)]


def room_at(room: Path, inside: str) -> str:
    """The room of a wing, or at the top of dupscan, that a module lies in."""
    return name_of(room).removeprefix(f"{inside}." if inside else "").split(".")[0]


def is_in(name: str, homes: set[str]) -> bool:
    """True if a room is one of `homes`, or lies in one."""
    return any(f"{name}.".startswith(f"{home}.") for home in homes)


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


@pytest.mark.parametrize("wing", TABLES)
def test_the_table_says_what_each_room_uses(wing: str) -> None:
    found: dict[str, set[str]] = {}
    for room in rooms_in(wing):
        found.setdefault(room_at(room, wing), set()).update(rooms_used_by(room, wing))
    assert found == {own: set(used.split()) for own, used in TABLES[wing].items()}


@pytest.mark.parametrize("wing", TABLES)
def test_no_room_uses_one_that_stands_after_it_in_the_table(wing: str) -> None:
    """So there is no circle, and data goes one way."""
    order = list(TABLES[wing])
    for own, used in TABLES[wing].items():
        assert not set(order[order.index(own) :]) & set(used.split()), own


def test_the_house_is_small_enough_to_see_at_once() -> None:
    arrows = sum(len(used.split()) for used in USES.values())
    assert (len(USES) <= 25, arrows <= 140) == (True, True), (len(USES), arrows)


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
    assert [name for name in used_in if not is_in(name, HOMES[package])] == []


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


def test_one_room_changes_the_files_of_the_user() -> None:
    """Only ``apply`` can reach the calls that do; ``journal`` takes a record's type from there."""
    for package in ("send2trash", "ctypes", "fcntl"):
        assert CHANGES_USER_FILES in HOMES[package]
    asking = {
        name_of(room)
        for room in ROOMS
        if any(full.startswith(f"dupscan.{CHANGES_USER_FILES}") for full in imports_of(room))
    }
    outside = {name for name in asking if not name.startswith(CHANGES_USER_FILES)}
    assert {name for name in outside if not name.startswith("dedupe.apply")} == {
        "dedupe.journal.entry",
        "dedupe.journal.lines",
    }
    assert not any(name.startswith("dedupe.apply") for name in MAY_CHANGE_FILES)


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
def test_only_two_rooms_print(room: Path) -> None:
    """Both make all that they print harmless."""
    spoken = {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
    if name_of(room) not in ("cli.printing", "progress"):
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
