"""Two receipts of the same shop differ only in their digits: two different pictures.

Their hashes and histograms agree, and other tools put them into one group.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dupscan.confirm import Weighed
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

ANY_HASH = MatchSettings(radius=32)
GOODS = """Milk 1 l;Brown bread;Butter 250 g;Free range eggs;Apples;Tomatoes;Olive oil;Coffee beans
Rice 1 kg;Chocolate;Mineral water;Paper towels;Yoghurt;Cheese;Pasta;Orange juice"""
NAMES = GOODS.replace("\n", ";").split(";")


def write_date(draw: ImageDraw.ImageDraw, chance: Random, size: int) -> None:
    day, month, hour, minute = (chance.randint(10, most) for most in (28, 12, 20, 59))
    font = ImageFont.load_default(size)
    draw.text((size, 7 * size), f"{day}.{month}.2024  {hour}:{minute}", fill=20, font=font)


def draw_receipt(day: int, prices: int, width: int = 600) -> Image.Image:
    """A scanned receipt: `day` and `prices` choose the digits, all else is the shop's."""
    size = width // 21
    height = 50 * size
    paper = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(paper)
    small, large = ImageFont.load_default(size), ImageFont.load_default(2 * size)
    draw.text((4 * size, size), "CORNER MARKET", fill=20, font=large)
    draw.text((5 * size, 4 * size), "12 Station Road", fill=20, font=small)
    write_date(draw, Random(day), size)
    chance, total = Random(prices), 0
    for line, name in enumerate(NAMES):
        cents = chance.randint(80, 1999)
        total += cents
        top = int((9 + 1.5 * line) * size)
        draw.text((size, top), name, fill=20, font=small)
        draw.text((width - 5 * size, top), f"{cents / 100:6.2f}", fill=20, font=small)
    draw.line((size, 34 * size, width - size, 34 * size), fill=20, width=3)
    draw.text((size, 35 * size), "TOTAL", fill=20, font=large)
    draw.text((width - 8 * size, 35 * size), f"{total / 100:.2f}", fill=20, font=large)
    draw.rectangle((3 * size, 42 * size, width - 3 * size, 46 * size), fill=20)
    grain = np.random.default_rng(day * 99 + prices).normal(0, 2, (height, width))
    return Image.fromarray(np.clip(np.asarray(paper) + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("width", [300, 600, 1200])
@pytest.mark.parametrize("prices", [1, 2, 3])
def test_receipts_with_other_prices_are_never_the_same(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    width: int,
    prices: int,
) -> None:
    one, other = draw_receipt(0, 0, width), draw_receipt(prices, prices, width)
    weighed = weigh_pair(print_of(one, quality=85), print_of(other, quality=85), anyhow=True)
    assert weighed is not None
    assert weighed.verdict in (None, Verdict.SIMILAR)


@pytest.mark.parametrize("width", [300, 600, 1200])
@pytest.mark.parametrize("day", [1, 2, 3])
def test_receipts_for_the_same_goods_on_another_day_are_never_the_same(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    width: int,
    day: int,
) -> None:
    """One line of fifty is another one."""
    one, other = draw_receipt(0, 0, width), draw_receipt(day, 0, width)
    weighed = weigh_pair(print_of(one, quality=85), print_of(other, quality=85), anyhow=True)
    assert weighed is not None
    assert weighed.verdict in (None, Verdict.SIMILAR)


def test_a_scan_calls_no_receipt_the_same_as_another(
    scan_of: Callable[..., ScanOutcome], tmp_path: Path
) -> None:
    for number in range(4):
        draw_receipt(number, number).save(tmp_path / f"{number}.jpg", quality=85)
    draw_receipt(0, 0).save(tmp_path / "0 again.jpg", quality=60)

    outcome = scan_of(tmp_path, match=ANY_HASH)

    same = [
        match
        for group in outcome.report.groups
        for match in (*group.edges, *group.duplicates, *group.near)
        if match.verdict is not Verdict.SIMILAR
    ]
    paths = [Path(picture.file.path).name for picture in outcome.report.pictures]
    assert {(paths[one.a], paths[one.b]) for one in same} == {("0 again.jpg", "0.jpg")}
