"""How right a scan is about a library whose duplicates are known."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Verdict
from dupscan.model.report import ScanReport

SAME = set(
    "resave q50 q25 progressive png webp half quarter double exif_rot rot90 rot180 mirror "
    "gray".split()
)
"""Versions that a person would call the same picture."""
EDITS = set("bright contrast saturate blur sharpen crop3 crop10 border watermark caption".split())
"""Versions that a person would call the same picture, edited."""
ADDED_OR_CUT = set("crop3 crop10 border watermark caption".split())
"""Edits that may not be called the same picture: something is there that was not, or gone."""
RECOLOURED = set("bright contrast saturate".split())
"""Edits that leave everything in its place."""
ORIGINAL, NEGATIVE = "original", "negative"


@dataclass(frozen=True, slots=True)
class Label:
    """What the manifest says of one picture."""

    group: str
    transform: str


Labels = dict[Path, Label]


@dataclass(frozen=True, slots=True)
class Score:
    """How right the groups are."""

    same_as_picture: dict[str, float]
    """Share of the versions of each kind of :data:`SAME` that are called ``picture`` or stronger
    with their original."""
    edits_as_anything: dict[str, float]
    """Share of the versions of each kind of :data:`EDITS` that are in a group with their
    original."""
    pair_f1: float
    """Of all pairs of pictures in one group, against all pairs of one label."""
    different_as_picture: int
    """Duplicates that are called ``picture`` or stronger, and are another picture."""
    lookalikes_as_anything: float
    """Share of the pictures without a version that are in a group with another picture."""
    edits_as_picture: float
    """Share of the true duplicates called ``picture`` or stronger that have something added to
    them or cut off, or their keeper has."""


def read_labels(library: Path) -> Labels:
    """The manifest of a library, by absolute path."""
    manifest = json.loads((library / "manifest.json").read_text(encoding="utf-8"))
    return {
        library.absolute() / name: Label(str(entry["group"]), entry["transform"])
        for name, entry in manifest.items()
    }


def score(report: ScanReport, labels: Labels) -> Score:
    """Hold the groups of a report against the labels of all the pictures of the library."""
    groups = [_Group.of(one, report) for one in report.groups]
    weak: defaultdict[Path, set[int]] = defaultdict(set)
    strong: defaultdict[Path, set[int]] = defaultdict(set)
    for number, one in enumerate(groups):
        for path in one.members:
            weak[path].add(number)
        for path in (one.keeper, *one.strong):
            strong[path].add(number)
    called = [(one.keeper, path) for one in groups for path in one.strong]
    true = [pair for pair in called if labels[pair[0]].group == labels[pair[1]].group]
    return Score(
        same_as_picture=_recall(labels, strong, SAME),
        edits_as_anything=_recall(labels, weak, EDITS),
        pair_f1=_pair_f1(groups, labels),
        different_as_picture=len(called) - len(true),
        lookalikes_as_anything=_lookalikes(groups, labels),
        edits_as_picture=sum(_is_overstated(labels, *pair) for pair in true) / max(len(true), 1),
    )


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The score of groups without verdicts, which any program for duplicates can print."""

    same: dict[str, float]
    """Share of the versions of each kind of :data:`SAME` in a group with their original."""
    edits: dict[str, float]
    """The same for each kind of :data:`EDITS`."""
    lookalikes: float
    """Share of the pictures without a version that are in a group with another picture."""


def score_groups(groups: Iterable[Sequence[Path]], labels: Labels) -> GroupScore:
    """Compare groups of paths with the labels of all the pictures of the library.

    Paths that have no label, as of a manifest, are ignored. A program that prints pairs and no
    groups is scored by its pairs: each of them is a group of two.
    """
    known = ([path for path in group if path in labels] for group in groups)
    plain = [_Group(group[0], tuple(group), ()) for group in known if len(group) > 1]
    homes: defaultdict[Path, set[int]] = defaultdict(set)
    for number, group in enumerate(plain):
        for path in group.members:
            homes[path].add(number)
    return GroupScore(
        same=_recall(labels, homes, SAME),
        edits=_recall(labels, homes, EDITS),
        lookalikes=_lookalikes(plain, labels),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The paths of a group."""

    keeper: Path
    members: tuple[Path, ...]
    """The keeper too."""
    strong: tuple[Path, ...]
    """Those called ``picture`` or stronger."""

    @classmethod
    def of(cls, group: DuplicateGroup, report: ScanReport) -> _Group:
        paths = {number: Path(report.pictures[number].file.path) for number in group.members}
        strong = (
            paths[match.partner(group.keeper)]
            for match in group.duplicates
            if match.verdict.at_least(Verdict.PICTURE)
        )
        return cls(paths[group.keeper], tuple(paths.values()), tuple(strong))


def _recall(labels: Labels, homes: dict[Path, set[int]], transforms: set[str]) -> dict[str, float]:
    """For each transform the share of its versions that have a home with their original."""
    originals = {one.group: path for path, one in labels.items() if one.transform == ORIGINAL}
    shared: defaultdict[str, list[bool]] = defaultdict(list)
    for path, one in labels.items():
        if one.transform in transforms and one.group in originals:
            original = homes.get(originals[one.group], set())
            shared[one.transform].append(bool(original & homes.get(path, set())))
    return {name: sum(found) / len(found) for name, found in sorted(shared.items())}


def _pair_f1(groups: list[_Group], labels: Labels) -> float:
    pairs = [pair for one in groups for pair in combinations(one.members, 2)]
    right = sum(labels[one].group == labels[other].group for one, other in pairs)
    sizes: defaultdict[str, int] = defaultdict(int)
    for label in labels.values():
        sizes[label.group] += 1
    wanted = sum(size * (size - 1) // 2 for size in sizes.values())
    return 2 * right / max(len(pairs) + wanted, 1)


def _lookalikes(groups: list[_Group], labels: Labels) -> float:
    negatives = {path for path, one in labels.items() if one.transform == NEGATIVE}
    return len(set(_wrongly_grouped(groups, labels)) & negatives) / max(len(negatives), 1)


def _wrongly_grouped(groups: list[_Group], labels: Labels) -> Iterator[Path]:
    for one in groups:
        if len({labels[path].group for path in one.members}) > 1:
            yield from one.members


def _is_overstated(labels: Labels, keeper: Path, other: Path) -> bool:
    transforms = {labels[keeper].transform, labels[other].transform}
    return len(transforms) > 1 and bool(transforms & ADDED_OR_CUT)
