"""Documents among pictures: those that may hold text to be read, told from their likeness.

Receipts, forms, letters, screenshots and whiteboards are paper, or a window, of one tone and next
to no colour. Some photographs are so too. They cost a needless look at their full size; a document
taken for a photograph would cost a digit. So the cutoff is generous.
"""

from __future__ import annotations

import numpy as np

from dupscan.model.pictures import Likeness

_PLAIN = 0.95
"""Sum of the two shares below from which a picture may be a document. Of 409 receipts, screenshots
and drawn documents all have 1.2 and more, but only 84 % of documents that were photographed on a
coloured table reach this; 20 % of 309 photographs do."""
_TONE = 20
"""Levels above and below a tone that count as the same tone: paper is unevenly lit."""
_NEUTRAL, _MIDDLE = 10, 128
"""Levels of chroma up to which a place has next to no colour; level of none."""


def looks_like_document(likeness: Likeness) -> bool:
    """True if a picture may hold text to be read.

    One share is that of the pixels near the commonest tone, the other that of the places with next
    to no colour; both are from 0 to 1, and their sum decides.
    """
    return _largest_tone(likeness) + _colourless(likeness) >= _PLAIN


def _largest_tone(likeness: Likeness) -> float:
    """Return the largest share of pixels whose luminance lies within some levels of one tone."""
    sums = np.concatenate([[0.0], np.cumsum(likeness.histogram[3], dtype=np.float64)])
    width = 2 * _TONE + 1
    return float((sums[width:] - sums[:-width]).max())


def _colourless(likeness: Likeness) -> float:
    """Return the share of the small planes whose chroma is next to none."""
    off = np.abs(likeness.planes[1:].astype(np.int16) - _MIDDLE).max(axis=0)
    return float((off <= _NEUTRAL).mean())
