"""Results that need a whole picture: is it sound, the digest of all its pixels, its spectrum.

Decoding a picture in full costs ten times its fingerprint. So few pictures are decoded in full, in
the workers, and the store remembers the results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

import numpy as np

from dupscan.errors import CannotFinish
from dupscan.fingerprint import one_file
from dupscan.fingerprint.detail_spectrum import FREQUENCIES, Spectrum, spectrum
from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import Failure, FileEntry
from dupscan.model.ids import PictureIndex
from dupscan.model.pictures import Checked, Picture
from dupscan.settings import FingerprintSettings
from dupscan.stages.context import ScanContext
from dupscan.workers.executor import Lost

Result = TypeVar("Result")

_SHA256 = 32
"""Bytes of a digest."""
_RESULTS_PER_WRITE = 64
"""Results that are written to the store together; a kill loses so many at most."""


@dataclass(frozen=True, slots=True)
class FullDecoder:
    """Decodes pictures in full, in the workers, and collects the troubles that end this early.

    A trouble, such as the loss of all workers, does not end the scan: the methods return what was
    worked out by then, and the scan is reported with it and marked incomplete.
    """

    settings: FingerprintSettings
    context: ScanContext
    troubles: list[CannotFinish] = field(default_factory=list)
    """The reasons why some files were not decoded, in the order in which they came up."""

    def check(self, files: Sequence[FileEntry]) -> dict[FileEntry, Checked | Failure]:
        """Decode files in full: the digest and properties of each sound file, or the failure.

        Files that were not reached, because the scan was stopped, are left out.
        """
        found: dict[FileEntry, Checked | Failure] = {}
        work = partial(one_file.check, settings=self.settings)
        for at, result in self._run("check", work, files):
            match result:
                case Checked() | Failure():
                    found[files[at]] = result
                case Lost():
                    found[files[at]] = Failure(files[at].path, "decode", result.reason)
        return found

    def digests(
        self, pictures: Sequence[Picture], indices: Sequence[PictureIndex]
    ) -> dict[PictureIndex, PixelDigest]:
        """The digests of all pixels of some pictures; without pictures that cannot be decoded."""
        work = partial(pixel_digest, settings=self.settings)
        return self._work_out("pixels", work, _pack_digest, _unpack_digest, pictures, indices)

    def spectra(
        self, pictures: Sequence[Picture], indices: Sequence[PictureIndex]
    ) -> dict[PictureIndex, Spectrum]:
        """The spectra of the detail in some pictures; without pictures that have none."""
        work = partial(spectrum, settings=self.settings)
        found = self._work_out(
            "originals", work, _pack_spectrum, _unpack_spectrum, pictures, indices
        )
        return {index: one for index, one in found.items() if one is not None}

    def _work_out(
        self,
        stage: str,
        work: Callable[[FileEntry], object],
        pack: Callable[[object], bytes | None],
        unpack: Callable[[bytes], Result],
        pictures: Sequence[Picture],
        indices: Sequence[PictureIndex],
    ) -> dict[PictureIndex, Result]:
        """The results for some pictures, from the store or from the workers.

        Results that `pack` turns into None are left out, and not remembered. A new result is packed
        and unpacked too, so that this scan and the next one see the same values.
        """
        fingerprint_ids = {index: pictures[index].fingerprint_id for index in indices}
        found = self.context.store.fingerprints.recall(stage, fingerprint_ids.values())
        missing = [index for index, one in fingerprint_ids.items() if one not in found]
        files = [pictures[index].file for index in missing]
        fresh = (
            (fingerprint_ids[missing[at]], data)
            for at, result in self._run(stage, work, files)
            if (data := pack(result)) is not None
        )
        while some := dict(islice(fresh, _RESULTS_PER_WRITE)):
            self.context.store.fingerprints.remember(stage, some)
            found |= some
        with self.context.store.refusing_nonsense():
            return {
                index: unpack(found[one]) for index, one in fingerprint_ids.items() if one in found
            }

    def _run(
        self, stage: str, work: Callable[[FileEntry], object], files: Sequence[FileEntry]
    ) -> Iterator[tuple[int, object]]:
        """Run `work` on files, in the workers: yield the place of a file in `files`, and a result.

        Without files there is no stage, and no worker is started.
        """
        if not files:
            return
        places = {file.path: at for at, file in enumerate(files)}
        with self.context.progress.stage(stage, len(files), "files") as meter:
            try:
                for file, result in self.context.executor.run(work, files, self.context.stopped):
                    meter.advance(1)
                    yield places[file.path], result
            except CannotFinish as trouble:
                self.troubles.append(trouble)


def _pack_digest(found: object) -> bytes | None:
    """A pixel digest after a byte 1, or the reason why there is none after a byte 0."""
    if not isinstance(found, PixelDigest):
        return None
    return b"\1" + found.digest if found.digest else b"\0" + (found.reason or "").encode()


def _unpack_digest(data: bytes) -> PixelDigest:
    if not data[0]:
        return PixelDigest(None, data[1:].decode())
    if len(data) != 1 + _SHA256:
        raise ValueError(f"a digest of {len(data) - 1} bytes")
    return PixelDigest(data[1:])


def _pack_spectrum(found: object) -> bytes | None:
    """A spectrum as little-endian floats; empty for a picture too small for one, or a RAW file."""
    if found is None:
        return b""
    return found.astype("<f4").tobytes() if isinstance(found, np.ndarray) else None


def _unpack_spectrum(data: bytes) -> Spectrum | None:
    if not data:
        return None
    found = np.frombuffer(data, "<f4").astype(np.float32)
    if len(found) != FREQUENCIES or not np.isfinite(found).all():
        raise ValueError(f"a spectrum of {len(found)} frequencies")
    return found
