"""A comparison for programs: one object that JSON can hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dupscan.comparison import wording
from dupscan.comparison.comparison import Comparison, Measure
from dupscan.model.pictures import Picture
from dupscan.text.json_stream import path_fields


def as_object(compared: Comparison) -> dict[str, Any]:
    """All of a comparison, in the same words and units as ``report.json``.

    Boxes of pixels are left, top, right, bottom, with right and bottom just outside; parts are the
    same as shares of width and height, and go beyond 0 and 1 where more is to be seen.
    """
    evidence = compared.evidence
    return {
        "verdict": compared.verdict and compared.verdict.value,
        "changes": [change.value for change in compared.changes],
        "explanation": wording.explanation_of(compared),
        "obstacle": compared.obstacle,
        "notes": list(wording.notes(compared)),
        "same_file": compared.same_file,
        "same_bytes": compared.same_bytes,
        "same_pixels": compared.pixels.equal,
        "same_pixels_unknown": compared.pixels.unknown,
        "differing_box": compared.pixels.differing.box,
        "differing_obstacle": compared.pixels.differing.obstacle,
        "counts_rms": compared.counts_rms,
        "measures": {measure.name: _measure(measure) for measure in compared.measures},
        "view": {
            "near": compared.is_near,
            "name": evidence.view.name,
            "orientation": evidence.view.orientation,
            "part": evidence.view.box,
            "words": wording.view_of(compared),
        },
        "edited_part": evidence.edited,
        "gain": evidence.gain,
        "brightness": evidence.brightness,
        "files": [_file(picture) for picture in (compared.one, compared.other)],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "value": measure.value,
        "unit": measure.unit,
        "cutoff": measure.cutoff,
        "option": measure.option,
        "within": measure.is_within,
        "verdict": measure.verdict and measure.verdict.value,
    }


def _file(picture: Picture) -> dict[str, Any]:
    return {
        **path_fields(picture.file.path),
        "size": picture.file.size,
        "mtime_ns": picture.file.mtime_ns,
        "device": picture.file.device,
        "inode": picture.file.inode,
        "content_digest": picture.digest.hex(),
        "phash": f"{picture.traits.hashes.plain:016x}",
        "greyscale": picture.traits.greyscale,
        "detail": picture.traits.detail,
        "low_detail": picture.low_detail,
        **asdict(picture.info),
    }
