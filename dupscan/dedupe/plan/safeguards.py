"""Reasons to keep a target that its keeper cannot fully replace.

A target may go if its keeper has everything that the target has, and if the target belongs to no
other file. Anything that only the target has, and any file that the target belongs to, is a reason
to decline the target. A wrong reason does no harm: a picture is kept that could have gone. Each
reason has a word, and ``--allow`` with that word lets the target go.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

from dupscan.dedupe.plan.bursts import why_another_shot
from dupscan.dedupe.plan.embedded import has_other_colours, missing_in_keeper
from dupscan.dedupe.plan.traits import (
    are_other_times,
    dimensions,
    file_name_of,
    has_colour,
    has_few_colours,
    is_finer_time,
    is_rated,
    is_raw,
    is_same_position,
    may_be_same_time,
    paths_of,
    states_capture,
)
from dupscan.model.changes import BY_ORIENTATION, Change
from dupscan.model.formats import suffix_of
from dupscan.model.matches import Verdict
from dupscan.model.pictures import LOSSLESS, QUALITY_STEP, SAME_SIZE, PictureInfo
from dupscan.model.plan import ALLOWABLE, Action, Declined, Reason
from dupscan.model.report import Companion, CompanionKind
from dupscan.model.saved_report import Edge, Member
from dupscan.text import file_names

ALLOWED = tuple(word.value for word in ALLOWABLE)
"""The words of ``--allow``."""

_PIXELS_DIFFER = (Verdict.PICTURE, Verdict.SIMILAR)
"""Verdicts for two pictures whose pixels differ."""
_TURNS = frozenset(filter(None, BY_ORIENTATION))
"""The changes that turn or mirror a picture."""
_COMPANION_TEXT = {
    CompanionKind.RAW_PAIR: "RAW+JPEG pair with",
    CompanionKind.LIVE_PHOTO: "Live Photo with",
    CompanionKind.SIDECAR: "has the sidecar",
}


def reasons_to_decline(
    target: Member, keeper: Member, edge: Edge, action: Action, allowed: Collection[Reason]
) -> list[Declined]:
    """Return every reason to keep the target although its keeper stays.

    An empty list means that the target may go. `edge` is the match of the two, seen from the
    keeper: it says what the target is to the keeper. Reasons whose word is in `allowed` are left
    out; `allowed` holds words of :data:`dupscan.model.plan.ALLOWABLE` only.
    """
    reasons = [
        *_has_more_metadata(target, keeper),
        *_has_more_to_see(target, keeper),
        *missing_in_keeper(target.info, keeper.info, is_turned=bool(_TURNS & {*edge.changes})),
        *(_looks_richer(target, keeper, edge) if edge.verdict in _PIXELS_DIFFER else ()),
        *_is_part_of(target, keeper, edge.verdict),
        *(_would_lose(target, keeper) if action is Action.DELETE else ()),
    ]
    return [reason for reason in dict.fromkeys(reasons) if reason.word not in allowed]


def moves_with_picture(companion: Companion) -> bool:
    """True if a companion is of no use without its picture and belongs to no other file.

    Such a companion is moved together with its picture. The other picture of a RAW+JPEG pair never
    is: it is a picture of its own.
    """
    return companion.kind is not CompanionKind.RAW_PAIR and not companion.shared


def has_equal(keeper: Member, companion: Companion) -> bool:
    """True if the keeper has another companion of the same suffix with the same bytes."""
    return bool(companion.digest) and any(
        (one.digest, one.size, suffix_of(one.path))
        == (companion.digest, companion.size, suffix_of(companion.path))
        for one in keeper.companions
        if (one.device, one.inode) != (companion.device, companion.inode)
    )


def _has_more_metadata(target: Member, keeper: Member) -> Iterator[Declined]:
    """Yield a reason for each piece of metadata that the target has and the keeper lacks."""
    own, kept = target.info, keeper.info
    if own.gps and not kept.gps:
        yield Declined(Reason.GPS, "has GPS, the keeper has not")
    elif own.position is not None and kept.position is None:
        yield Declined(
            Reason.GPS, f"says it was taken at {own.position}, the keeper does not say where"
        )
    elif own.position and kept.position and not is_same_position(own.position, kept.position):
        yield Declined(
            Reason.GPS, f"says it was taken at {own.position}, the keeper at {kept.position}"
        )
    if dated := _is_better_dated(own, kept):
        yield Declined(Reason.CAPTURED, dated)
    if is_rated(own) and own.rating != kept.rating:
        yield Declined(Reason.RATING, f"is rated {own.rating}, the keeper {kept.rating or 'not'}")
    if own.labels is not None and own.labels != kept.labels:
        its = file_names.shown(kept.labels or "not")
        yield Declined(Reason.RATING, f"is marked {file_names.shown(own.labels)}, the keeper {its}")
    if own.notes is not None and own.notes != kept.notes:
        its = "others" if kept.notes is not None else "none"
        yield Declined(Reason.NOTES, f"has descriptions, keywords or names, the keeper {its}")
    if own.colour_profile is not None and own.colour_profile != kept.colour_profile:
        profile = file_names.shown(own.colour_profile)
        its = file_names.shown(kept.colour_profile) if kept.colour_profile is not None else "none"
        yield Declined(Reason.COLOUR_PROFILE, f"has the colour profile {profile}, the keeper {its}")
    elif own.colour_profile is not None and has_other_colours(own, kept):
        profile = file_names.shown(own.colour_profile)
        words = f"has a colour profile {profile} of other colours than the keeper's"
        yield Declined(Reason.COLOUR_PROFILE, words)


def _is_better_dated(own: PictureInfo, kept: PictureInfo) -> str:
    """Return in words why a target tells more of its date than its keeper; "" if it does not."""
    if own.captured is None:
        return ""
    if kept.captured is None and own.captured_is_guess:
        return "states a date, the keeper none"
    if kept.captured is None:
        return "says when it was taken, the keeper does not"
    if not may_be_same_time(own.captured, kept.captured):
        is_surer = states_capture(own) and not states_capture(kept)
        return "says when it was taken, the keeper only when it was saved" if is_surer else ""
    if is_finer_time(own.captured, kept.captured):
        return f"says it was taken {_time_of(own)}, the keeper only {_time_of(kept)}"
    return ""


def _has_more_to_see(target: Member, keeper: Member) -> Iterator[Declined]:
    """Yield a reason for each thing that can be seen in the target and not in the keeper.

    Transparency, more bits, more frames or pages, more pixels that were not made by enlarging.
    """
    own, kept = target.info, keeper.info
    if own.transparent and not kept.transparent:
        yield Declined(Reason.ALPHA, "is transparent in parts, the keeper is not")
    if own.bit_depth > kept.bit_depth:
        yield Declined(
            Reason.BIT_DEPTH, f"has {own.bit_depth} bits a channel, the keeper {kept.bit_depth}"
        )
    if own.frames > kept.frames:
        yield Declined(Reason.FRAMES, f"has {own.frames} frames, the keeper {kept.frames}")
    if target.true_pixels > keeper.true_pixels:
        sizes = f"{dimensions(own)}, the keeper {dimensions(kept)}"
        enlarged = "" if own.pixels > kept.pixels else ", which was enlarged"
        yield Declined(Reason.PIXELS, f"has more pixels of its own, {sizes}{enlarged}")


def _looks_richer(target: Member, keeper: Member, edge: Edge) -> Iterator[Declined]:
    """Yield a reason for finer quality, and a reason for colours that the keeper lost.

    For two pictures that look the same and whose pixels differ. The channels of a file do not show
    everything: a grey picture may be stored with three channels, so the match is asked too.
    """
    own, kept = target.info, keeper.info
    is_as_large = target.true_pixels * SAME_SIZE >= keeper.true_pixels
    is_finer = (
        own.encoding >= kept.encoding + QUALITY_STEP or own.encoding == LOSSLESS > kept.encoding
    )
    if is_as_large and is_finer:
        yield Declined(
            Reason.QUALITY, f"is less compressed, {own.encoding} of 100, the keeper {kept.encoding}"
        )
    elif own.encoding == kept.encoding == LOSSLESS and dimensions(own) == dimensions(kept):
        yield Declined(
            Reason.QUALITY,
            "is lossless and as large as the keeper, and yet its pixels differ",
        )
    if Change.LETTERS_NOT_COMPARED in edge.changes:
        yield Declined(
            Reason.SMALL_LETTERS, "its letters are too small to be compared with the keeper's"
        )
    if has_few_colours(kept) and not has_few_colours(own):
        yield Declined(Reason.COLOUR, "has all its colours, the keeper only a few")
    elif (has_colour(own) and not has_colour(kept)) or Change.IN_COLOUR in edge.changes:
        yield Declined(Reason.COLOUR, "has colours, the keeper is grey")


def _is_part_of(target: Member, keeper: Member, verdict: Verdict) -> Iterator[Declined]:
    """Yield a reason for each file or series of shots that the target is a part of.

    Companions beside the target, a RAW+JPEG pair, a burst.
    """
    for companion in target.companions:
        if has_equal(keeper, companion):
            continue
        words = f"{_COMPANION_TEXT[companion.kind]} {_name(companion)}"
        if any(os.path.dirname(path) == companion.path for path in paths_of(target)):
            words = f"may have sidecars; its folder {_name(companion)} could not be listed"
        yield Declined(Reason(companion.kind.value), words)
    if is_raw(target.info) != is_raw(keeper.info):
        raw = "it is" if is_raw(target.info) else f"{file_name_of(keeper)} is"
        yield Declined(Reason.RAW_PAIR, f"is one of a RAW+JPEG pair, {raw} the RAW file")
    if verdict in _PIXELS_DIFFER:
        if shot := why_another_shot(target, keeper):
            yield Declined(Reason.BURST, shot)
    elif are_other_times(target.info, keeper.info):
        taken, its = _time_of(target.info), _time_of(keeper.info)
        yield Declined(Reason.CAPTURED, f"says it was taken {taken}, the keeper {its}")


def _would_lose(target: Member, keeper: Member) -> Iterator[Declined]:
    """Yield a reason for each companion that would be of no use once the target is deleted."""
    for one in target.companions:
        if moves_with_picture(one) and not has_equal(keeper, one):
            text = f"delete would lose {_name(one)}; quarantine or trash it"
            yield Declined(Reason.WOULD_LOSE_COMPANION, text)


def _time_of(info: PictureInfo) -> str:
    return file_names.shown(info.captured or "")


def _name(companion: Companion) -> str:
    return file_names.shown(os.path.basename(companion.path))
