"""Two files, looked at again, to see whether a verdict that a scan gave still holds.

For whoever is about to act on a verdict. Nothing is measured but what the verdict rests on; it runs
in a worker process, and answers in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from dupscan.comparison.judging import Pair, judge
from dupscan.fingerprint.look import look
from dupscan.fingerprint.one_file import check, fingerprint
from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import Failure, FileEntry
from dupscan.model.ids import FingerprintId
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint, Picture
from dupscan.model.plan import HashedFile
from dupscan.settings import CompareSettings
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a target is still that kind of duplicate of its keeper."""

    target: HashedFile
    keeper: HashedFile
    verdict: Verdict


def look_again(question: Question, settings: CompareSettings) -> str:
    """Why the verdict does not hold any more; empty if it does, or a stronger one. Read-only."""
    seen = []
    for file in (question.keeper, question.target):
        found = _read(file, settings)
        if not isinstance(found, Fingerprint):
            reason = found.reason if isinstance(found, Failure) else "it is no picture any more"
            path = file_names.shown(file.path)
            return f"{path} cannot be looked at again: {file_names.shown(reason)}"
        if found.traits.digest != file.digest:
            return f"{file_names.shown(file.path)} was changed since the scan; scan again"
        low_detail = found.traits.detail < settings.match.min_detail
        picture = Picture(_entry(file), found.traits, low_detail, fingerprint_id=FingerprintId(0))
        seen.append((picture, look(found.traits, found.likeness)))
    (keeper, its_look), (target, other_look) = seen
    pair = Pair(
        one=keeper,
        other=target,
        looks=(its_look, other_look),
        equal_pixels=question.verdict is Verdict.PIXELS and _have_equal_pixels(question, settings),
        apart=False,
    )
    now = judge(pair, settings.match)
    if now.verdict is None:
        return f"it is no duplicate of its keeper any more: {now.obstacle}"
    if not now.verdict.at_least(question.verdict):
        return f"it is only {now.verdict.value} now, and not {question.verdict.value}"
    return ""


def _read(file: HashedFile, settings: CompareSettings) -> object:
    """The fingerprint of a file that is sound to its end, or why there is none."""
    entry = _entry(file)
    found = fingerprint(entry, settings.fingerprint)
    if isinstance(found, Fingerprint) and found.traits.coarse:
        whole = check(entry, settings.fingerprint)
        return whole if isinstance(whole, Failure) else found
    return found


def _have_equal_pixels(question: Question, settings: CompareSettings) -> bool:
    one, other = (
        pixel_digest(_entry(file), settings.fingerprint)
        for file in (question.keeper, question.target)
    )
    return isinstance(one, PixelDigest) and isinstance(other, PixelDigest) and one.same_as(other)


def _entry(file: HashedFile) -> FileEntry:
    return FileEntry(file.path, file.size, file.mtime_ns, file.device, file.inode, links=1)
