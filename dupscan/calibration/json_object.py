"""A calibration as one JSON object, for programs. NaN is null."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

from dupscan.calibration import Calibration
from dupscan.calibration.simulated_scan import SHARES
from dupscan.calibration.statistics import least_provable_rate
from dupscan.text import file_names


def as_object(calibration: Calibration) -> dict[str, Any]:
    """Return everything that was counted, measured and proposed, in types that JSON has."""
    library, sample, settings = calibration.library, calibration.sample, calibration.settings
    found = {
        "folder": calibration.folder,
        "false_positives": settings.false_positives,
        "false_similar": settings.false_similar,
        "edited": settings.edited,
        **library.counts,
        "contradictions": library.contradictions,
        "pairs": {
            "true": sample.versions,
            "true_measured": calibration.after.alike_as_anything.count,
            "true_missed": len(sample.missed),
            "different": sample.different,
            "different_near": sample.near,
            "different_measured": calibration.after.different_as_anything.count,
            "near_radius": settings.radius,
            "most_per_group": settings.pairs_per_group,
        },
        "least_rate_shown": least_provable_rate(calibration.pairs.independent),
        "proposed": [
            {"setting": one.measure.setting, **asdict(one)} for one in calibration.proposals
        ],
        "called_today": {name: asdict(getattr(calibration.before, name)) for name in SHARES},
        "called_with_the_proposed": {
            name: asdict(getattr(calibration.after, name)) for name in SHARES
        },
        "doubtful": [asdict(one) for one in calibration.suspects],
    }
    return {name: _in_json(value) for name, value in found.items()}


def _in_json(value: Any) -> Any:
    """Return a value with null for NaN, and with harmless file names."""
    match value:
        case dict():
            return {name: _in_json(one) for name, one in value.items()}
        case list() | tuple():
            return [_in_json(one) for one in value]
        case float():
            return value if isfinite(value) else None
        case str():
            return file_names.shown(value)
    return value
