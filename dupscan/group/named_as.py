"""File names of several versions of one photograph → how likely each of them names a copy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from dupscan.group.name_origin import NameOrigin, name_origin
from dupscan.text.copy_marks import Mark, normalised, read_marks, without_serial


class Copy(IntEnum):
    """Likelihoods that a file is a copy, by its name."""

    NO = 0
    MAYBE = 1
    """A number such as ``(1)`` in the name, which pictures of a series may have too."""
    LIKELY = 2
    """A word for a copy in the name, or a messenger's name."""
    SURE = 3
    """Another version has the same name without the mark."""


@dataclass(frozen=True, slots=True)
class NamedAs:
    """The evidence that one name gives among the names of all versions."""

    copy: Copy = Copy.NO
    edit: bool = False
    """True if the name is that of another version with a word for an edit."""
    marks: int = 0
    """Number of marks in the name."""
    origin: NameOrigin = NameOrigin.PLAIN

    @property
    def words(self) -> str:
        """Words for the reason to keep another version."""
        if self.edit:
            return "the other is named as an edit"
        if self.origin is NameOrigin.MESSENGER and not self.marks:
            return "the other has a messenger's name"
        return "the other is named as a copy"


NOT_COMPARED = NamedAs()
"""The judgement of a name that stands alone."""


def named_as(paths: Sequence[str]) -> list[NamedAs]:
    """Judge the names of all versions of one photograph, in the order of `paths`.

    A mark is sure if the name without the mark is there too: ``IMG_1234_1`` beside ``IMG_1234`` is
    a copy, and alone it is a name like any other.
    """
    stems = [_stem(path) for path in paths]
    present = set(stems)
    return [_judged(stem, present) for stem in stems]


def _stem(path: str) -> str:
    return normalised(os.path.splitext(os.path.basename(path))[0])


def _judged(stem: str, present: set[str]) -> NamedAs:
    marked = read_marks(stem)
    bare = marked.bare_names[-1] if marked.bare_names else stem
    is_sure = any(one in present for one in marked.bare_names)
    if serial := without_serial(stem):
        is_sure = is_sure or serial in present
    origin = name_origin(bare)
    copy = Copy.NO
    if is_sure:
        copy = Copy.SURE
    elif marked.mark > Mark.NUMBER or origin is NameOrigin.MESSENGER:
        copy = Copy.LIKELY
    elif marked.mark is Mark.NUMBER:
        copy = Copy.MAYBE
    return NamedAs(
        copy=copy,
        edit=is_sure and marked.mark is Mark.EDIT,
        marks=max(len(marked.bare_names), int(is_sure)),
        origin=origin,
    )
