"""Find out if a decoded picture is transparent somewhere; an alpha channel alone proves nothing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from dupscan.imaging.picture import OpenPicture

_ALPHA_BANDS = ("A", "a")
_OPAQUE = 255


def is_transparent(picture: OpenPicture) -> bool:
    """True if some pixel of a loaded picture is not opaque.

    Looks at the samples as decoded, at the size at which the working picture was decoded. If this
    fails, the picture counts as transparent.
    """
    image = picture.image
    try:
        return _is_transparent(image)
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return True


def _is_transparent(image: Image.Image) -> bool:
    bands = image.getbands()
    if bands[-1] in _ALPHA_BANDS:
        lowest, _ = image.getchannel(len(bands) - 1).getextrema()
        return bool(lowest < _OPAQUE)  # type: ignore[operator]  # numbers, for one band
    key = image.info.get("transparency")
    if key is None:
        return False
    if isinstance(key, bytes):  # an opacity for each colour of the palette
        return any(
            count
            for count, opacity in zip(image.histogram(), key, strict=False)
            if opacity < _OPAQUE
        )
    if isinstance(key, int) and image.mode in ("P", "L", "1"):
        level = _OPAQUE if key and image.mode == "1" else key
        return bool(image.histogram()[level])
    if isinstance(key, tuple) and max(key) > _OPAQUE:  # of 16 bits, which were decoded to 8
        return True
    return bool((np.asarray(image) == np.asarray(key)).reshape(-1, len(bands)).all(axis=1).any())
