"""Labelled pictures: the labels of files, and the library of different pictures with their groups.

Labels come from sub-folders or a table. They are written by people, so all mistakes in a table are
reported together. Fingerprints are made as in a scan. Of files with equal bytes only one stays,
because a scan recognises equal bytes without any cutoff. Read-only.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.pictures import Picture
from dupscan.settings import CalibrateSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import fingerprint_all
from dupscan.text import file_names
from dupscan.text.user_files import read_text, refusal, shortened

OPTION = "--labels"
ORIGINAL = "original"
"""Transform of the picture that the other versions were made from."""
_SEPARATORS = ",;\t"
_WAY_OUT = (
    "A table has the columns path and group, and may have the column transform. Paths are relative "
    "to the folder that is calibrated on. A picture that has no duplicate has no group"
)


@dataclass(frozen=True, slots=True)
class Label:
    """The label of one file."""

    group: str
    """Name shared by all versions of one picture; empty for a picture without other versions."""
    transform: str = ""
    """Name of the change that made this version, such as ``half`` or ``caption``; may be empty."""


@dataclass(frozen=True, slots=True)
class LabelledFiles:
    """Files with their labels, in the order of their paths."""

    labels: dict[FileEntry, Label]
    unlabelled: int = 0
    """Number of files that the table does not name. They are left out."""
    contradictions: tuple[str, ...] = ()
    """One line for each file whose names are in several groups. These files are left out."""


@dataclass(frozen=True, slots=True)
class Library:
    """Different pictures with their labels."""

    pictures: tuple[Picture, ...]
    """Pictures in the order of their paths, all originals before all others."""
    groups: NDArray[np.intp]
    """Number of the group of each picture. A picture without other versions has its own group."""
    transforms: tuple[str, ...]
    """Name of the change that made each picture; empty where the label has none."""
    counts: dict[str, int]
    """Numbers of files, pictures and groups, by their names in JSON."""
    contradictions: tuple[str, ...]
    """One line for each file whose labels contradict each other. These files are left out."""

    def members(self) -> Iterator[NDArray[np.intp]]:
        """Yield the indices of the pictures of each group that has several pictures."""
        order = np.argsort(self.groups, kind="stable")
        starts = np.flatnonzero(np.diff(self.groups[order], prepend=-1))
        yield from (group for group in np.split(order, starts[1:]) if len(group) > 1)


def read_labels(files: Sequence[FileEntry], folder: str, table: Path | None) -> LabelledFiles:
    """Return the label of each of the `files` below `folder`, an absolute path.

    Without a `table`, a CSV or JSON file, the first sub-folder of each file is its group. Raises
    SettingsError with all mistakes in the table.
    """
    if table is None:
        start = len(os.path.join(folder, ""))
        return _with_labels(
            files, lambda path: Label(path[start:].rpartition(os.sep)[0].split(os.sep)[0])
        )
    labels: dict[str, Label] = {}
    mistakes: list[str] = []
    for place, path, label in _rows(read_text(table, OPTION), mistakes):
        absolute = os.path.normpath(os.path.join(folder, path))
        if labels.setdefault(absolute, label) != label:
            mistakes.append(f"{place}: {shortened(path)} has two different labels")
    known = {name for file in files for name in (file.path, *file.aliases)}
    mistakes += [
        f"{file_names.shown(path)}: no such file below {file_names.shown(folder)}"
        for path in labels
        if path not in known
    ]
    if mistakes:
        raise refusal(table, OPTION, mistakes, _WAY_OUT)
    pictures = [file for file in files if file.path != os.path.abspath(table)]
    return _with_labels(pictures, labels.get)


def _with_labels(
    files: Sequence[FileEntry], label_of: Callable[[str], Label | None]
) -> LabelledFiles:
    """Return each file with the label of one of its names."""
    found: dict[FileEntry, Label] = {}
    contradictions = []
    for file in files:
        names = (file.path, *file.aliases)
        labels = [label for name in names if (label := label_of(name))]
        if len({label.group for label in labels}) > 1:
            shown = ", ".join(map(file_names.shown, names))
            contradictions.append(f"one file, and in several groups: {shown}")
        elif labels:
            found[file] = labels[0]
    unlabelled = len(files) - len(found) - len(contradictions)
    return LabelledFiles(found, unlabelled, tuple(contradictions))


def _rows(text: str, mistakes: list[str]) -> Iterator[tuple[str, str, Label]]:
    """Yield the place, the path and the label of each row of a table."""
    rows = _json_rows if text.lstrip().startswith("{") else _csv_rows
    for place, row in rows(text, mistakes):
        path, group, transform = (
            str("" if (cell := row.get(name)) is None else cell).strip()
            for name in ("path", "group", "transform")
        )
        if path:
            yield place, path, Label(group, transform)
        elif group:
            mistakes.append(f"{place}: no path")


def _json_rows(text: str, mistakes: list[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        mistakes.append(str(error))
        return
    for path, entry in content.items():
        if isinstance(entry, Mapping) and "group" in entry:
            yield shortened(path), {**entry, "path": path}
        else:
            mistakes.append(f'{shortened(path)}: has no "group"')


def _csv_rows(text: str, mistakes: list[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    header, _, rest = text.partition("\n")
    separator = max(_SEPARATORS, key=header.count)
    columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]
    if missing := [name for name in ("path", "group") if name not in columns]:
        mistakes.append(f"line 1: no column {' and no column '.join(missing)}: {shortened(header)}")
        return
    rows = csv.reader(io.StringIO(rest), delimiter=separator)
    for row in rows:
        yield f"line {rows.line_num + 1}", dict(zip(columns, row, strict=False))


def read_library(
    labelled: LabelledFiles, settings: CalibrateSettings, context: ScanContext
) -> Library:
    """Fingerprint the labelled files into the store of `context`, and group their pictures."""
    label_of = {file.path: label for file, label in labelled.labels.items()}
    files = FileTable.of(tuple(labelled.labels))
    taken = fingerprint_all(files, settings.fingerprint, context, want_digests=True)
    if taken.trouble is not None:
        raise taken.trouble
    places = np.flatnonzero(taken.fingerprint_ids > 0)
    found_prints, min_detail = taken.fingerprint_ids[places], settings.match.min_detail
    pictures = context.store.pictures(files, places, found_prints, min_detail)
    found = [(picture, label_of[picture.file.path]) for picture in pictures]
    # An original stays of its copies, and is paired with all other versions.
    found.sort(key=lambda one: (one[1].transform != ORIGINAL, file_names.order(one[0].file.path)))
    different, contradictions = _without_copies(found)
    known: dict[str, int] = {}
    groups = np.array(
        [
            known.setdefault(label.group or f"\0{at}", len(known))
            for at, (_, label) in enumerate(different)
        ],
        dtype=np.intp,
    )
    sizes = np.bincount(groups)
    return Library(
        pictures=tuple(picture for picture, _ in different),
        groups=groups,
        transforms=tuple(label.transform for _, label in different),
        counts={
            "files": len(labelled.labels),
            "pictures": len(different),
            "groups": int(np.count_nonzero(sizes > 1)),
            "singles": int(np.count_nonzero(sizes == 1)),
            "too_plain": sum(picture.low_detail for picture, _ in different),
            "equal_copies": len(found) - len(different) - len(contradictions),
            "unreadable": len(taken.failures),
            "passed_over": taken.passed_over.total(),
            "unlabelled": labelled.unlabelled,
        },
        contradictions=(*labelled.contradictions, *contradictions),
    )


def _without_copies(
    found: list[tuple[Picture, Label]],
) -> tuple[list[tuple[Picture, Label]], list[str]]:
    """Return the first picture of each digest, and a line for each copy in another group."""
    firsts: dict[bytes, tuple[Picture, Label]] = {}
    contradictions = []
    for picture, label in found:
        first, its_label = firsts.setdefault(picture.digest, (picture, label))
        if first is not picture and (its_label.group != label.group or not label.group):
            paths = (file_names.shown(one.file.path) for one in (first, picture))
            contradictions.append(" has the same bytes as ".join(paths))
    return list(firsts.values()), contradictions
