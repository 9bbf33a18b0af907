"""What only a picture decoded in full can tell: whether it is whole, its very pixels, its detail.

That costs ten times a fingerprint, so it is done for few, in the workers, and remembered in the
store. Kept apart from :mod:`dupscan.stages.matching`, which says for whom it is worth that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

import numpy as np

from dupscan.errors import CannotFinish
from dupscan.fingerprint.detail_spectrum import Spectrum, spectrum
from dupscan.fingerprint.one_file import check
from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import Failure, FileEntry
from dupscan.model.ids import PictureIndex
from dupscan.model.pictures import Picture
from dupscan.settings import FingerprintSettings
from dupscan.stages.context import ScanContext
from dupscan.workers.executor import Lost

Result = TypeVar("Result")

_AT_ONCE = 64
"""Results that are written together, and lost by a kill."""


@dataclass(frozen=True, slots=True)
class FullDecoder:
    """What decoding in full wants besides the pictures."""

    settings: FingerprintSettings
    context: ScanContext
    troubles: list[CannotFinish] = field(default_factory=list)
    """Why files could not all be looked at again."""

    def checked(self, files: Sequence[FileEntry]) -> dict[FileEntry, bytes | Failure]:
        """Digests of files of which all can be decoded; why not, of others that were reached."""
        found: dict[FileEntry, bytes | Failure] = {}
        for at, result in self._run("check", partial(check, settings=self.settings), files):
            match result:
                case bytes() | Failure():
                    found[files[at]] = result
                case Lost():
                    found[files[at]] = Failure(files[at].path, "decode", result.reason)
        return found

    def digests(
        self, pictures: Sequence[Picture], indices: Sequence[PictureIndex]
    ) -> dict[PictureIndex, PixelDigest]:
        """Digests of the very pixels of some pictures, those that can be told."""
        work = partial(pixel_digest, settings=self.settings)
        return self._worked_out("pixels", work, _packed_digest, _digest, pictures, indices)

    def spectra(
        self, pictures: Sequence[Picture], indices: Sequence[PictureIndex]
    ) -> dict[PictureIndex, Spectrum]:
        """The detail in some pictures, of those that can be decoded."""
        work = partial(spectrum, settings=self.settings)
        found = self._worked_out("originals", work, _packed_spectrum, _spectrum, pictures, indices)
        return {index: one for index, one in found.items() if one is not None}

    def _worked_out(
        self,
        stage: str,
        work: Callable[[FileEntry], object],
        packed: Callable[[object], bytes | None],
        unpacked: Callable[[bytes], Result],
        pictures: Sequence[Picture],
        indices: Sequence[PictureIndex],
    ) -> dict[PictureIndex, Result]:
        """Results by picture: as remembered, else worked out; without those that `packed` refuses.

        They go through the same bytes either way, so that a scan and the next one agree.
        """
        fingerprint_ids = {index: pictures[index].fingerprint_id for index in indices}
        found = self.context.store.fingerprints.recall(stage, fingerprint_ids.values())
        missing = [index for index, one in fingerprint_ids.items() if one not in found]
        files = [pictures[index].file for index in missing]
        fresh = (
            (fingerprint_ids[missing[at]], data)
            for at, result in self._run(stage, work, files)
            if (data := packed(result)) is not None
        )
        while some := dict(islice(fresh, _AT_ONCE)):
            self.context.store.fingerprints.remember(stage, some)
            found |= some
        return {
            index: unpacked(found[one]) for index, one in fingerprint_ids.items() if one in found
        }

    def _run(
        self, stage: str, work: Callable[[FileEntry], object], files: Sequence[FileEntry]
    ) -> Iterator[tuple[int, object]]:
        """Do some work on files, in the workers: place and result; nothing starts for none."""
        if not files:
            return
        places = {file.path: at for at, file in enumerate(files)}
        with self.context.progress.stage(stage, len(files), "files") as meter:
            try:
                for file, result in self.context.executor.run(work, files, self.context.stopped):
                    meter.advance(1)
                    yield places[file.path], result
            except CannotFinish as trouble:  # what is known without it is reported all the same
                self.troubles.append(trouble)


def _packed_digest(found: object) -> bytes | None:
    """A pixel digest, or behind an empty one the reason why there is none."""
    if not isinstance(found, PixelDigest):
        return None
    return b"\1" + found.digest if found.digest else b"\0" + (found.reason or "").encode()


def _digest(data: bytes) -> PixelDigest:
    return PixelDigest(data[1:]) if data[0] else PixelDigest(None, data[1:].decode())


def _packed_spectrum(found: object) -> bytes | None:
    """A spectrum; nothing for what has none, because it is too small or a RAW file."""
    if found is None:
        return b""
    return found.astype("<f4").tobytes() if isinstance(found, np.ndarray) else None


def _spectrum(data: bytes) -> Spectrum | None:
    return np.frombuffer(data, "<f4").astype(np.float32) if data else None
