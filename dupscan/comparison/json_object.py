"""A comparison as one JSON object, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dupscan.comparison import wording
from dupscan.comparison.comparison import Comparison, Measurement
from dupscan.model.pictures import Picture
from dupscan.text.json_stream import path_fields


def as_object(compared: Comparison) -> dict[str, Any]:
    """Return everything in a comparison, in the words and units of ``report.json``.

    A box has left, top, right and bottom in pixels; right and bottom are just outside. A part has
    the same as shares of width and height, below 0 or above 1 where it shows more than the picture.
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
        "measures": {one.name: _measurement(one) for one in compared.measurements},
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
        "files": [_file(picture) for picture in (compared.first, compared.second)],
    }


def _measurement(measured: Measurement) -> dict[str, Any]:
    return {
        "value": measured.value,
        "unit": measured.unit,
        "cutoff": measured.cutoff,
        "option": measured.option,
        "within": measured.is_within,
        "verdict": measured.verdict and measured.verdict.value,
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
