"""Make the look of a picture: the arrays that confirm compares, for a scan and a single pair."""

from __future__ import annotations

import numpy as np

from dupscan import imaging
from dupscan.model.matches import Look
from dupscan.model.pictures import Likeness, Traits


def look(traits: Traits, likeness: Likeness) -> Look:
    """Make the look of a picture from its fingerprint; the file is not opened."""
    return Look(
        planes=likeness.planes,
        histogram=likeness.histogram,
        square=np.asarray(imaging.grey_square_of_thumbnail(likeness.thumbnail)),
        width=traits.info.width,
        height=traits.info.height,
        greyscale=traits.greyscale,
    )
