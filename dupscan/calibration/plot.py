"""A calibration as one figure: the distribution of each measure, with its cutoffs.

matplotlib is an extra, ``dupscan[plot]``, and is imported only for a figure. It draws in memory: no
display is needed and no file is written here.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from dupscan.calibration import Calibration
from dupscan.calibration.proposal import Proposal
from dupscan.calibration.tables import percent
from dupscan.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SOFTWARE = "dupscan calibrate"
MARK = f"Software\0{SOFTWARE}"
"""Text near the beginning of each PNG file from here."""

_COLOUR_ALIKE, _COLOUR_DIFFERENT, _COLOUR_CUTOFF = "#1f6f9c", "#c8443c", "#333333"
_SIZE = (12.5, 7.5)
"""Inches."""
_DPI = 130
_BINS = 60


def require_matplotlib() -> None:
    """Raise UsageError if matplotlib is not installed."""
    try:
        import matplotlib.figure  # noqa: F401, PLC0415 (an extra, and slow)
    except ImportError as error:
        raise UsageError(
            "--plot needs matplotlib, which is not installed; install it with "
            "`pip install 'dupscan[plot]'`, or leave --plot out"
        ) from error


def draw(calibration: Calibration) -> bytes:
    """Return the figure as a PNG file. Raises UsageError if matplotlib is not installed."""
    require_matplotlib()
    import matplotlib as mpl  # noqa: PLC0415 (an extra, and slow)
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (the same)
    from matplotlib.figure import Figure  # noqa: PLC0415 (the same)

    with mpl.rc_context(mpl.rcParamsDefault):
        figure = Figure(figsize=_SIZE, dpi=_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(-(-len(calibration.proposals) // 3), 3).flat
        for axes, proposal in zip(panels, calibration.proposals, strict=False):
            _draw_distributions(axes, calibration, proposal)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
        figure.suptitle("Share of the pairs by each measure, and its cutoff", weight="bold")
        file = BytesIO()
        figure.savefig(file, format="png", metadata={"Software": SOFTWARE})
    return file.getvalue()


def _draw_distributions(axes: Axes, calibration: Calibration, proposal: Proposal) -> None:
    """Draw the share of the pairs in each bin, and the cutoffs of today and as proposed."""
    measure, pairs = proposal.measure, calibration.pairs
    values = pairs.values[measure.name]
    known = np.append(values[pairs.found], (proposal.before, proposal.value))
    is_linear = measure.name in ("distance", "agreement")
    if measure.whole:
        edges = np.arange(-0.5, known.max() + 1)
    elif is_linear:
        edges = np.linspace(0, 1, _BINS)
    else:
        above = known[known > 0]
        edges = np.geomspace(np.percentile(above, 0.05) * 0.9, above.max() * 1.05, _BINS)
    for mask, colour, label in (
        (pairs.alike(measure.decides), _COLOUR_ALIKE, "versions of one picture"),
        (pairs.different, _COLOUR_DIFFERENT, "different pictures"),
    ):
        heap = np.clip(values[mask & pairs.found], edges[0], edges[-1])
        weights = np.full(len(heap), 1 / max(len(heap), 1))
        axes.hist(heap, edges.tolist(), weights=weights, color=colour, alpha=0.55, label=label)
    axes.axvline(proposal.before, color=_COLOUR_CUTOFF, linestyle=":", label="cutoff of today")
    axes.axvline(proposal.value, color=_COLOUR_CUTOFF, label="proposed cutoff")
    axes.set_xscale("linear" if is_linear else "log")
    axes.set_yscale("log")  # shows the few pairs at the edges, on which the cutoff depends
    axes.yaxis.set_major_formatter(lambda share, _: percent(share))
    axes.set_xlabel(measure.unit)
    axes.set_title(f"{measure.label}: {proposal.value:.3g}")
