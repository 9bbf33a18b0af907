"""Re-check of a verdict before somebody acts on it: both files are read and judged again.

Runs in a worker process. Only the measures that the verdict depends on are taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from dupscan.comparison.full_size import PrintPair, read_print
from dupscan.comparison.judging import TwoPictures, judge, picture_of
from dupscan.confirm.documents import looks_like_document
from dupscan.confirm.fine_print import FinePrint
from dupscan.fingerprint.look import look
from dupscan.fingerprint.one_file import check, fingerprint
from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import Failure, FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint
from dupscan.model.plan import HashedFile
from dupscan.settings import CompareSettings
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Question:
    """A target, its keeper, and the verdict to be checked again."""

    target: HashedFile
    keeper: HashedFile
    verdict: Verdict


def look_again(question: Question, settings: CompareSettings) -> str:
    """Return why the verdict no longer holds; empty if this verdict or a stronger one holds.

    Read-only.
    """
    seen, fingerprints = [], []
    for file in (question.keeper, question.target):
        found = _read(file, settings)
        if not isinstance(found, Fingerprint):
            reason = found.reason if isinstance(found, Failure) else "it is no longer a picture"
            path = file_names.shown(file.path)
            return f"{path} cannot be checked again: {file_names.shown(reason)}"
        if found.traits.digest != file.digest:
            return f"{file_names.shown(file.path)} was changed since the scan; scan again"
        picture = picture_of(_entry(file), found, settings.match)
        fingerprints.append(found)
        seen.append((picture, look(found.traits, found.likeness)))
    (keeper, keeper_look), (target, target_look) = seen
    pair = TwoPictures(
        first=keeper,
        second=target,
        looks=(keeper_look, target_look),
        equal_pixels=question.verdict is Verdict.PIXELS and _have_equal_pixels(question, settings),
        read_print=lambda orientation: _read_print(question, orientation, settings),
        are_documents=any(looks_like_document(one.likeness) for one in fingerprints),
        declared_different=False,
    )
    now = judge(pair, settings.match)
    if now.verdict is None:
        return f"it is no longer a duplicate of its keeper: {now.obstacle}"
    if not now.verdict.at_least(question.verdict):
        return f"it is now only {now.verdict.value}, and not {question.verdict.value}"
    return ""


def _read(file: HashedFile, settings: CompareSettings) -> object:
    """Return the fingerprint of a file that is undamaged to its end, or the reason for none."""
    entry = _entry(file)
    found = fingerprint(entry, settings.fingerprint)
    if isinstance(found, Fingerprint) and found.traits.coarse:
        whole = check(entry, settings.fingerprint)
        return whole if isinstance(whole, Failure) else found
    return found


def _have_equal_pixels(question: Question, settings: CompareSettings) -> bool:
    first, second = (
        pixel_digest(_entry(file), settings.fingerprint)
        for file in (question.keeper, question.target)
    )
    if not isinstance(first, PixelDigest) or not isinstance(second, PixelDigest):
        return False
    return first.same_as(second)


def _read_print(
    question: Question, orientation: int, settings: CompareSettings
) -> FinePrint | None:
    pair = PrintPair(
        *(_entry(question.keeper), _entry(question.target)),
        *(orientation, settings.match.max_letters),
    )
    found = read_print(pair, settings.fingerprint)
    return found if isinstance(found, FinePrint) else None


def _entry(file: HashedFile) -> FileEntry:
    return FileEntry(file.path, file.size, file.mtime_ns, file.device, file.inode, links=1)
