"""What each cutoff buys and costs, on a library of pictures whose duplicates are known.

    python -m benchmarks.cutoffs LIBRARY

LIBRARY is a folder of pictures with a ``manifest.json``: an object that maps the relative path of
each picture to ``{"group": id, "transform": name}``. Pictures of one group are versions of one
picture; the transform of the first is ``original``, that of a picture that has no version is
``negative``. The tables of docs/measurements.md are what this prints.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.confirm import aligned_difference, histogram_rms
from dupscan.fingerprint import fingerprint
from dupscan.interrupt import StopFlag
from dupscan.model import FileEntry, Fingerprint
from dupscan.settings import FingerprintSettings, MatchSettings, WalkSettings, usable_cores
from dupscan.walk import walk
from dupscan.workers import Processes

SAME = "resave q50 q25 progressive png webp half quarter double exif_rot gray".split()
"""Versions that a person would call the same picture."""
EDITS = "bright contrast saturate blur sharpen crop3 watermark caption".split()
FARTHEST = 12
"""Bits up to which pairs are looked at."""
AT_ONCE = 2000

VALUES: dict[str, list[float]] = {
    "radius": [4, 6, 8, 10, 12],
    "max_rms": [0.005, 0.01, 0.02, 0.05, 0.06, 1.0],
    "max_difference": [4, 6, 8, 10, 12, 15, 20, 30],
    "max_relative": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 99.0],
}


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of n pairs, each of shape (n,)."""

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    distance: NDArray[np.uint8]
    rms: NDArray[np.float32]
    difference: NDArray[np.float32]
    relative: NDArray[np.float32]

    def accepted(self, settings: MatchSettings) -> NDArray[np.bool_]:
        """Which pairs a scan with these settings would confirm."""
        within: NDArray[np.bool_] = (
            (self.distance <= settings.radius)
            & (self.rms <= settings.max_rms)
            & (self.difference <= settings.max_difference)
            & (self.relative <= settings.max_relative)
        )
        return within


class Library:
    """A labelled library, fingerprinted."""

    def __init__(self, folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        found = {Path(file.path): read for file, read in fingerprints(folder)}
        names = sorted(name for name in manifest if folder.absolute() / name in found)
        read = [found[folder.absolute() / name] for name in names]
        self.group = np.array([manifest[name]["group"] for name in names])
        self.transform = np.array([manifest[name]["transform"] for name in names])
        self.hashes = np.array([one.phash for one in read], dtype=np.uint64)
        self.greyscale = np.array([one.greyscale for one in read])
        self.contrast = np.array([one.contrast for one in read], dtype=np.float32)
        likenesses = [one.likeness for one in read]
        planes = b"".join(likeness.planes for likeness in likenesses)
        self.planes = np.frombuffer(planes, dtype=np.uint8).reshape(-1, 3, 32, 32)
        histograms = b"".join(likeness.histogram for likeness in likenesses)
        self.histograms = np.frombuffer(histograms, dtype=np.float32).reshape(-1, 4, 256)

    def near_pairs(self) -> Measures:
        """All pairs within the farthest radius, of pictures with something to see."""
        rows = []
        for number, value in enumerate(self.hashes):
            near = np.flatnonzero(np.bitwise_count(self.hashes[number + 1 :] ^ value) <= FARTHEST)
            rows.append(np.stack([np.full(len(near), number), near + number + 1]))
        one, other = np.concatenate(rows, axis=1)
        plain = np.minimum(self.contrast[one], self.contrast[other]) < MatchSettings().min_detail
        return self.measured(one[~plain], other[~plain])

    def versions(self) -> Measures:
        """Each version with the original of its group."""
        originals = {self.group[at]: at for at in np.flatnonzero(self.transform == "original")}
        is_version = ~np.isin(self.transform, ["original", "negative"])
        versions = np.flatnonzero(is_version)
        return self.measured(versions, np.array([originals[self.group[at]] for at in versions]))

    def measured(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> Measures:
        """The measures of pairs, by the functions that a scan uses."""
        rms, difference = [], []
        for start in range(0, len(one), AT_ONCE):
            a, b = one[start : start + AT_ONCE], other[start : start + AT_ONCE]
            colourless = self.greyscale[a] | self.greyscale[b]
            rms.append(histogram_rms(self.histograms[a], self.histograms[b], colourless))
            difference.append(aligned_difference(self.planes[a], self.planes[b], colourless))
        differences = np.concatenate(difference)
        flatter = np.minimum(self.contrast[one], self.contrast[other])
        return Measures(
            one=one,
            other=other,
            distance=np.bitwise_count(self.hashes[one] ^ self.hashes[other]),
            rms=np.concatenate(rms),
            difference=differences,
            relative=(differences / np.maximum(flatter, 1e-6)).astype(np.float32),
        )


def fingerprints(folder: Path) -> Iterator[tuple[FileEntry, Fingerprint]]:
    """Every picture below a folder with its fingerprint."""
    files = walk(WalkSettings((str(folder),)), StopFlag()).files
    workers = Processes(
        usable_cores(), FingerprintSettings().time_limit, preload=("dupscan.fingerprint",)
    )
    for file, read in workers.run(read_file, files, lambda: False):
        if isinstance(read, Fingerprint):
            yield file, read


def read_file(file: FileEntry) -> object:
    """One file's fingerprint, with the ordinary settings."""
    return fingerprint(file, FingerprintSettings())


def tables(library: Library) -> Iterator[str]:
    """A table for each cutoff, the others at their defaults, and one for the RMS alone."""
    pairs, versions = library.near_pairs(), library.versions()
    false = library.group[pairs.one] != library.group[pairs.other]
    traps = np.count_nonzero(false & (pairs.distance <= MatchSettings().radius))
    yield f"{len(library.group)} pictures, {traps} pairs of different ones within the radius"
    alone = MatchSettings(max_difference=1e9, max_relative=1e9)
    plans = [(name, name, MatchSettings()) for name in VALUES]
    plans.append(("max_rms, without the difference", "max_rms", alone))
    for title, name, others in plans:
        yield f"\n| {title} | same | edits | false pairs | lookalikes | photographs |"
        yield "|---|---|---|---|---|---|"
        for value in VALUES[name]:
            changed: dict[str, Any] = {name: value}
            settings = replace(others, **changed)
            caught = false & pairs.accepted(settings)
            yield f"| {value:g} | {row(library, versions, settings, pairs, caught)} |"


def row(
    library: Library,
    versions: Measures,
    settings: MatchSettings,
    pairs: Measures,
    caught: NDArray[np.bool_],
) -> str:
    """One line of a table: what is found of each kind, and what is `caught` and should not be."""
    kept = versions.accepted(settings)
    transform = library.transform[versions.one]
    recall = {kind: float(kept[transform == kind].mean()) for kind in (*SAME, *EDITS)}
    pictures = np.union1d(pairs.one[caught], pairs.other[caught]).astype(np.int64)
    alike = np.count_nonzero(library.transform[pictures] == "negative")
    negatives = int(np.count_nonzero(library.transform == "negative")) or 1
    same = min(recall[kind] for kind in SAME)
    edits = sum(recall[kind] for kind in EDITS) / len(EDITS)
    false_pairs = np.count_nonzero(caught)
    share = alike / negatives
    return f"{same:.3f} | {edits:.2f} | {false_pairs} | {share:.1%} | {len(pictures) - alike}"


def main() -> None:
    """Print the tables for the library named on the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for line in tables(Library(Path(sys.argv[1]))):
        print(line)


if __name__ == "__main__":
    main()
