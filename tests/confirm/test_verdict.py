"""Candidates → matches: what is a picture, what is similar and what is neither, on photographs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import combinations, permutations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from dupscan.confirm import Weighed, confirm
from dupscan.confirm.verdict import CANDIDATES_PER_BATCH
from dupscan.fingerprint.look import look
from dupscan.model.matches import Candidate, Evidence, Hit, Look, Match, Verdict
from dupscan.model.pictures import Fingerprint
from dupscan.model.views import CLOCKWISE, ORIENTATIONS, TURNED, View
from dupscan.settings import MatchSettings

Edit = Callable[[Image.Image], Image.Image]
NAMES = "astronaut brick camera chelsea coffee coins grass hubble_deep_field rocket".split()
COLOURFUL = "astronaut chelsea coffee hubble_deep_field rocket".split()
PLAIN = (Hit(0, View("plain")),)


# -- edits -----------------------------------------------------------------------------------------


def save_again(picture: Image.Image) -> Image.Image:
    """As a poor JPEG."""
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=25)
    return Image.open(buffer)


def halve(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def double(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)


def make_grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L")


def turn(to: Image.Transpose) -> Edit:
    return lambda picture: picture.transpose(to)


def cut(share: float) -> Edit:
    """Without an edge all around, this share of each side in all."""

    def edit(picture: Image.Image) -> Image.Image:
        across, down = round(picture.width * share / 2), round(picture.height * share / 2)
        return picture.crop((across, down, picture.width - across, picture.height - down))

    return edit


def frame(colour: str) -> Edit:
    return lambda picture: ImageOps.expand(picture, 20, colour)


def watermark(picture: Image.Image) -> Image.Image:
    """Half see-through words in a corner."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    where = picture.width * 0.5, picture.height * 0.8
    font = ImageFont.load_default(picture.height // 10)
    ImageDraw.Draw(layer).text(where, "(c) sample", fill=(255, 255, 255, 170), font=font)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def shift_hue(degrees: float) -> Edit:
    def edit(picture: Image.Image) -> Image.Image:
        hue, saturation, value = picture.convert("HSV").split()
        hue = hue.point(lambda level: (level + round(degrees / 360 * 256)) % 256)
        return Image.merge("HSV", (hue, saturation, value)).convert("RGB")

    return edit


def exchange_red_and_blue(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return Image.merge("RGB", (blue, green, red))


def half_and_half(picture: Image.Image) -> Image.Image:
    """The left half beside its own mirror image."""
    half = picture.crop((0, 0, picture.width // 2, picture.height))
    other = picture.copy()
    other.paste(ImageOps.mirror(half), (picture.width - half.width, 0))
    return other


SAME: dict[str, Edit] = {
    "saved again": save_again,
    "half size": halve,
    "double size": double,
    "grey": make_grey,
    "clockwise": turn(Image.Transpose.ROTATE_270),
    "anticlockwise": turn(Image.Transpose.ROTATE_90),
    "half turn": turn(Image.Transpose.ROTATE_180),
    "mirrored": turn(Image.Transpose.FLIP_LEFT_RIGHT),
    "transposed": turn(Image.Transpose.TRANSPOSE),
}
EDITED: dict[str, Edit] = {
    "cut 3 %": cut(0.03),
    "cut 10 %": cut(0.10),
    "white frame": frame("white"),
    "red frame": frame("firebrick"),
    "watermark": watermark,
}


@pytest.fixture
def weigh_edit(
    load: Callable[[str], Image.Image],
    original: Callable[[str], Fingerprint],
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
) -> Callable[..., Weighed | None]:
    """Weigh a photograph against what an edit makes of it; as a candidate that the index found."""

    def run(name: str, edit: Edit, *, anyhow: bool = False) -> Weighed | None:
        return weigh_pair(original(name), print_of(edit(load(name))), anyhow=anyhow)

    return run


def verdict_of(weighed: Weighed | None) -> Verdict | None:
    return None if weighed is None else weighed.verdict


# -- the same picture ------------------------------------------------------------------------------


def test_no_candidates_give_no_matches() -> None:
    assert list(confirm([], MatchSettings(), lambda number: pytest.fail("looked"))) == []


@pytest.mark.parametrize(
    ("name", "edit"),
    # At 160 pixels the blades of grass are finer than what is compared: `similar`, as docs say.
    [(name, edit) for name in NAMES for edit in SAME if (name, edit) != ("grass", "half size")],
)
def test_what_a_person_would_call_the_same_is_a_picture(
    weigh_edit: Callable[..., Weighed | None], name: str, edit: str
) -> None:
    assert verdict_of(weigh_edit(name, SAME[edit])) is Verdict.PICTURE


@pytest.mark.parametrize("name", NAMES)
def test_several_of_these_at_once_are_a_picture_still(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    def edit(picture: Image.Image) -> Image.Image:
        return save_again(double(picture).transpose(Image.Transpose.ROTATE_90))

    assert verdict_of(weigh_edit(name, edit)) is Verdict.PICTURE


# -- the same picture, edited ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "edit"),
    # A wall of bricks, cut, is another pattern to a perceptual hash: not found, as docs say.
    [(name, edit) for name in NAMES for edit in EDITED if (name, edit) != ("brick", "cut 3 %")],
)
def test_an_edited_picture_is_similar(
    weigh_edit: Callable[..., Weighed | None], name: str, edit: str
) -> None:
    assert verdict_of(weigh_edit(name, EDITED[edit])) is Verdict.SIMILAR


@pytest.mark.parametrize("name", NAMES)
def test_a_captioned_picture_is_similar(
    weigh_edit: Callable[..., Weighed | None], caption: Edit, name: str
) -> None:
    assert verdict_of(weigh_edit(name, caption)) is Verdict.SIMILAR


@pytest.mark.parametrize("name", "astronaut chelsea coffee rocket".split())
def test_a_recoloured_picture_is_similar(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    """By a few degrees of hue."""
    assert verdict_of(weigh_edit(name, shift_hue(15))) is Verdict.SIMILAR


@pytest.mark.parametrize("name", COLOURFUL)
def test_paler_colours_are_no_worse_than_none(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    """Grey it is a picture; with a fifth of its colours it must be something."""

    def fade(picture: Image.Image) -> Image.Image:
        return Image.blend(picture.convert("L").convert("RGB"), picture, 0.2)

    assert verdict_of(weigh_edit(name, fade)) is not None


# -- another picture -------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), list(combinations(NAMES, 2)))
def test_two_photographs_are_never_anything(
    original: Callable[[str], Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    one: str,
    other: str,
) -> None:
    """Not even if their hashes were equal by chance."""
    assert verdict_of(weigh_pair(original(one), original(other), anyhow=True)) is None


@pytest.mark.parametrize("name", COLOURFUL)
def test_with_red_and_blue_exchanged_it_is_another_picture(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    weighed = weigh_edit(name, exchange_red_and_blue, anyhow=True)
    assert verdict_of(weighed) in (None, Verdict.SIMILAR)


@pytest.mark.parametrize("degrees", [60, 120, 180])
@pytest.mark.parametrize("name", COLOURFUL)
def test_in_other_colours_it_is_another_picture(
    weigh_edit: Callable[..., Weighed | None], name: str, degrees: int
) -> None:
    weighed = weigh_edit(name, shift_hue(degrees), anyhow=True)
    assert verdict_of(weighed) in (None, Verdict.SIMILAR)


@pytest.mark.parametrize("name", NAMES)
def test_a_negative_is_another_picture(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    assert verdict_of(weigh_edit(name, ImageOps.invert, anyhow=True)) is None


@pytest.mark.parametrize("name", NAMES)
def test_half_of_a_picture_mirrored_into_the_other_half_is_not_the_picture(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    assert verdict_of(weigh_edit(name, half_and_half, anyhow=True)) is not Verdict.PICTURE


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_pulled_wider_is_not_the_picture(
    weigh_edit: Callable[..., Weighed | None], name: str
) -> None:
    """Every pixel is there, and yet a person sees that it is not the same."""

    def pull(picture: Image.Image) -> Image.Image:
        return picture.resize((picture.width * 5 // 4, picture.height))

    assert verdict_of(weigh_edit(name, pull, anyhow=True)) is not Verdict.PICTURE


def draw_page(paper: str, ink: str) -> Image.Image:
    """A page with a few lines of writing."""
    page = Image.new("RGB", (300, 400), paper)
    draw = ImageDraw.Draw(page)
    for top in range(30, 360, 22):
        draw.rectangle((30, top, 120 + top * 37 % 150, top + 9), fill=ink)
    return page


@pytest.mark.parametrize(("paper", "ink"), [("white", "black"), ("#f0f0f0", "#d0d0d0")])
def test_a_page_with_one_line_changed_is_not_the_page(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    paper: str,
    ink: str,
) -> None:
    """In pencil the whole difference is a few levels, and still it is another page."""
    changed = draw_page(paper, ink)
    ImageDraw.Draw(changed).rectangle((30, 200, 260, 216), fill=ink)
    weighed = weigh_pair(print_of(draw_page(paper, ink)), print_of(changed), anyhow=True)
    assert verdict_of(weighed) is not Verdict.PICTURE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Image.new("RGB", (300, 400), "black"), Image.new("RGB", (300, 400), "white")),
        (draw_page("white", "black"), draw_page("black", "white")),
    ],
    ids=["blank", "written"],
)
def test_black_is_not_white(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    one: Image.Image,
    other: Image.Image,
) -> None:
    assert verdict_of(weigh_pair(print_of(one), print_of(other), anyhow=True)) is None


# -- what the evidence says ------------------------------------------------------------------------


def test_the_measures_stand_in_the_evidence(weigh_edit: Callable[..., Weighed | None]) -> None:
    weighed = weigh_edit("coffee", save_again)
    assert weighed is not None
    evidence, cutoffs = weighed.evidence, MatchSettings()
    assert 0 < evidence.histogram_rms < cutoffs.max_rms
    assert 0 < evidence.difference < cutoffs.max_difference
    assert 0 < evidence.fine < cutoffs.max_fine
    names = ("histogram_rms", "difference", "fine", "gain", "brightness", "saturation")
    assert {float} == {type(getattr(evidence, name)) for name in names}
    assert evidence.gain == pytest.approx(1, abs=0.05)
    assert evidence.brightness == pytest.approx(0, abs=3)


@pytest.mark.parametrize(("edit", "orientation"), [("clockwise", CLOCKWISE), ("half turn", 3)])
def test_the_view_is_the_one_that_the_first_picture_has_to_be_turned_to(
    weigh_edit: Callable[..., Weighed | None], edit: str, orientation: int
) -> None:
    """Whichever of the two the index turned."""
    weighed = weigh_edit("chelsea", SAME[edit])
    assert weighed is not None
    assert weighed.evidence.view.orientation == orientation
    assert ORIENTATIONS[orientation] == weighed.evidence.view.name


@pytest.mark.parametrize("other_way", [False, True])
def test_a_cut_is_located_in_the_picture(
    load: Callable[[str], Image.Image],
    original: Callable[[str], Fingerprint],
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    other_way: bool,
) -> None:
    pair = [original("coffee"), print_of(cut(0.1)(load("coffee")))]
    weighed = weigh_pair(*reversed(pair)) if other_way else weigh_pair(*pair)
    assert weighed is not None
    evidence = weighed.evidence.reversed() if other_way else weighed.evidence
    assert evidence.view.box == pytest.approx((0.05, 0.05, 0.95, 0.95), abs=0.005)


def test_a_caption_is_located_in_the_picture_that_has_it(
    weigh_edit: Callable[..., Weighed | None], caption: Edit
) -> None:
    weighed = weigh_edit("coffee", caption)
    assert weighed is not None
    assert weighed.evidence.edited is not None
    left, top, right, bottom = weighed.evidence.edited
    assert top > 0.65
    assert bottom > 0.9
    assert right - left > 0.5


@pytest.mark.parametrize("edit", {**SAME, **EDITED})
@pytest.mark.parametrize("name", ["astronaut", "rocket"])
def test_it_comes_to_the_same_whichever_comes_first(
    load: Callable[[str], Image.Image],
    original: Callable[[str], Fingerprint],
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    name: str,
    edit: str,
) -> None:
    """The order is that of the names of the files, and those mean nothing."""
    pair = original(name), print_of({**SAME, **EDITED}[edit](load(name)))
    assert len({verdict_of(weigh_pair(*each)) for each in permutations(pair)}) == 1


# -- cutoffs ---------------------------------------------------------------------------------------


@pytest.fixture
def copies(
    original: Callable[[str], Fingerprint],
    load: Callable[[str], Image.Image],
    print_of: Callable[..., Fingerprint],
) -> tuple[Fingerprint, Fingerprint]:
    """A photograph and a poor copy of it."""
    return original("coffee"), print_of(save_again(load("coffee")))


def test_a_cutoff_is_still_inside(
    copies: tuple[Fingerprint, Fingerprint], weigh_pair: Callable[..., Weighed | None]
) -> None:
    weighed = weigh_pair(*copies)
    assert weighed is not None
    found: Evidence = weighed.evidence
    exactly = MatchSettings(
        max_rms=found.histogram_rms, max_difference=found.difference, max_fine=found.fine
    )
    assert weigh_pair(*copies, exactly) == weighed


@pytest.mark.parametrize("cutoff", ["max_rms", "max_difference", "max_fine"])
def test_each_measure_can_say_that_it_is_not_the_same(
    copies: tuple[Fingerprint, Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    cutoff: str,
) -> None:
    weighed = weigh_pair(*copies, MatchSettings(**{cutoff: 1e-9}))
    assert verdict_of(weighed) is not Verdict.PICTURE


@pytest.mark.parametrize(
    "strict", [{"min_agreement": 1.01, "max_fine": 0.0}, {"max_rms": 1e-9}, {"max_colour": 1e-9}]
)
def test_each_measure_can_say_that_it_is_not_similar(
    load: Callable[[str], Image.Image],
    original: Callable[[str], Fingerprint],
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    strict: dict[str, float],
) -> None:
    pair = original("coffee"), print_of(cut(0.1)(load("coffee")))
    assert verdict_of(weigh_pair(*pair)) is Verdict.SIMILAR
    assert verdict_of(weigh_pair(*pair, replace(MatchSettings(), **strict))) is None


# -- streams ---------------------------------------------------------------------------------------


@pytest.fixture
def shelf(
    load: Callable[[str], Image.Image], print_of: Callable[..., Fingerprint]
) -> Callable[[int], Look]:
    """Looks by number: a photograph, a copy of it, and another photograph of its proportions."""
    prints = [
        print_of(load("coffee")),
        print_of(load("coffee"), quality=80),
        print_of(load("rocket")),
    ]
    return [look(one.traits, one.likeness) for one in prints].__getitem__


def test_matches_come_in_the_order_of_their_candidates(shelf: Callable[[int], Look]) -> None:
    """More of them than are measured in one go, the false ones left out."""
    pairs = [(0, 1), (0, 2), (1, 2), (0, 1)] * (CANDIDATES_PER_BATCH // 2)
    candidates = [Candidate(a, b, (Hit(at % 9, View("plain")),)) for at, (a, b) in enumerate(pairs)]
    found = list(confirm(candidates, MatchSettings(), shelf))
    expected = [(0, 1, at % 9) for at, pair in enumerate(pairs) if pair == (0, 1)]
    assert expected == [(match.a, match.b, match.evidence.distance) for match in found]


def test_it_does_not_matter_with_whom_a_pair_is_measured(shelf: Callable[[int], Look]) -> None:
    """Alone, or in one go with pairs that need other measures."""
    pairs = [Candidate(0, 1, PLAIN), Candidate(0, 2, PLAIN), Candidate(1, 2, PLAIN)]
    together = {(one.a, one.b): one for one in confirm(pairs, MatchSettings(), shelf)}
    alone: dict[tuple[int, int], Match] = {}
    for pair in pairs:
        alone |= {(one.a, one.b): one for one in confirm([pair], MatchSettings(), shelf)}
    assert alone == together


def test_a_pair_with_several_hits_is_one_match(shelf: Callable[[int], Look]) -> None:
    hits = (*PLAIN, *(Hit(6, view) for view in TURNED))
    (match,) = confirm([Candidate(0, 1, hits)], MatchSettings(), shelf)
    assert match.verdict is Verdict.PICTURE
    assert match.evidence.view.orientation == 0


def test_candidates_are_a_stream_and_never_gathered(shelf: Callable[[int], Look]) -> None:
    drawn = 0

    def endless() -> Iterator[Candidate]:
        nonlocal drawn
        while True:
            drawn += 1
            yield Candidate(0, 1, PLAIN)

    assert next(confirm(endless(), MatchSettings(), shelf))
    assert drawn <= CANDIDATES_PER_BATCH


def test_pictures_of_a_pixel_or_a_line_break_nothing(
    print_of: Callable[..., Fingerprint], weigh_pair: Callable[..., Weighed | None]
) -> None:
    chance = np.random.default_rng(1)
    sizes = [(1, 1), (1, 2000), (2000, 1), (3, 2), (128, 128)]
    prints = [
        print_of(Image.fromarray(chance.integers(0, 256, (*size, 3), dtype=np.uint8)))
        for size in sizes
    ]
    for one, other in combinations(prints, 2):
        weighed = weigh_pair(one, other, anyhow=True)
        assert weighed is not None
        assert np.isfinite([weighed.evidence.fine, weighed.evidence.difference]).all()
