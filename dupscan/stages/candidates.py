"""Fingerprints by the million → the few pictures that are worth an object each.

::

    columns of the store ─▶ index ─▶ pictures with a candidate, with copies, with little to see

A picture that has no copy, and no other one near it, is counted and not looked at again. Each
different content takes part in the search once, under the first of its files.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dupscan.index import MAX_COMPARED_PER_BUCKET, Candidates, candidates
from dupscan.model.file_table import FileTable
from dupscan.model.files import Failure, FileEntry
from dupscan.model.hash_table import HashTable
from dupscan.model.ids import FilePositions, FingerprintId, FingerprintIds
from dupscan.model.pictures import Picture
from dupscan.settings import MatchSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.full_decode import FullDecoder
from dupscan.store.fingerprints import FingerprintColumns


@dataclass(frozen=True, slots=True)
class Shortlist:
    """What is to be compared."""

    pictures: list[Picture]
    """In the order of their paths. All of those with equal bytes are there, if one is."""
    pairs: Candidates
    """Pairs of contents that are worth a look, by the places of their first pictures."""
    low_detail: int
    """Files with too little to see."""
    failures: list[Failure]
    """Files whose finer scans are damaged, or that cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Shortlisting:
    """What finding them wants besides the files and the numbers of their fingerprints."""

    settings: MatchSettings
    context: ScanContext
    in_full: FullDecoder

    def of(self, files: FileTable, fingerprint_ids: FingerprintIds) -> Shortlist:
        """Find what may have a duplicate; `numbers` are below 1 for files without a fingerprint.

        Raises CannotFinish when workers or store give up.
        """
        places = np.flatnonzero(fingerprint_ids > 0)
        distinct, rows, counts = np.unique(
            fingerprint_ids[places], return_index=True, return_counts=True
        )
        firsts = places[rows]
        columns = self.context.store.fingerprints.columns(distinct)
        if (is_too_large := columns.pixels > self.in_full.settings.max_pixels).any():
            return self._without(
                np.isin(fingerprint_ids, distinct[is_too_large]), files, fingerprint_ids
            )
        is_low = columns.detail < self.settings.min_detail
        pairs = self._candidates(files, firsts, distinct, columns)
        is_wanted = is_low | (counts > 1) | np.isin(firsts, pairs.numbers())
        wanted = places[np.isin(fingerprint_ids[places], distinct[is_wanted])]
        min_detail = self.settings.min_detail
        found = self.context.store.pictures(files, wanted, fingerprint_ids[wanted], min_detail)
        failures = self._check(found)
        is_whole = np.array([not one.traits.coarse for one in found], np.bool_)
        return Shortlist(
            pictures=[one for one in found if not one.traits.coarse],
            pairs=pairs.among(wanted[is_whole]),
            low_detail=int(counts[is_low].sum()),
            failures=failures,
        )

    def _without(
        self, is_too_large: NDArray[np.bool_], files: FileTable, fingerprint_ids: FingerprintIds
    ) -> Shortlist:
        """The shortlist without files that an earlier scan, with another limit, has decoded."""
        places, most = np.flatnonzero(is_too_large), self.in_full.settings.max_pixels
        failures = [
            Failure(
                one.file.path,
                "decode",
                f"claims {one.info.width} × {one.info.height} pixels, more than --max-pixels "
                f"{most} allows",
            )
            for one in self.context.store.pictures(files, places, fingerprint_ids[places], 0.0)
        ]
        rest = self.of(files, np.where(is_too_large, 0, fingerprint_ids))
        return replace(rest, failures=[*rest.failures, *failures])

    def _candidates(
        self,
        files: FileTable,
        firsts: FilePositions,
        distinct: FingerprintIds,
        columns: FingerprintColumns,
    ) -> Candidates:
        """Pairs of contents that are worth a look, by the places of their first files."""
        is_seen = columns.detail >= self.settings.min_detail
        best_first = _best_first(files, firsts, columns.pixels)
        taking_part = best_first[is_seen[best_first]]
        self._say_what_is_crowded(columns.plain[taking_part])
        table = self.context.store.fingerprints.hash_table(firsts, distinct, columns, taking_part)
        search = self._named(table, distinct[taking_part])
        with self.context.progress.stage("look up", len(table), "pictures") as meter:
            known = self.context.store.fingerprints.recall_search(search)
            if known is not None:
                meter.advance(len(table))
                return Candidates.unpacked(known, table.borders)
            found = candidates(
                table, self.settings, looked_up=meter.advance, stopped=self.context.stopped
            )
            if not self.context.stopped():
                self.context.store.fingerprints.remember_search(search, found.packed())
            return found

    def _named(self, table: HashTable, distinct: FingerprintIds) -> bytes:
        """A name for a search; what was found is remembered until something changes."""
        name = hashlib.sha256(
            f"{self.settings.radius} {self.settings.views} {MAX_COMPARED_PER_BUCKET}".encode()
        )
        for column in (table.numbers, distinct):
            name.update(column.astype("<i8").tobytes())
        return name.digest()

    def _say_what_is_crowded(self, plain: NDArray[np.uint64]) -> None:
        _, sizes = np.unique(plain, return_counts=True)
        most = MAX_COMPARED_PER_BUCKET
        if crowded := int(sizes[sizes > most].sum()):
            self.context.progress.say(
                f"{crowded:,} pictures share a perceptual hash with more than {most} others; "
                f"each is compared with the best {most} of them only"
            )

    def _check(self, pictures: list[Picture]) -> list[Failure]:
        """Decode those in full of which only the coarsest scans were; returns what is damaged.

        One file of each content is, another one if that cannot be read. What is damaged, or was not
        reached, stays coarse; the others get their digests.
        """
        waiting: dict[FingerprintId, list[FileEntry]] = {}
        for one in pictures:
            if one.traits.coarse:
                waiting.setdefault(one.fingerprint_id, []).append(one.file)
        digests: dict[FingerprintId, bytes] = {}
        failed: dict[FileEntry, Failure] = {}
        while waiting:
            id_of = {files[0]: fingerprint_id for fingerprint_id, files in waiting.items()}
            found = self.in_full.checked(list(id_of))
            for file, result in found.items():
                fingerprint_id = id_of[file]
                copies = waiting.pop(fingerprint_id)
                if isinstance(result, bytes):
                    digests[fingerprint_id] = result
                elif result.stage == "decode":
                    failed |= {one: replace(result, path=one.path) for one in copies}
                else:
                    failed[file] = result
                    waiting |= {fingerprint_id: copies[1:]} if copies[1:] else {}
            if len(found) < len(id_of):  # the user, or the workers, have ended it
                break
        self.context.store.fingerprints.learn(digests)
        for at, picture in enumerate(pictures):
            if picture.fingerprint_id in digests and picture.file not in failed:
                traits = replace(
                    picture.traits, digest=digests[picture.fingerprint_id], coarse=False
                )
                pictures[at] = replace(picture, traits=traits)
        return list(failed.values())


def _best_first(
    files: FileTable, positions: FilePositions, pixels: NDArray[np.int64]
) -> NDArray[np.intp]:
    """Rows of contents in the order of how likely each is a keeper, before any was compared."""
    return np.lexsort((positions, -files.sizes[positions], -pixels, ~files.references[positions]))
