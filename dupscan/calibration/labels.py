"""Which files are versions of one picture, as folders, a table or a manifest tell. Read-only.

Kept apart because labels come from people: here all that is wrong with them is told at once, and
beyond this room a label is a group and the name of what was done to the picture.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dupscan.model.files import FileEntry
from dupscan.text import file_names
from dupscan.text.user_files import read_text, refusal, shortened

OPTION = "--labels"
MANIFEST = "manifest.json"
"""A file of this name in the library tells its labels, unless a table is named."""
ORIGINAL = "original"
"""The transform of the picture that the others of its group were made from."""

_SEPARATORS = ",;\t"
_WAY_OUT = (
    "A table has the columns path and group, and may have transform; paths are those below the "
    "folder that is calibrated on, and a picture without a group has no duplicate"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of one file."""

    group: str
    """The same for all versions of one picture, and empty for one that has no other version."""
    transform: str = ""
    """What was done to the picture, such as ``half`` or ``caption``; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The files that have labels, in the order of their paths, and what is odd about them."""

    files: tuple[FileEntry, ...]
    labels: tuple[Label, ...]
    unlabelled: int = 0
    """Files below the folder that the table does not name; they are left out."""
    contradictions: tuple[str, ...] = ()
    """Files with names in several groups, a line for each; they are left out, too."""


def labelled(files: Sequence[FileEntry], folder: str, table: Path | None) -> Labelled:
    """Find the label of each of the `files` below `folder`, an absolute path.

    By `table`, else by the manifest in the folder, else by the sub-folder a file is in; a file in
    no sub-folder has no other version. Raises SettingsError with all that is wrong with a table.
    """
    table = table or _manifest(folder)
    if table is None:
        return _gathered(files, lambda path: _by_folder(path, folder))
    rows: dict[str, Label] = {}
    mistakes: list[str] = []
    for place, path, label in _rows(table, mistakes):
        absolute = os.path.normpath(os.path.join(folder, path))
        if rows.setdefault(absolute, label) != label:
            mistakes.append(f"{place}: {shortened(path)} stands there twice, labelled differently")
    known = {name for file in files for name in (file.path, *file.aliases)}
    missing = [path for path in rows if path not in known]
    mistakes += [
        f"{file_names.shown(path)}: no such file below {file_names.shown(folder)}"
        for path in missing
    ]
    if mistakes:
        raise refusal(table, OPTION, mistakes, _WAY_OUT)
    of_pictures = [file for file in files if file.path != os.path.abspath(table)]
    return _gathered(of_pictures, rows.get)


def _gathered(files: Sequence[FileEntry], label_of: Callable[[str], Label | None]) -> Labelled:
    """Each file with its label, by whichever of its names has one."""
    found: list[tuple[FileEntry, Label]] = []
    contradictions = []
    for file in files:
        told = [label for name in (file.path, *file.aliases) if (label := label_of(name))]
        if len({label.group for label in told}) > 1:
            names_of_it = ", ".join(file_names.shown(name) for name in (file.path, *file.aliases))
            contradictions.append(f"one file, and in several groups: {names_of_it}")
        elif told:
            found.append((file, told[0]))
    return Labelled(
        files=tuple(file for file, _ in found),
        labels=tuple(label for _, label in found),
        unlabelled=len(files) - len(found) - len(contradictions),
        contradictions=tuple(contradictions),
    )


def _by_folder(path: str, folder: str) -> Label:
    """The sub-folder of `folder` that the file is in, however deep below it."""
    first, *rest = os.path.relpath(path, folder).split(os.sep)
    return Label(first if rest else "")


def _manifest(folder: str) -> Path | None:
    """The manifest in the folder, unless it is a file of that name about something else."""
    path = Path(folder, MANIFEST)
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    entries = content.values() if isinstance(content, dict) else ()
    return path if any(isinstance(one, dict) and "group" in one for one in entries) else None


def _rows(table: Path, mistakes: list[str]) -> Iterator[tuple[str, str, Label]]:
    """Where each label stands, the path it is for, and the label; `mistakes` are added to."""
    text = read_text(table, OPTION)
    return (
        _rows_of_json(text, mistakes)
        if text.lstrip().startswith("{")
        else _rows_of_csv(text, mistakes)
    )


def _rows_of_json(text: str, mistakes: list[str]) -> Iterator[tuple[str, str, Label]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        mistakes.append(str(error))
        return
    for path, entry in content.items():
        if not isinstance(entry, Mapping) or "group" not in entry:
            mistakes.append(f'{shortened(path)}: has no "group"')
            continue
        group, transform = entry["group"], entry.get("transform")
        yield shortened(path), path, Label(_text(group), _text(transform))


def _rows_of_csv(text: str, mistakes: list[str]) -> Iterator[tuple[str, str, Label]]:
    header, *_ = text.split("\n")
    separator = max(_SEPARATORS, key=header.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    columns = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if lacking := [name for name in ("path", "group") if name not in columns]:
        mistakes.append(f"line 1: no column {' and none '.join(lacking)}: {shortened(header)}")
        return
    for row in rows:
        place = f"line {rows.line_num}"
        path, group = (_text(row[columns[name]]) for name in ("path", "group"))
        if path:
            yield place, path, Label(group, _text(row.get(columns.get("transform", ""))))
        elif group:
            mistakes.append(f"{place}: no path")


def _text(value: object) -> str:
    """A cell as text without the blanks around it; empty for nothing."""
    return "" if value is None else str(value).strip()
