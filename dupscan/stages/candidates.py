"""Fingerprints by the million → the few pictures that may have a duplicate, and candidate pairs.

::

    columns of the store ─▶ index ─▶ pictures with a candidate, with copies, or of low detail

A picture without a copy and without a candidate is counted, and no object is made of it. Each
fingerprint takes part in the search once, under the first of the files that have it.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dupscan.index import MAX_COMPARED_PER_BUCKET, Candidates, candidates
from dupscan.model.file_table import FileTable
from dupscan.model.files import Failure, FailureKind, FileEntry
from dupscan.model.hash_table import HashTable
from dupscan.model.ids import FilePositions, FingerprintId, FingerprintIds
from dupscan.model.pictures import Checked, Picture
from dupscan.settings import MatchSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.full_decode import FullDecoder
from dupscan.stages.identical_pixels import near_the_limit
from dupscan.store.fingerprints import FingerprintColumns


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The pictures that are compared, and the pairs of them that are near by their hashes."""

    pictures: list[Picture]
    """In the order of their paths. If one of several equal files is in the list, all are."""
    pairs: Candidates
    """Pairs of pictures of different bytes, by index; the first of equal files stands for all."""
    low_detail: int
    """Number of files with too little to see."""
    failures: list[Failure]
    """Files whose finer scans are damaged, or that can no longer be read."""
    pictures_below: Mapping[str, int]
    """Number of readable pictures below each folder that has any."""


def find_candidates(
    files: FileTable,
    fingerprint_ids: FingerprintIds,
    settings: MatchSettings,
    decoder: FullDecoder,
    context: ScanContext,
) -> Shortlist:
    """Find the pictures that may have a duplicate, and the pairs that are to be compared.

    `fingerprint_ids` has the fingerprint of each file, below 1 for a file without one.
    Raises CannotFinish when the store or the workers give up.
    """
    positions = np.flatnonzero(fingerprint_ids > 0)
    distinct, rows, counts = np.unique(
        fingerprint_ids[positions], return_index=True, return_counts=True
    )
    firsts = positions[rows]
    columns = context.store.fingerprints.columns(distinct)
    max_pixels = decoder.settings.max_pixels
    if (is_too_large := columns.pixels > max_pixels).any():
        # An earlier scan with a higher limit has decoded these; this scan must refuse them.
        refused = np.isin(fingerprint_ids, distinct[is_too_large])
        failures = _refuse(np.flatnonzero(refused), files, fingerprint_ids, max_pixels, context)
        rest = np.where(refused, 0, fingerprint_ids)
        found = find_candidates(files, rest, settings, decoder, context)
        return replace(found, failures=[*found.failures, *failures])
    is_low = columns.detail < settings.min_detail
    pairs = _search(files, firsts, distinct, columns, settings, context)
    is_wanted = is_low | (counts > 1) | np.isin(firsts, pairs.numbers())
    is_wanted |= near_the_limit(columns.detail, columns.pixels, settings.min_detail)
    wanted = positions[np.isin(fingerprint_ids[positions], distinct[is_wanted])]
    pictures = context.store.pictures(files, wanted, fingerprint_ids[wanted], settings.min_detail)
    pictures, failures = _check(pictures, decoder, context)
    is_whole = np.array([not one.traits.coarse for one in pictures], np.bool_)
    return Shortlist(
        pictures=[one for one in pictures if not one.traits.coarse],
        pairs=pairs.among(wanted[is_whole]),
        low_detail=int(counts[is_low].sum()),
        failures=failures,
        pictures_below=_pictures_below(files, fingerprint_ids),
    )


def _pictures_below(files: FileTable, fingerprint_ids: FingerprintIds) -> dict[str, int]:
    """Count the files with a fingerprint below each folder, at any depth."""
    readable = zip(files.paths, (fingerprint_ids > 0).tolist(), strict=True)
    in_folder = Counter(os.path.dirname(path) for path, is_picture in readable if is_picture)
    below: Counter[str] = Counter()
    for folder, count in in_folder.items():
        above = os.fsdecode(folder)
        while above:
            below[above] += count
            above = os.path.dirname(above) if os.path.dirname(above) != above else ""
    return dict(below)


def _refuse(
    positions: FilePositions,
    files: FileTable,
    fingerprint_ids: FingerprintIds,
    max_pixels: int,
    context: ScanContext,
) -> list[Failure]:
    """A failure for each file at `positions`, whose picture has more pixels than the limit."""
    return [
        Failure(
            one.file.path,
            "decode",
            f"claims {one.info.width} × {one.info.height} pixels, more than --max-pixels "
            f"{max_pixels} allows",
            FailureKind.TOO_LARGE,
        )
        for one in context.store.pictures(files, positions, fingerprint_ids[positions], 0.0)
    ]


