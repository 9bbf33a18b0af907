"""Documents drawn for measuring: receipts, forms, tickets, screenshots, letters; and edits of them.

A document is drawn from its fields. Drawn twice with one field changed, the two differ in what a
person reads there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

KINDS = ("receipt", "form", "ticket", "screenshot", "dark screenshot", "letter")
EDITS = ("digit", "date", "name", "amount", "signature")
"""The fields of which one is changed."""
_NAMES = (
    "Anna Berger,Jonas Keller,Maria Oliveira,Sven Lindqvist,Aisha Rahman,Peter Novak,Lucia Romano,"
    "Tom Whitfield,Katarzyna Nowak,Emil Hansen,Chloe Dubois,Hiro Tanaka"
).split(",")
_GOODS = (
    "Milk 1 l,Brown bread,Butter 250 g,Eggs,Apples,Tomatoes,Olive oil,Coffee,Rice 1 kg,Chocolate,"
    "Water,Paper towels,Yoghurt,Cheese,Pasta,Orange juice,Soap,Batteries"
).split(",")
_WORDS = (
    "the agreement between both parties shall remain in force until further notice and may be "
    "ended by either of them in writing with a period of three months to the end of a year"
).split()


@dataclass(frozen=True, slots=True)
class Fields:
    """What is written in a document, and the seed of all that is not read."""

    kind: str
    seed: int
    width: int
    """Pixels."""
    date: str
    name: str
    amount: int
    """Cents."""
    number: int
    """Eight digits."""
    signature: int
    """Seed of the strokes."""


def some_fields(kind: str, seed: int, width: int) -> Fields:
    """Return the fields of one document; the same for the same arguments."""
    chance = Random(f"{kind} {seed}")
    return Fields(
        kind=kind,
        seed=seed,
        width=width,
        date=_date(chance),
        name=chance.choice(_NAMES),
        amount=chance.randint(1_000, 99_999),
        number=chance.randint(10_000_000, 99_999_999),
        signature=chance.randrange(1 << 30),
    )


def edited(fields: Fields, edit: str) -> Fields:
    """Return the fields with one of them changed: a name of :data:`EDITS`."""
    chance = Random(f"{fields.seed} {edit}")
    match edit:
        case "digit":
            place = 10 ** chance.randrange(8)
            old = fields.number // place % 10
            new = chance.choice([digit for digit in range(1, 10) if digit != old])
            return replace(fields, number=fields.number + (new - old) * place)
        case "date":
            return replace(fields, date=_another(fields.date, lambda: _date(chance)))
        case "name":
            return replace(fields, name=_another(fields.name, lambda: chance.choice(_NAMES)))
        case "amount":
            return replace(fields, amount=fields.amount + chance.randint(1, 900) * 11)
    return replace(fields, signature=fields.signature + 1)


def draw(fields: Fields) -> Image.Image:
    """Draw a document."""
    dark = fields.kind == "dark screenshot"
    chance = Random(f"{fields.kind} {fields.seed} layout")
    size = max(9, round(fields.width / chance.choice((30, 36, 42, 48))))
    height = {"receipt": 1.9, "form": 1.41, "letter": 1.41, "ticket": 0.5}.get(fields.kind, 0.62)
    paper = (24, 26, 30) if dark else tuple(chance.randint(236, 255) for _ in range(3))
    image = Image.new("RGB", (fields.width, round(fields.width * height)), paper)
    pen = _Pen(image, ImageDraw.Draw(image), size, (225,) * 3 if dark else (25, 25, 35), chance)
    _write(pen, fields)
    return _on_paper(image, fields) if fields.kind in ("receipt", "form", "letter") else image


@dataclass(slots=True)
class _Pen:
    """Writes lines of text, one below the other."""

    image: Image.Image
    draw: ImageDraw.ImageDraw
    size: int
    ink: tuple[int, ...]
    chance: Random
    top: float = 0.0

    def line(self, left: float, *texts: str, scale: float = 1.0) -> None:
        """Write texts on one line, evenly spaced from `left`, a share of the width."""
        font = ImageFont.load_default(self.size * scale)
        room = (0.97 - left) * self.image.width / len(texts)
        for at, text in enumerate(texts):
            place = (left * self.image.width + at * room, self.top)
            self.draw.text(place, text, fill=self.ink, font=font)
        self.top += 1.45 * self.size * scale

    @property
    def room(self) -> bool:
        """True while another line fits."""
        return self.top + 4 * self.size < self.image.height

    def rule(self) -> None:
        """Draw a line across."""
        self.draw.line((self.size, self.top, self.image.width - self.size, self.top), self.ink, 1)
        self.top += 0.5 * self.size

    def box(self) -> None:
        """Fill a box with colour, as programs and tickets do."""
        colour = tuple(self.chance.randint(60, 210) for _ in range(3))
        self.draw.rectangle((0, self.top, self.image.width, self.top + 2 * self.size), fill=colour)
        self.top += 2.4 * self.size

    def sign(self, seed: int) -> None:
        """Draw the strokes of a signature."""
        chance = Random(seed)
        x, y = 0.12 * self.image.width, self.top + 1.5 * self.size
        points = [
            (x + at * 0.55 * self.size, y + chance.uniform(-1.2, 1.2) * self.size)
            for at in range(11)
        ]
        curve = [point for pair in pairwise(points) for point in _arc(*pair)]
        blue = (120, 140, 255) if sum(self.ink) > 384 else (30, 40, 130)
        self.draw.line(curve, fill=blue, width=max(1, self.size // 10), joint="curve")
        self.top += 3 * self.size


def _write(pen: _Pen, fields: Fields) -> None:
    """Write the heading, the fields among other text, and the signature."""
    chance = pen.chance
    pen.top = pen.size * 0.8
    if fields.kind != "letter":
        pen.box() if fields.kind != "receipt" else pen.line(0.2, "CORNER MARKET", scale=1.6)
    pen.line(0.05, f"No. {fields.number}", fields.date)
    pen.line(0.05, f"Name: {fields.name}")
    pen.rule()
    lines, total_after = 0, {"receipt": 6, "form": 6, "letter": 6}.get(fields.kind, 0)
    while pen.room and lines < 40:
        if lines == total_after:
            pen.line(0.05, "TOTAL", "", f"{fields.amount / 100:.2f}", scale=1.2)
            pen.sign(fields.signature)
        lines += 1
        if fields.kind == "letter" or (fields.kind == "form" and lines % 3):
            words = " ".join(chance.choice(_WORDS) for _ in range(60))
            pen.line(0.05, words[: int(1.6 * fields.width / pen.size)])
        else:
            pen.line(0.05, chance.choice(_GOODS), "", f"{chance.randint(50, 9_999) / 100:7.2f}")
        if lines == 1 and "screenshot" in fields.kind:
            pen.box()


def _on_paper(image: Image.Image, fields: Fields) -> Image.Image:
    """Return a document as a scanner sees it: a little soft, uneven and grainy; one seed each."""
    chance = np.random.default_rng(fields.seed)
    levels = np.asarray(
        image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.8))), np.float32
    )
    down, across = np.mgrid[0 : 1 : levels.shape[0] * 1j, 0 : 1 : levels.shape[1] * 1j]
    shade = 1 - chance.uniform(0, 0.15) * across - chance.uniform(0, 0.1) * down
    grain = chance.normal(0, chance.uniform(0.5, 4), levels.shape[:2])
    aged = levels * shade[..., None] + grain[..., None]
    return Image.fromarray(np.clip(aged, 0, 255).astype(np.uint8))


def _arc(one: tuple[float, float], other: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Yield points of a smooth stroke between two points."""
    for at in np.linspace(0, 1, 8):
        smooth = (1 - np.cos(np.pi * at)) / 2
        yield one[0] + (other[0] - one[0]) * at, one[1] + (other[1] - one[1]) * smooth


def _date(chance: Random) -> str:
    return f"{chance.randint(10, 28)}.{chance.randint(10, 12)}.20{chance.randint(10, 26)}"


def _another(old: str, make: Callable[[], str]) -> str:
    while (new := make()) == old:
        continue
    return new
