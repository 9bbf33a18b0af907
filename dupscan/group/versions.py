"""Pictures and their matches → the versions of each photograph, with the facts that rank them.

A version can be judged only beside the others: it may be enlarged, cropped, framed, or the one that
differs most. Of files with equal bytes, only the first is compared, the *node* of
:mod:`dupscan.group.stars`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from dupscan.fingerprint.detail_spectrum import Spectrum, is_enlarged
from dupscan.group.components import connected
from dupscan.group.keeper import Version, disagreement
from dupscan.group.named_as import NOT_COMPARED, NamedAs, named_as
from dupscan.group.tones import find_retoned
from dupscan.model import formats
from dupscan.model.embedded import EmbeddedKind
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture, PictureInfo
from dupscan.model.views import View, is_near

Copies = dict[PictureIndex, list[PictureIndex]]
"""From :func:`dupscan.group.stars.copies_by_first`."""
Planes = Callable[[PictureIndex], NDArray[np.uint8]]
"""Returns the small picture of a node, shape (3, 32, 32)."""
_ALONE = 255.0
"""Disagreement of a version with fewer than two others, which cannot be the nearest one; levels."""
_LEAST_DISAGREEMENT = 0.5
"""Least disagreement that means anything: saving again makes 0.2 to 0.4 levels."""
MAX_VERSIONS_COMPARED = 32
"""Versions with which one version is compared."""
_NOTICED = 0.02
"""Share of a picture's area from which a missing part counts."""
_FROM_EDITORS = {EmbeddedKind.LAYERS, EmbeddedKind.APPENDED}
"""Kinds of data that tell nothing of an original: editors write layers, anything may append."""


def photographs(
    pictures: Sequence[Picture],
    copies: Copies,
    matches: Sequence[Match],
    spectra: dict[PictureIndex, Spectrum],
    planes: Planes,
) -> Iterator[dict[PictureIndex, Version]]:
    """Yield the versions of each photograph, by the index of their pictures.

    Strong matches connect the versions of one photograph. `matches` and `spectra` name only the
    first of files with equal bytes.
    """
    around: defaultdict[PictureIndex, list[Match]] = defaultdict(list)
    for match in matches:
        around[match.a].append(match)
        around[match.b].append(match)
    equals = _equals(copies, matches)
    for same in connected(copies, filter(has_same_framing, matches)):
        enlarged = _enlarged(same, pictures, around, spectra)
        distances = {node: _disagreement(node, around[node], planes) for node in same}
        indices = [index for node in same for index in copies[node]]
        names = _named_as([pictures[index].file.path for index in indices])
        named = dict(zip(indices, names, strict=True))
        all_covered = _are_covered(same, around)
        versions = {}
        for node in same:
            alike = equals.get(node, [node])
            found = {
                **_among_its_versions(node, pictures, around[node]),
                "covered": all_covered or any(_covered_by(node, around[node])),
                "enlarged_from": enlarged.get(node),
                # Saving a JPEG as PNG gains nothing.
                "encoding": min(pictures[one].info.encoding for one in alike),
                "disagreement": min(distances[one] for one in alike),
            }
            for index in copies[node]:
                versions[index] = _version(pictures[index], named[index], found)
        for node in find_retoned(same, copies, versions, _among(same, around)):
            for index in copies[node]:
                versions[index] = replace(versions[index], retoned=True)
        yield versions


def _among(
    same: Sequence[PictureIndex], around: dict[PictureIndex, list[Match]]
) -> Iterator[Match]:
    """Yield the matches of the versions of one photograph, each once."""
    return (match for node in same for match in around[node] if match.a == node)


def _equals(copies: Copies, matches: Iterable[Match]) -> dict[PictureIndex, list[PictureIndex]]:
    """Return, for each node that has the pixels of another one, all nodes with these pixels."""
    equal = [match for match in matches if match.verdict is Verdict.PIXELS]
    nodes = sorted({node for match in equal for node in (match.a, match.b)} & copies.keys())
    return {node: alike for alike in connected(nodes, equal) for node in alike}


def _named_as(paths: Sequence[str]) -> list[NamedAs]:
    return named_as(paths) if len(paths) > 1 else [NOT_COMPARED]


def _disagreement(node: PictureIndex, matches: Sequence[Match], planes: Planes) -> float:
    """Return the disagreement of a version; 0.0 if it differs as little as files saved again."""
    compared = _nearest_first(node, matches)[:MAX_VERSIONS_COMPARED]
    if len(compared) < 2:
        return _ALONE
    others = [_turned(planes(match.partner(node)), match, node) for match in compared]
    found = disagreement(planes(node), np.stack(others))
    return found if found >= _LEAST_DISAGREEMENT else 0.0


def has_same_framing(match: Match) -> bool:
    """True if both pictures of a match show the same, with nothing cut off."""
    return match.verdict.at_least(Verdict.PICTURE)


def _among_its_versions(
    node: PictureIndex,
    pictures: Sequence[Picture],
    matches: Sequence[Match],
) -> dict[str, object]:
    """Return the fields of Version that follow from the matches of a picture."""
    same = [match for match in matches if has_same_framing(match)]
    return {
        # A picture that is the same as others is as complete as they are.
        "altered": not same and any(_is_altered(node, match, pictures) for match in matches),
        "turned": 2 * sum(match.evidence.view.orientation > 0 for match in same) > len(same) > 1,
    }