def _search(
    files: FileTable,
    firsts: FilePositions,
    distinct: FingerprintIds,
    columns: FingerprintColumns,
    settings: MatchSettings,
    context: ScanContext,
) -> Candidates:
    """The pairs of fingerprints near each other, named by the positions of their first files.

    `firsts` and `columns` have a row for each fingerprint in `distinct`.
    """
    best_first = _best_first(files, firsts, columns.pixels)
    best_first = best_first[columns.detail[best_first] >= settings.min_detail]
    _report_large_buckets(columns.plain[best_first], context)
    stored = context.store.searches
    table = context.store.fingerprints.hash_table(firsts, distinct, columns, best_first)
    name = _search_name(table, distinct[best_first], settings)
    with context.progress.stage("look up", len(table), "pictures") as meter:
        known = stored.recall(name)
        if known is not None:
            meter.advance(len(table))
            with context.store.refusing_nonsense():
                return Candidates.unpacked(known, table)
        found = candidates(table, settings, looked_up=meter.advance, stopped=context.stopped)
        if not context.stopped():
            stored.remember(name, found.packed())
        return found


def _search_name(table: HashTable, ids: FingerprintIds, settings: MatchSettings) -> bytes:
    """A name for a search, by which the store remembers its candidates.

    The name is a digest of all that the candidates depend on: two settings, the size up to which
    a bucket is compared in full, and the fingerprints that take part, in their order.
    """
    name = hashlib.sha256(f"{settings.radius} {settings.views} {MAX_COMPARED_PER_BUCKET}".encode())
    for column in (table.numbers, ids):
        name.update(column.astype("<i8").tobytes())
    return name.digest()


def _report_large_buckets(plain: NDArray[np.uint64], context: ScanContext) -> None:
    """Say how many pictures share their hash with so many others that not all are compared."""
    _, sizes = np.unique(plain, return_counts=True)
    most = MAX_COMPARED_PER_BUCKET
    if crowded := int(sizes[sizes > most].sum()):
        context.progress.say(
            f"{crowded:,} pictures share a perceptual hash with more than {most} others; "
            f"each is compared with the best {most} of them only"
        )


def _check(
    pictures: Sequence[Picture], decoder: FullDecoder, context: ScanContext
) -> tuple[list[Picture], list[Failure]]:
    """Decode in full the pictures of which only the coarsest scans were decoded so far.

    Returns all pictures, and the failures. Pictures whose files are sound have their digests and
    are no longer coarse. Pictures that are damaged, or were not reached, stay coarse.

    One file of each fingerprint is decoded, and another copy only if that file cannot be read.
    """
    waiting: dict[FingerprintId, list[FileEntry]] = {}
    for one in pictures:
        if one.traits.coarse:
            waiting.setdefault(one.fingerprint_id, []).append(one.file)
    checked: dict[FingerprintId, Checked] = {}
    failed: dict[FileEntry, Failure] = {}
    while waiting:
        id_of = {copies[0]: fingerprint_id for fingerprint_id, copies in waiting.items()}
        found = decoder.check(list(id_of))
        for file, result in found.items():
            fingerprint_id = id_of[file]
            copies = waiting.pop(fingerprint_id)
            if isinstance(result, Checked):
                checked[fingerprint_id] = result
            elif result.stage == "decode":  # all copies are damaged alike
                failed |= {copy: replace(result, path=copy.path) for copy in copies}
            else:
                failed[file] = result
                waiting |= {fingerprint_id: copies[1:]} if copies[1:] else {}
        if len(found) < len(id_of):  # the user, or the loss of the workers, has ended the stage
            break
    context.store.fingerprints.learn(checked)
    known = [
        _when_checked(one, checked[one.fingerprint_id])
        if one.fingerprint_id in checked and one.file not in failed
        else one
        for one in pictures
    ]
    return known, list(failed.values())


def _when_checked(picture: Picture, found: Checked) -> Picture:
    """A picture once all of its file has been decoded."""
    traits = replace(picture.traits, digest=found.digest, info=found.info, coarse=False)
    return replace(picture, traits=traits)


def _best_first(
    files: FileTable, positions: FilePositions, pixels: NDArray[np.int64]
) -> NDArray[np.intp]:
    """The rows of `positions`, the likeliest keeper first, as far as can be told before comparing.

    Pictures in reference folders come first, then those with more pixels, then larger files.
    """
    return np.lexsort((positions, -files.sizes[positions], -pixels, ~files.references[positions]))
