"""What must not go: reasons to decline a target, each with the word that lets it through.

Nothing is lost by a target that has all that its keeper has, and belongs to no other file. Whatever
else a target has, or is part of, is a reason to decline it; a reason that was wrong only keeps a
picture that could have gone.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

from dupscan.dedupe.plan.bursts import another_shot
from dupscan.dedupe.plan.traits import (
    AS_LARGE,
    FINER,
    LOSSLESS,
    dimensions,
    has_alpha,
    has_colour,
    is_palette,
    is_rated,
    is_raw,
    name_of,
    names_of,
    same_place,
    same_time,
)
from dupscan.model.changes import Change
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action
from dupscan.model.report import Companion, CompanionKind
from dupscan.model.saved_report import Edge, Member
from dupscan.text import file_names

ALLOWED = (
    *("gps", "captured", "rating", "notes", "colour-profile", "colour", "alpha", "bit-depth"),
    *("frames", "pixels", "quality", "raw-pair", "live-photo", "sidecar", "burst"),
)
"""The words of ``--allow``."""

_LOOKS_SAME = (Verdict.PICTURE, Verdict.SIMILAR)
"""Verdicts of pictures whose pixels differ."""
_IN_WORDS = {
    CompanionKind.RAW_PAIR: "RAW+JPEG pair with",
    CompanionKind.LIVE_PHOTO: "Live Photo with",
    CompanionKind.SIDECAR: "has the sidecar",
}


def gate(
    target: Member, keeper: Member, edge: Edge, action: Action, allowed: Collection[str]
) -> str:
    """Why a target must not go though its keeper stays, all the reasons in one line; else empty.

    `edge` tells what the target is to the keeper.
    """
    reasons = (
        *_says_more(target, keeper),
        *_shows_more(target, keeper),
        *(_looks_richer(target, keeper, edge) if edge.verdict in _LOOKS_SAME else ()),
        *_belongs_to(target, keeper, edge.verdict),
    )
    held = [f"{words} (--allow {word})" for word, words in reasons if word not in allowed]
    if action is Action.DELETE:
        held += [
            f"delete would lose {_name(one)}; quarantine or trash it"
            for one in target.companions
            if goes_along(one)
        ]
    return "; ".join(dict.fromkeys(held))


def goes_along(companion: Companion) -> bool:
    """Whether a companion has no use without its picture, and no other file that it belongs to."""
    return companion.kind is not CompanionKind.RAW_PAIR and not companion.shared


def _says_more(target: Member, keeper: Member) -> Iterator[tuple[str, str]]:
    """What a target's file says and its keeper's does not: the word for it, and the words."""
    own, kept = target.info, keeper.info
    if own.gps and not kept.gps:
        yield "gps", "has GPS, the keeper has not"
    elif own.position is not None and kept.position is None:
        yield "gps", f"says it was taken at {own.position}, the keeper not where"
    elif own.position and kept.position and not same_place(own.position, kept.position):
        yield "gps", f"says it was taken at {own.position}, the keeper at {kept.position}"
    if own.captured is not None and kept.captured is None:
        yield "captured", "says when it was taken, the keeper does not"
    if is_rated(own) and own.rating != kept.rating:
        yield "rating", f"is rated {own.rating}, the keeper {kept.rating or 'not'}"
    if own.notes is not None and own.notes != kept.notes:
        its = "others" if kept.notes is not None else "none"
        yield "notes", f"has descriptions, keywords or names, the keeper {its}"
    if own.colour_profile is not None and own.colour_profile != kept.colour_profile:
        profile = file_names.shown(own.colour_profile)
        its = file_names.shown(kept.colour_profile) if kept.colour_profile is not None else "none"
        yield "colour-profile", f"has the colour profile {profile}, the keeper {its}"


def _shows_more(target: Member, keeper: Member) -> Iterator[tuple[str, str]]:
    """What there is to see in a target and not in its keeper: the word for it, and the words."""
    own, kept = target.info, keeper.info
    if has_alpha(own) and not has_alpha(kept):
        yield "alpha", "has an alpha channel, the keeper has not"
    if own.bit_depth > kept.bit_depth:
        yield "bit-depth", f"has {own.bit_depth} bits a channel, the keeper {kept.bit_depth}"
    if own.frames > kept.frames:
        yield "frames", f"has {own.frames} frames, the keeper {kept.frames}"
    if target.true_pixels > keeper.true_pixels:
        sizes = f"{dimensions(own)}, the keeper {dimensions(kept)}"
        enlarged = "" if own.pixels > kept.pixels else ", but enlarged"
        yield "pixels", f"has more pixels of its own, {sizes}{enlarged}"


def _looks_richer(target: Member, keeper: Member, edge: Edge) -> Iterator[tuple[str, str]]:
    """What a keeper lacks that looks much the same: the word for it, and the words.

    How a picture is stored is not all: a grey one may well be stored with three channels, and only
    the match tells.
    """
    own, kept = target.info, keeper.info
    is_as_large = target.true_pixels * AS_LARGE >= keeper.true_pixels
    is_finer = own.encoding >= kept.encoding + FINER or own.encoding == LOSSLESS > kept.encoding
    if is_as_large and is_finer:
        yield "quality", f"is less compressed, {own.encoding} of 100, the keeper {kept.encoding}"
    elif own.encoding == kept.encoding == LOSSLESS and dimensions(own) == dimensions(kept):
        yield "quality", "is without loss, of one size with the keeper, and yet its pixels differ"
    if is_palette(kept) and not is_palette(own):
        yield "colour", "has all its tones, the keeper few of them"
    elif (has_colour(own) and not has_colour(kept)) or Change.IN_COLOUR in edge.changes:
        yield "colour", "has colours, the keeper is grey"


def _belongs_to(target: Member, keeper: Member, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What a target is part of: the word for it, and the words."""
    for companion in target.companions:
        words = f"{_IN_WORDS[companion.kind]} {_name(companion)}"
        if any(os.path.dirname(path) == companion.path for path in names_of(target)):
            words = f"may have sidecars; its folder {_name(companion)} could not be listed"
        yield companion.kind.value, words
    if target.info.film and not keeper.info.film:
        yield CompanionKind.LIVE_PHOTO.value, "holds its film, the keeper does not"
    if is_raw(target.info) != is_raw(keeper.info):
        raw = "it is" if is_raw(target.info) else f"{name_of(keeper)} is"
        yield CompanionKind.RAW_PAIR.value, f"one of a RAW+JPEG pair, {raw} the RAW file"
    own, kept = target.info.captured, keeper.info.captured
    if verdict in _LOOKS_SAME:
        if shot := another_shot(target, keeper):
            yield "burst", shot
    elif own is not None and kept is not None and not same_time(own, kept):
        yield "captured", f"says it was taken {own}, the keeper {kept}"


def _name(companion: Companion) -> str:
    return file_names.shown(os.path.basename(companion.path))
