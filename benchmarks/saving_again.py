"""Ways to save a picture again, in memory, that change nothing a person sees."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

Saved = tuple[str, bytes]
"""Suffix and bytes of a picture file."""


def jpeg(image: Image.Image, quality: int = 85, **options: Any) -> Saved:
    """Encode a picture as a JPEG."""
    buffer = BytesIO()
    image.convert("L" if image.mode == "L" else "RGB").save(
        buffer, "JPEG", quality=quality, **options
    )
    return ".jpg", buffer.getvalue()


def encoded(image: Image.Image, form: str, **options: Any) -> Saved:
    """Encode a picture in another format."""
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return f".{form.lower()}", buffer.getvalue()


def _scaled(image: Image.Image, scale: float, way: Image.Resampling) -> Image.Image:
    return image.resize((round(image.width * scale), round(image.height * scale)), way)


def opened(saved: Saved) -> Image.Image:
    """Open an encoded picture."""
    return Image.open(BytesIO(saved[1]))


_LANCZOS, _BILINEAR, _BOX = (
    Image.Resampling.LANCZOS,
    Image.Resampling.BILINEAR,
    Image.Resampling.BOX,
)
WAYS: dict[str, Callable[[Image.Image], Saved]] = {
    "q95": lambda image: jpeg(image, 95),
    "q75": lambda image: jpeg(image, 75),
    "PNG": lambda image: encoded(image, "PNG"),
    "q85 progressive": lambda image: jpeg(image, 85, progressive=True),
    "WebP 80": lambda image: encoded(image, "WEBP", quality=80),
    "q85 grey": lambda image: jpeg(image.convert("L"), 85),
    "q60, then q80": lambda image: jpeg(opened(jpeg(image, 60)), 80),
    "sharpened, q85": lambda image: jpeg(image.filter(ImageFilter.UnsharpMask(1, 30, 0)), 85),
    "5 % brighter, q85": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(1.05)),
    "5 % darker, q85": lambda image: jpeg(ImageEnhance.Brightness(image).enhance(0.95)),
    "q50": lambda image: jpeg(image, 50),
    "q30": lambda image: jpeg(image, 30),
    "0.7 of the size, q80": lambda image: jpeg(_scaled(image, 0.7, _LANCZOS), 80),
    "half size, q80": lambda image: jpeg(_scaled(image, 0.5, _LANCZOS), 80),
    "half size by blocks, q75": lambda image: jpeg(_scaled(image, 0.5, _BOX), 75),
    "half size, soft, q75": lambda image: jpeg(_scaled(image, 0.5, _BILINEAR), 75),
    "half size, q50": lambda image: jpeg(_scaled(image, 0.5, _LANCZOS), 50),
    "third of the size, q85": lambda image: jpeg(_scaled(image, 1 / 3, _LANCZOS), 85),
}
"""Ways to save a document again."""


def luminance(saved: Saved) -> NDArray[np.uint8]:
    """Decode the luminance of a picture file as a scan does."""
    picture = opened(saved)
    picture.draft("L", picture.size)
    return np.asarray(picture.convert("L"))