def _are_covered(
    same: Collection[PictureIndex], around: Mapping[PictureIndex, Sequence[Match]]
) -> bool:
    """True if a picture beyond these versions of one shows what is covered in them."""
    return any(partner not in same for node in same for partner in _covered_by(node, around[node]))


def _covered_by(node: PictureIndex, matches: Iterable[Match]) -> Iterator[PictureIndex]:
    """Yield the pictures that show what is covered in this one."""
    return (one.partner(node) for one in matches if one.seen_from(node).covered < 0)


def _nearest_first(node: PictureIndex, matches: Iterable[Match]) -> list[Match]:
    same = [match for match in matches if has_same_framing(match)]
    return sorted(same, key=lambda match: (match.evidence.fine, match.partner(node)))


def _enlarged(
    same: Sequence[PictureIndex],
    pictures: Sequence[Picture],
    around: dict[PictureIndex, list[Match]],
    spectra: dict[PictureIndex, Spectrum],
) -> dict[PictureIndex, int]:
    """Return the versions of one picture that are enlarged, each with its true pixels.

    All versions of one size are taken to have one origin. Only the best encoded of them is
    examined, because the noise of strong compression looks like detail.
    """
    sizes: defaultdict[int, list[PictureIndex]] = defaultdict(list)
    for node in same:
        sizes[pictures[node].info.pixels].append(node)
    worth: dict[int, int] = {}
    for size in sorted(sizes):  # the smaller version may be enlarged itself
        known = [node for node in sizes[size] if node in spectra]
        if not known:
            continue
        best = max(known, key=lambda index: (pictures[index].info.encoding, -index))
        made_of = [
            match
            for match in _nearest_first(best, around[best])
            if _may_be_made_of(
                sizes[size], sizes[pictures[match.partner(best)].info.pixels], pictures
            )
        ]
        smaller = _enlarged_from(best, pictures, made_of, spectra)
        if smaller is not None:
            worth[size] = worth.get(smaller, smaller)
    return {node: worth[size] for size in worth for node in sizes[size]}


def _may_be_made_of(
    large: Iterable[PictureIndex], small: Iterable[PictureIndex], pictures: Sequence[Picture]
) -> bool:
    """True unless only the large versions have camera data.

    A blurred photograph has no more detail than its thumbnail, and a camera wrote it all the same.
    """
    return any(_has_camera_data(pictures[one].info) for one in small) or not any(
        _has_camera_data(pictures[one].info) for one in large
    )


def _enlarged_from(
    node: PictureIndex,
    pictures: Sequence[Picture],
    same: Iterable[Match],
    spectra: dict[PictureIndex, Spectrum],
) -> int | None:
    """Return the pixels of the largest smaller version with as much detail; None without one."""
    pixels = pictures[node].info.pixels
    smaller: dict[int, PictureIndex] = {}
    for match in same:  # the nearest of each size; the others may be blurred or sharpened
        other = match.partner(node)
        if other in spectra and pictures[other].info.pixels < pixels:
            smaller.setdefault(pictures[other].info.pixels, other)
    found = [
        size
        for size, other in smaller.items()
        if is_enlarged(spectra[node], spectra[other], sqrt(size / pixels))
    ]
    return max(found, default=None)


def _is_altered(node: PictureIndex, match: Match, pictures: Sequence[Picture]) -> bool:
    """True if the partner shows that a picture was cropped, or that a frame was added to it."""
    if match.verdict is not Verdict.SIMILAR:
        return False
    view = match.seen_from(node).view
    left, top, right, bottom = view.box
    shown = (right - left) * (bottom - top)
    if shown < 1 - _NOTICED:
        return view.name == "trimmed" or _has_around(pictures[node], view)
    partner = pictures[match.partner(node)]
    is_framed = view.name == "trimmed" or _has_around(partner, view.inverse())
    return shown > 1 + _NOTICED and not is_framed


def _has_around(picture: Picture, view: View) -> bool:
    """True if a view leaves out of a picture just its uniform border."""
    border = picture.traits.hashes.border
    return border is not None and is_near(view.source, border)


def _turned(planes: NDArray[np.uint8], match: Match, node: PictureIndex) -> NDArray[np.uint8]:
    """Return the small picture of the partner, turned to the orientation of `node`."""
    orientation = match.seen_from(match.partner(node)).view.orientation
    if orientation & 4:
        planes = planes.swapaxes(-1, -2)
    if orientation & 2:
        planes = planes[..., ::-1, :]
    return planes[..., ::-1] if orientation & 1 else planes


def _version(picture: Picture, named: NamedAs, found: dict[str, object]) -> Version:
    file, info = picture.file, picture.info
    camera = _has_camera_data(info)
    return Version(
        path=file.path,
        size=file.size,
        mtime_ns=file.mtime_ns,
        width=info.width,
        height=info.height,
        reference=file.reference,
        raw=info.format == formats.RAW.name,
        camera=camera,
        camera_format=camera and info.format == formats.HEIF.name,
        captured=info.captured,
        extras=_extras(info),
        named=named,
        **found,  # type: ignore[arg-type]
    )


def _has_camera_data(info: PictureInfo) -> bool:
    return (info.captured is not None and not info.captured_is_guess) or info.gps


def _extras(info: PictureInfo) -> int:
    """Count the kinds of data besides the picture that a camera wrote, and a viewer shows."""
    kinds = {one.kind for one in info.embedded if one.kind.is_shown_or_heard} - _FROM_EDITORS
    return len(kinds)
