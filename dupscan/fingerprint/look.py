"""What is looked at to compare pictures: made here for a scan and for a single pair alike."""

from __future__ import annotations

import numpy as np

from dupscan import imaging
from dupscan.model.matches import Look
from dupscan.model.pictures import Likeness, Traits


def look(traits: Traits, likeness: Likeness) -> Look:
    """All that can be seen of a picture once its file is closed."""
    return Look(
        planes=likeness.planes,
        histogram=likeness.histogram,
        square=np.asarray(imaging.grey_square_of_thumbnail(likeness.thumbnail)),
        width=traits.info.width,
        height=traits.info.height,
        greyscale=traits.greyscale,
    )
