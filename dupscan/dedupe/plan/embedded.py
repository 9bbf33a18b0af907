"""Compare what else two picture files hold, and find what would be lost with one of them.

Asks the record of each file, see :mod:`dupscan.model.embedded`.
"""

from __future__ import annotations

from collections.abc import Iterator

from dupscan.model.embedded import (
    COMPARED_BY_FIELDS,
    ICC_PROFILE,
    ORIENTATION,
    PARTS_OF_EXIF,
    EmbeddedItem,
    EmbeddedKind,
)
from dupscan.model.pictures import PictureInfo
from dupscan.model.plan import Declined, Reason
from dupscan.text import file_names


def missing_in_keeper(
    target: PictureInfo, keeper: PictureInfo, *, is_turned: bool = False
) -> Iterator[Declined]:
    """Yield a reason for each piece of data in the target that the keeper does not hold.

    A piece with the same digest is the same piece. The metadata whose fields are compared one by
    one must only be there. `is_turned` is True if the keeper is shown turned or mirrored.
    """
    names = {one.name for one in keeper.embedded}
    for item in target.embedded:
        if item.name == ICC_PROFILE or (item.name == ORIENTATION and not is_turned):
            continue
        if item.name in PARTS_OF_EXIF and "EXIF" not in names:  # which is a reason of its own
            continue
        others = [one for one in keeper.embedded if _may_replace(one, item)]
        if any(_is_replaced_by(one, item) for one in others):
            continue
        name = file_names.shown(item.name)
        words = f"holds another {name} than its keeper" if others else _lacks(item, name)
        yield Declined(Reason(item.kind.value), words)


def has_other_colours(one: PictureInfo, other: PictureInfo) -> bool:
    """True if two pictures have profiles that define different colours."""
    profiles = (
        {item.digest for item in info.embedded if item.name == ICC_PROFILE} for info in (one, other)
    )
    own, its = profiles
    return bool(own and its and own != its)


def _may_replace(other: EmbeddedItem, item: EmbeddedItem) -> bool:
    """True if two items are of one kind; blocks of metadata are of one kind if named alike."""
    if item.kind is EmbeddedKind.METADATA:
        return other.kind is item.kind and other.name == item.name
    return other.kind is item.kind


def _is_replaced_by(other: EmbeddedItem, item: EmbeddedItem) -> bool:
    if other.digest == item.digest:
        return True
    return item.kind is EmbeddedKind.METADATA and item.name in COMPARED_BY_FIELDS


def _lacks(item: EmbeddedItem, name: str) -> str:
    return f"holds {item.kind.article}{name} that its keeper lacks"
