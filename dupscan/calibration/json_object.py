"""A calibration as one JSON object, for programs. Values that are no numbers are null."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np

from dupscan.calibration import Calibration, Study, curves
from dupscan.calibration.simulated_scan import Proof
from dupscan.calibration.suspect_labels import doubts
from dupscan.text import file_names

_POINTS = 101
"""Points of a curve that are told, evenly over the false positives."""


def recorded(calibration: Calibration) -> dict[str, Any]:
    """All that was measured, found and proposed, of types that JSON has."""
    library, sample, settings = calibration.library, calibration.sample, calibration.settings
    sizes = np.bincount(library.groups)
    independent = calibration.pairs.of_two_groups
    found: dict[str, Any] = _plain(
        {
            "folder": file_names.shown(settings.folder),
            "false_positives": settings.false_positives,
            "false_similar": settings.false_similar,
            "edited": list(settings.edited),
            "files": library.files,
            "pictures": len(library.pictures),
            "groups": int(np.count_nonzero(sizes > 1)),
            "singles": int(np.count_nonzero(sizes == 1)),
            "too_plain": library.plain,
            "equal_copies": library.copies,
            "unreadable": library.unreadable,
            "passed_over": library.passed_over,
            "unlabelled": calibration.unlabelled,
            "contradictions": list(library.contradictions),
            "pairs": {
                "true": sample.versions,
                "true_measured": int(np.count_nonzero(~calibration.pairs.different)),
                "true_missed": len(sample.missed),
                "different": sample.different,
                "different_near": sample.near,
                "different_measured": int(np.count_nonzero(calibration.pairs.different)),
                "near_radius": settings.radius,
                "most_per_group": settings.pairs_per_group,
            },
            "least_rate_shown": curves.least_rate_shown(independent),
            "measures": [_study(one) for one in calibration.studies],
            "proposed": [
                {
                    "setting": one.measure.setting,
                    "value": one.value,
                    "before": one.before,
                    "reason": one.reason,
                }
                for one in calibration.proposed
            ],
            "called_today": _proof(calibration.before),
            "called_with_the_proposed": _proof(calibration.after),
            "doubtful": [
                asdict(one)
                | {"one": file_names.shown(one.one), "other": file_names.shown(one.other)}
                for one in doubts(calibration)
            ],
        }
    )
    return found


def _study(study: Study) -> dict[str, Any]:
    curve, found, sign = study.curve, study.cutoff, study.measure.sign
    at = np.linspace(0, 1, _POINTS)
    last = np.searchsorted(curve.false, at, side="right") - 1
    return {
        "measure": study.measure.name,
        "setting": study.measure.setting,
        "unit": study.measure.unit,
        "alike_when": "less" if sign > 0 else "more",
        "alike": study.alike and asdict(study.alike),
        "different": study.different and asdict(study.different),
        "auc": curve.area,
        "roc": {"false": at.tolist(), "true": curve.true[last].tolist()},
        "cutoff": found
        and {
            "value": found.score * sign,
            "interval": sorted((found.between.low * sign, found.between.high * sign)),
            "false_positives": found.false,
            "false_rate": study.false_share,
            "false_rate_interval": [found.false_rate.low, found.false_rate.high],
            "recall": found.recall,
            "recall_interval": [found.recall_between.low, found.recall_between.high],
        },
    }


def _proof(proof: Proof) -> dict[str, Any]:
    shares = {
        name: {
            "hits": share.hits,
            "of": share.count,
            "share": share.share,
            "interval": [share.between.low, share.between.high],
        }
        for name in (
            "same_as_picture",
            "alike_as_anything",
            "edited_as_picture",
            "different_as_picture",
            "different_as_anything",
        )
        for share in (getattr(proof, name),)
    }
    return {**shares, "transforms": [asdict(one) for one in proof.versions]}


def _plain(value: Any) -> Any:
    """The same with None for what is infinite or no number."""
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case float() if not isfinite(value):
            return None
    return value
