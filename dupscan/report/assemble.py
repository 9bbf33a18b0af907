"""The results of the stages of a scan → a ScanReport, with everything counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dupscan.model.files import Failure
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import Companion, Counts, ScanHeader, ScanReport
from dupscan.text import file_names

FindCompanions = Callable[[Iterable[str]], Mapping[str, Sequence[Companion]]]
"""Returns the companions of some files, by path; without files that have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResults:
    """The results of the stages of a scan."""

    files: int
    """Files that the walk found."""
    readable: int
    """Files that were read as pictures."""
    pictures: Sequence[Picture]
    """The pictures that were compared, in the order of their paths."""
    groups: Sequence[DuplicateGroup]
    low_detail: int
    """Files with too little to see."""
    walk_failures: Sequence[Failure]
    """Folders and files that the walk could not look at."""
    file_failures: Sequence[Failure]
    """Files of the walk that could not be read or decoded."""
    passed_over: Mapping[str, int]
    """Files that are not compared, counted by kind."""
    left_out: Mapping[str, int]
    """Entries that the walk did not enter or list, counted by reason."""
    true_pixels: Mapping[PictureIndex, int]
    """Pixels of each member of a group that hold something of their own."""
    companions: Mapping[PictureIndex, tuple[Companion, ...]]
    """Companions of members of groups."""


def assemble(header: ScanHeader, results: ScanResults) -> ScanReport:
    """Count the results of a scan, and put them into the order of a report."""
    pictures, groups = results.pictures, results.groups
    failures = [*results.walk_failures, *results.file_failures]
    passed_over = sum(results.passed_over.values())
    freed = {verdict: sum(one.freed(pictures, verdict) for one in groups) for verdict in Verdict}
    reached = results.readable + len(results.file_failures) + passed_over
    return ScanReport(
        header=header,
        counts=Counts(
            files=results.files,
            pictures=results.readable,
            groups=len(groups),
            duplicates=sum(len(one.duplicates) for one in groups),
            reclaimable=sum(freed.values()),
            identical=freed[Verdict.FILE],
            safe=sum(size for verdict, size in freed.items() if verdict.is_safe),
            look_first=sum(size for verdict, size in freed.items() if not verdict.is_safe),
            unreadable=len(failures),
            passed_over=passed_over,
            not_reached=results.files - reached,
            low_detail=results.low_detail,
        ),
        pictures=tuple(pictures),
        groups=tuple(groups),
        low_detail=tuple(PictureIndex(at) for at, one in enumerate(pictures) if one.low_detail),
        failures=tuple(sorted(failures, key=lambda one: file_names.order(one.path))),
        passed_over=dict(sorted(results.passed_over.items())),
        left_out=dict(results.left_out),
        true_pixels=dict(results.true_pixels),
        companions=dict(results.companions),
    )


def companions_of(
    members: Iterable[PictureIndex], pictures: Sequence[Picture], find: FindCompanions
) -> dict[PictureIndex, tuple[Companion, ...]]:
    """The companions of some pictures, beside any of the names of their files.

    Pictures without companions are left out.
    """
    names_of = {
        index: (pictures[index].file.path, *pictures[index].file.aliases) for index in members
    }
    beside = find(name for names in names_of.values() for name in names)
    found = {
        index: tuple(dict.fromkeys(one for name in names for one in beside.get(name, ())))
        for index, names in names_of.items()
    }
    return {index: companions for index, companions in found.items() if companions}
