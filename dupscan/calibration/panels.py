"""The two panels of one measure: how its values lie, and what each cutoff would let by.

Apart from the figure they stand in, :mod:`dupscan.calibration.plot`, which sees to it that
matplotlib
is there; it is imported only when a panel is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration import Calibration, Study, curves
from dupscan.calibration.measures import Measure
from dupscan.calibration.pairs import Kind
from dupscan.calibration.tables import number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

ALIKE, EDITED, DIFFERENT = "#1f6f9c", "#e0a100", "#c8443c"
INK, FAINT = "#333333", "#9a9a9a"
DASHED = (0, (4, 2))
_BINS = 70
_LINEAR = ("distance", "agreement")
"""Measures whose axis is no logarithm."""


def draw_distributions(axes: Axes, calibration: Calibration, study: Study) -> None:
    """Shares of the pairs over the values, on a logarithmic scale, which shows the tails."""
    from matplotlib.ticker import LogLocator, NullLocator  # noqa: PLC0415

    measure, pairs = study.measure, calibration.pairs
    values = pairs.values[measure.name]
    edges = bins(measure.name, np.append(values[pairs.found], _setting(calibration, measure)))
    least = 0.5 / max(int(np.count_nonzero(pairs.found)), 2)
    for mask, colour in (
        (pairs.alike(measure.decides), ALIKE),
        (pairs.different, DIFFERENT),
    ):
        shares = _shares(values[mask & pairs.found], edges, least)
        axes.stairs(shares, edges, baseline=least, fill=True, color=colour, alpha=0.45)
        axes.stairs(shares, edges, baseline=None, color=colour, linewidth=1.1)
    edited = pairs.found & (pairs.kinds == Kind.EDITED)
    if measure.decides == "picture" and edited.any():
        shares = _shares(values[edited], edges, least)
        axes.stairs(shares, edges, baseline=None, color=EDITED, linewidth=1.1)
    if measure.name not in _LINEAR:
        axes.set_xscale("log")
        write_plainly(axes.xaxis)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_yscale("log")
    axes.set_ylim(least, 1.5)
    axes.yaxis.set_major_locator(LogLocator(numticks=6))
    axes.yaxis.set_minor_locator(NullLocator())
    _write_in_percent(axes.yaxis)
    axes.set_ylabel("share of pairs")
    axes.set_xlabel(measure.unit)
    axes.set_title(measure.words[0].upper() + measure.words[1:], weight="bold")
    axes.set_title(_cutoff_in_words(calibration, study), loc="right", fontsize=9)
    _draw_cutoffs(axes, calibration, study, edges)


def draw_curve(axes: Axes, calibration: Calibration, study: Study) -> None:
    """True against false positives, these on a logarithmic scale, for few are wanted."""
    from matplotlib.ticker import NullLocator  # noqa: PLC0415

    curve, wanted = study.curve, calibration.settings.false_positives
    count = study.different.count if study.different else 1
    least = min(0.5 / count, wanted / 2)
    axes.step(np.maximum(curve.false, least), curve.true, where="post", color=ALIKE, linewidth=1.6)
    axes.axvline(wanted, color=FAINT, linewidth=1)
    if found := _usable(study):
        at = max(study.false_share, least), found.recall
        across, up = found.false_rate, found.recall_between
        axes.plot([max(across.low, least), across.high], [at[1]] * 2, color=INK, linewidth=1.2)
        axes.plot([at[0]] * 2, [up.low, up.high], color=INK, linewidth=1.2)
        axes.plot(*at, "o", color=INK, markersize=5, clip_on=False, zorder=5)
    axes.set_xscale("log")
    axes.set_xlim(least * 0.75, 1)
    axes.set_ylim(-0.02, 1.04)
    axes.xaxis.set_minor_locator(NullLocator())
    _write_in_percent(axes.xaxis)
    _write_in_percent(axes.yaxis)
    axes.set_xlabel("false positives")
    axes.set_ylabel("found")
    axes.set_title("ROC", weight="bold")
    if np.isfinite(curve.area):
        axes.set_title(f"AUC {curve.area:.4f}", loc="right", fontsize=9)


def bins(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The edges of the bins: one a bit, even shares, or even steps of a logarithm."""
    if name == "distance":
        return np.arange(-0.5, values.max() + 1)
    if name == "agreement":
        return np.linspace(-0.01, 1.01, _BINS + 1)
    above = values[values > 0]
    low, high = (np.percentile(above, 0.05), above.max()) if len(above) else (0.1, 1.0)
    return np.geomspace(low * 0.9, max(high, low * 1.1) * 1.05, _BINS + 1)


def write_plainly(axis: Axis) -> None:
    """Write the numbers of a logarithmic axis as 0.1, 1, 10."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _write_in_percent(axis: Axis) -> None:
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))


def _shares(
    values: NDArray[np.float64], edges: NDArray[np.float64], least: float
) -> NDArray[np.float64]:
    """The share of the values in each bin; what lies outside is in the outermost."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return np.maximum(counts / max(len(values), 1), least)


def _draw_cutoffs(
    axes: Axes, calibration: Calibration, study: Study, edges: NDArray[np.float64]
) -> None:
    """The cutoff of the measure by itself with its interval, and the setting."""
    sign = study.measure.sign
    if found := _usable(study):
        ends = np.clip([found.between.low * sign, found.between.high * sign], edges[0], edges[-1])
        axes.axvspan(ends.min(), ends.max(), color=INK, alpha=0.13, linewidth=0)
        axes.axvline(found.score * sign, color=INK, linewidth=1.4)
    setting = _setting(calibration, study.measure)
    axes.axvline(setting, color=INK, linewidth=1.4, linestyle=DASHED)


def _cutoff_in_words(calibration: Calibration, study: Study) -> str:
    setting = f"setting {_setting(calibration, study.measure):g}"
    if not (found := _usable(study)):
        return f"no cutoff by itself  ·  {setting}"
    sign = study.measure.sign
    low, high = sorted((found.between.low * sign, found.between.high * sign))
    cutoff = f"cutoff {number(found.score * sign)} ({number(low)} to {number(high)})"
    return f"{cutoff}, keeps {percent(found.recall)}  ·  {setting}"


def _usable(study: Study) -> curves.Cutoff | None:
    """The cutoff of the measure by itself, if there is one that lets anything by."""
    found = study.cutoff
    return found if found is not None and np.isfinite(found.score) else None


def _setting(calibration: Calibration, measure: Measure) -> float:
    return float(getattr(calibration.match, measure.setting))
