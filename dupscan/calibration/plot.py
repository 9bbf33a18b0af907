"""A calibration as a figure: a row for each measure, and the two that decide against one another.

matplotlib is an extra, ``dupscan[plot]``, and is imported only when a figure is wanted. It draws in
memory: no display is needed and no file is written here.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from dupscan.calibration import Calibration
from dupscan.calibration.pairs import Kind
from dupscan.calibration.panels import (
    ALIKE,
    DASHED,
    DIFFERENT,
    EDITED,
    FAINT,
    INK,
    bins,
    draw_curve,
    draw_distributions,
    write_plainly,
)
from dupscan.calibration.tables import percent
from dupscan.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARK = "dupscan calibrate"
"""What a figure of ours says of itself, near its beginning."""

_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "grid.color": "#e8e8e8",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
}
_WIDTH, _ROW, _SCATTER, _HEAD = 12.5, 2.35, 5.6, 1.4
"""Inches."""
_DPI = 130
_JITTER = 0.02
"""Share by which points move up or down, so that those on one another are seen."""


def require() -> None:
    """Make sure that a figure can be drawn. Raises UsageError with the way out where it cannot."""
    try:
        import matplotlib.figure  # noqa: F401, PLC0415 (an extra, and slow)
    except ImportError as error:
        raise UsageError(
            "--plot wants matplotlib, which is not installed; add it with "
            "`pip install 'dupscan[plot]'`, or leave --plot out"
        ) from error


def drawn(calibration: Calibration) -> bytes:
    """The figure as a PNG file. Raises UsageError where matplotlib is not installed."""
    require()
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    studies = calibration.studies
    rows = [_ROW] * len(studies) + [_SCATTER]
    height = _HEAD + sum(rows)
    with mpl.rc_context({**mpl.rcParamsDefault, **_STYLE}):
        figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        grid = figure.add_gridspec(
            *(len(rows), 2),
            height_ratios=rows,
            width_ratios=(2.1, 1),
            left=0.075,
            right=0.975,
            top=1 - _HEAD / height,
            bottom=0.5 / height,
            hspace=0.6,
            wspace=0.16,
        )
        for row, study in enumerate(studies):
            draw_distributions(figure.add_subplot(grid[row, 0]), calibration, study)
            draw_curve(figure.add_subplot(grid[row, 1]), calibration, study)
        _draw_both(figure.add_subplot(grid[-1, :]), calibration)
        _draw_head(figure, calibration, height)
        file = BytesIO()
        figure.savefig(file, format="png", metadata={"Software": MARK})
    return file.getvalue()


def _draw_head(figure: Figure, calibration: Calibration, height: float) -> None:
    """Title, what it rests on, and what the colours are."""
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    pairs, rate = calibration.pairs, percent(calibration.settings.false_positives)
    alike, different = np.count_nonzero(~pairs.different), np.count_nonzero(pairs.different)
    groups = len(np.unique(pairs.groups[~pairs.different, 0]))
    title = "Which cutoffs suit these pictures?"
    figure.text(0.02, 1 - 0.3 / height, title, fontsize=15, weight="bold")
    facts = (
        f"{alike:,} pairs of versions of {groups:,} pictures; {different:,} pairs of different "
        f"pictures, those within {calibration.settings.radius} bits in some view"
    )
    figure.text(0.02, 1 - 0.56 / height, facts)
    handles: list[Any] = [
        Patch(color=ALIKE, alpha=0.55, label="versions of one picture"),
        Patch(color=DIFFERENT, alpha=0.55, label="different pictures"),
        Line2D([], [], color=INK, label=f"cutoff at {rate} of false positives, 95 % interval"),
        Line2D([], [], color=INK, linestyle=DASHED, label="proposed setting"),
    ]
    if (pairs.kinds == Kind.EDITED).any():
        handles.insert(2, Line2D([], [], color=EDITED, label="edited versions"))
    place = (0.012, 1 - 0.66 / height)
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=place, ncols=len(handles))


def _draw_both(axes: Axes, calibration: Calibration) -> None:
    """The two measures that decide, one against the other, and what falls on which side."""
    pairs, match = calibration.pairs, calibration.match
    fine, agreement = pairs.values["fine"], pairs.values["agreement"]
    chance = np.random.default_rng(0)
    edges = bins("fine", fine[pairs.found])
    for kind, colour, words in (
        (Kind.DIFFERENT, DIFFERENT, "different pictures"),
        (Kind.SAME, ALIKE, "versions of one picture"),
        (Kind.EDITED, EDITED, "edited versions"),
    ):
        mask = (pairs.kinds == kind) & pairs.found
        if count := int(np.count_nonzero(mask)):
            axes.scatter(
                np.clip(fine[mask], edges[0], edges[-1]),
                agreement[mask] + chance.uniform(-_JITTER, _JITTER, count),
                s=7,
                alpha=0.45,
                color=colour,
                linewidths=0,
                label=f"{words} ({count:,})",
            )
    axes.axvline(match.max_fine, color=INK, linewidth=1.4, linestyle=DASHED)
    axes.axhline(match.min_agreement, color=INK, linewidth=1.4, linestyle=DASHED)
    axes.text(
        match.max_fine,
        1.05,
        "called picture, unless cut or recoloured ",
        ha="right",
        style="italic",
    )
    axes.text(match.max_fine, 1.05, " called similar", ha="left", style="italic")
    axes.text(edges[-1], match.min_agreement - 0.05, "neither ", ha="right", style="italic")
    axes.set_xscale("log")
    write_plainly(axes.xaxis)
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(-0.03, 1.12)
    axes.set_xlabel(
        "fine difference, multiple of re-encoding; of cut and recoloured ones once laid on"
    )
    axes.set_ylabel("agreement, share of the blocks")
    axes.set_title("The two that decide, with the proposed settings", weight="bold")
    axes.legend(loc="lower left", markerscale=2.5, handletextpad=0.3)
