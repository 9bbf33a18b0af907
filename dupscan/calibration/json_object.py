"""A calibration as one JSON object, for programs. NaN is null."""

from __future__ import annotations

from math import isfinite
from typing import Any

from dupscan.calibration import Calibration, Study
from dupscan.calibration.simulated_scan import SimulatedScan
from dupscan.calibration.statistics import Share, least_provable_rate
from dupscan.text import file_names


def as_object(calibration: Calibration) -> dict[str, Any]:
    """Return everything that was counted, measured and proposed, in types that JSON has."""
    library, sample, settings = calibration.library, calibration.sample, calibration.settings
    measured = calibration.after
    return {
        "folder": file_names.shown(calibration.folder),
        "false_positives": settings.false_positives,
        "false_similar": settings.false_similar,
        "edited": settings.edited,
        **library.counts,
        "contradictions": library.contradictions,
        "pairs": {
            "true": sample.versions,
            "true_measured": measured.alike_as_anything.count,
            "true_missed": len(sample.missed),
            "different": sample.different,
            "different_near": sample.near,
            "different_measured": measured.different_as_anything.count,
            "near_radius": settings.radius,
            "most_per_group": settings.pairs_per_group,
        },
        "least_rate_shown": least_provable_rate(calibration.pairs.independent),
        "measures": [_measure(one) for one in calibration.studies],
        "proposed": [
            {
                "setting": one.measure.setting,
                "value": one.value,
                "before": one.before,
                "reason": one.reason,
            }
            for one in (study.proposal for study in calibration.studies)
        ],
        "called_today": _shares(calibration.before),
        "called_with_the_proposed": _shares(calibration.after),
        "doubtful": [
            {
                "labelled": one.labelled,
                "one": file_names.shown(one.first),
                "other": file_names.shown(one.second),
                "agreement": _number(one.agreement),
                "fine": _number(one.fine),
            }
            for one in calibration.suspects
        ],
    }


def _measure(study: Study) -> dict[str, Any]:
    measure = study.proposal.measure
    return {
        "measure": measure.name,
        "setting": measure.setting,
        "unit": measure.unit,
        "alike_when": "less" if measure.sign > 0 else "more",
        "auc": _number(study.auc),
        "alike_passing": _share(study.alike_passing),
        "different_passing": _share(study.different_passing),
    }


def _shares(simulated: SimulatedScan) -> dict[str, Any]:
    values = {name: getattr(simulated, name) for name in simulated.__slots__}
    return {name: _share(one) for name, one in values.items() if isinstance(one, Share)}


def _share(share: Share) -> dict[str, Any]:
    interval = [share.low, share.high]
    return {
        "hits": share.hits,
        "of": share.count,
        "share": _number(share.share),
        "interval": interval,
    }


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
