"""Two frames of a burst have nearly the same hash, but are different pictures.

The frame in which everybody has open eyes is not a duplicate of the next frame.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.confirm import Weighed
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint

PHOTOS = "astronaut chelsea coffee grass rocket".split()


@pytest.fixture
def take(originals: Path) -> Callable[..., Image.Image]:
    """Take a frame: the camera moved by so many pixels, a thing in it by its own width."""
    with Image.open(originals / "coins.png") as image:
        coin = image.crop((20, 20, 90, 90)).convert("RGB")

    def run(name: str, frame: int, moved: tuple[int, int], thing: int) -> Image.Image:
        with Image.open(originals / f"{name}.jpg") as image:
            scene = image.convert("RGB")
        if thing:
            where = scene.width * 3 // 10 + frame * thing, scene.height // 2
            scene.paste(coin.resize((thing, thing)), where)
        across, down = (8 + frame * by for by in moved)
        seen = scene.crop((across, down, scene.width - 16 + across, scene.height - 16 + down))
        grain = np.random.default_rng(frame).normal(0, 2, (seen.height, seen.width, 3))
        return Image.fromarray(np.clip(np.asarray(seen) + grain, 0, 255).astype(np.uint8))

    return run


@pytest.mark.parametrize("thing", [16, 24, 40])
@pytest.mark.parametrize("moved", [(0, 0), (2, 1), (5, 3)])
@pytest.mark.parametrize("name", PHOTOS)
def test_what_moved_makes_it_another_picture(
    take: Callable[..., Image.Image],
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    name: str,
    moved: tuple[int, int],
    thing: int,
) -> None:
    """A hand or a face of a twentieth of the width, the camera on a tripod or in a hand."""
    one, other = (print_of(take(name, frame, moved, thing), quality=90) for frame in (0, 1))
    weighed = weigh_pair(one, other)
    assert weighed is None or weighed.verdict in (None, Verdict.SIMILAR)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_camera_that_moved_a_fiftieth_took_another_picture(
    take: Callable[..., Image.Image],
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    name: str,
) -> None:
    one, other = (print_of(take(name, frame, (8, 6), 0), quality=90) for frame in (0, 1))
    weighed = weigh_pair(one, other)
    assert weighed is None or weighed.verdict in (None, Verdict.SIMILAR)
