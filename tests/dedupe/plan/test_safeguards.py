"""Safeguards: each reason to keep a duplicate, and the word of ``--allow`` that lets it go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dupscan.dedupe.plan import ALLOWED
from dupscan.model.changes import Change
from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.matches import Verdict
from dupscan.model.plan import Declined, Plan, Reason
from dupscan.model.report import Companion, CompanionKind
from dupscan.model.saved_report import Edge, Member, ReportedGroup

MakeMember = Callable[..., Member]
MakeGroup = Callable[..., ReportedGroup]
MakePlan = Callable[..., Plan]
MakeCompanion = Callable[..., Companion]
PathToText = Callable[[Plan], dict[str, str]]
Details = dict[str, Any]


def holding(*items: str, digest: str = "0" * 16) -> Details:
    """The record of a file that holds one item: its kind and its name."""
    kind, name = items
    return {"embedded": (EmbeddedItem(EmbeddedKind(kind), name, digest),)}


GUESS: Details = {"captured_is_guess": True}
SAME_TIMES: list[tuple[Details, Details]] = [
    ({"captured": "2012-12-22"}, {"captured": "2012-12-22T10:37:28"}),
    ({"captured": "2012-12-22T10:37:28"}, {"captured": "2012-12-22T10:37"}),
    ({"captured": "2012-12-22T10:37Z"}, {"captured": "2012-12-22T12:37:28+02:00"}),
    ({"captured": "2012"}, {"captured": "2012-12-22T10:37:28"}),
    ({"captured": "2012-12-22T10:37:28"}, {"captured": "2012-12-22T10:37:28", **GUESS}),
    ({"captured": "2015-01-01", **GUESS}, {"captured": "2012-12-22T10:37:28"}),
]
"""Times of a target and of its keeper, which tells the same or more."""
HAS_MORE: dict[str, tuple[Details, Details, str]] = {
    "gps": ({"gps": True}, {}, "has GPS, the keeper has not"),
    "captured": (
        {"captured": "2026-11-22T09:41:00"},
        {},
        "says when it was taken, the keeper does not",
    ),
    "rating": ({"rating": 5}, {"rating": 3}, "is rated 5, the keeper 3"),
    "notes": ({"notes": "1" * 16}, {}, "has descriptions, keywords or names, the keeper none"),
    "colour-profile": (
        {"colour_profile": "Display P3"},
        {"colour_profile": "sRGB"},
        "has the colour profile Display P3, the keeper sRGB",
    ),
    "colour": ({}, {"channels": "L"}, "has colours, the keeper is grey"),
    "alpha": ({"transparent": True}, {}, "is transparent in parts, the keeper is not"),
    "bit-depth": ({"bit_depth": 10}, {}, "has 10 bits a channel, the keeper 8"),
    "frames": ({"frames": 3}, {}, "has 3 frames, the keeper 1"),
    "pixels": (
        {"width": 800, "height": 600},
        {},
        "has more pixels of its own, 800 × 600, the keeper 400 × 300",
    ),
    "quality": (
        {"encoding": 95},
        {"encoding": 70},
        "is less compressed, 95 of 100, the keeper 70",
    ),
    "raw-pair": ({"format": "RAW"}, {}, "is one of a RAW+JPEG pair, it is the RAW file"),
    "burst": (
        {"captured": "2026-11-22T09:41:00.1"},
        {"captured": "2026-11-22T09:41:00.2"},
        "another shot, taken 2026-11-22T09:41:00.1, the keeper 2026-11-22T09:41:00.2",
    ),
    "gain-map": (holding("gain-map", "HDR gain map"), {}, "holds an HDR gain map"),
    "depth-map": (holding("depth-map", "depth map"), {}, "holds a depth map"),
    "stereo": (holding("stereo", "second eye"), {}, "holds a second eye"),
    "layers": (holding("layers", "layers"), {}, "holds layers"),
    "further-picture": (
        holding("further-picture", "sharp original"),
        {},
        "holds a sharp original",
    ),
    "film": (holding("film", "film of 2.1 s"), {}, "holds a film of 2.1 s"),
    "sound": (holding("sound", "sound"), {}, "holds sound"),
    "panorama": (holding("panorama", "panorama data"), {}, "holds panorama data"),
    "3d": (holding("3d", "3D mesh"), {}, "holds a 3D mesh"),
    "appended": (
        holding("appended", "12,345 bytes behind the picture"),
        {},
        "holds 12,345 bytes behind the picture",
    ),
    "metadata": (holding("metadata", "IPTC"), {}, "holds IPTC"),
}
HAS_MORE |= {
    word: (own, kept, f"{reason} that its keeper lacks")
    for word, (own, kept, reason) in HAS_MORE.items()
    if "embedded" in own
}


@pytest.mark.parametrize("word", HAS_MORE)
def test_what_has_something_that_its_keeper_lacks_is_declined(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    proposed: PathToText,
    declined: PathToText,
    word: str,
) -> None:
    own, keepers, reason = HAS_MORE[word]
    one = group([member("/p/a", **keepers), member("/p/b", **own)], "picture")

    made = plan(one, verdict="picture")
    assert {"/p/b": f"{reason} (--allow {word})"} == declined(made)
    assert made.rows[0].declined == (Declined(Reason(word), reason),)
    assert proposed(plan(one, verdict="picture", allow=(word,))) == {"/p/b": "/p/a"}


@pytest.mark.parametrize("word", sorted(set(HAS_MORE) - {"raw-pair", "burst"}))
def test_what_its_keeper_has_too_or_more_of_is_no_reason(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText, word: str
) -> None:
    own, *_ = HAS_MORE[word]
    same = group([member("/p/a", **own), member("/p/b", **own)], "picture")
    more = group([member("/p/c", **own), member("/p/d")], "picture", number=2)

    assert proposed(plan(same, more, verdict="picture")) == {"/p/b": "/p/a", "/p/d": "/p/c"}


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("raw-pair", "RAW+JPEG pair with b.x"),
        ("live-photo", "Live Photo with b.x"),
        ("sidecar", "has the sidecar b.x"),
    ],
)
def test_what_belongs_to_another_file_is_declined(
    member: MakeMember,
    companion: MakeCompanion,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
    word: str,
    words: str,
) -> None:
    target = member("/p/b", "same", companions=(companion("/p/b.x", word),))
    one = group([member("/p/a", "same"), target])

    assert {"/p/b": f"{words} (--allow {word})"} == declined(plan(one))
    assert declined(plan(one, allow=(word,))) == {}


def test_a_document_that_could_not_be_read_is_declined(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    proposed: PathToText,
    declined: PathToText,
) -> None:
    one = group([member("/p/a"), member("/p/b")])
    unread = Edge(Verdict.PICTURE, (Change.HALF_SIZE, Change.LETTERS_NOT_COMPARED))
    one = replace(one, edges={(0, 1): unread})

    reason = "its letters are too small to be compared with the keeper's (--allow small-letters)"
    assert declined(plan(one, verdict="picture")) == {"/p/b": reason}
    allowed = plan(one, verdict="picture", allow=("small-letters",))
    assert proposed(allowed) == {"/p/b": "/p/a"}


def test_each_kind_of_companion_is_a_word_of_allow() -> None:
    assert {kind.value for kind in CompanionKind} <= set(ALLOWED)


def test_what_lies_in_a_folder_that_could_not_be_listed_is_declined(
    member: MakeMember,
    companion: MakeCompanion,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
) -> None:
    target = member("/p/closed/b", "same", companions=(companion("/p/closed", shared=True),))
    one = group([member("/p/a", "same"), target])

    reason = "may have sidecars; its folder closed could not be listed (--allow sidecar)"
    assert declined(plan(one)) == {"/p/closed/b": reason}


def test_two_lossless_pictures_of_one_size_that_differ_are_two_pictures(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    """Two scanned invoices with other sums, which are too much alike to be told apart."""
    one = group([member(f"/p/{name}", encoding=100) for name in "ab"], "picture")
    reason = "is lossless and as large as the keeper, and yet its pixels differ"
    assert {"/p/b": f"{reason} (--allow quality)"} == declined(plan(one, verdict="picture"))


def test_every_word_of_allow_opens_a_gate() -> None:
    assert set(ALLOWED) == {*HAS_MORE, "sidecar", "live-photo", "small-letters"}


def test_every_kind_of_embedded_data_is_a_word_of_allow() -> None:
    assert {kind.value for kind in EmbeddedKind} <= set(ALLOWED)


@pytest.mark.parametrize("kind", [kind.value for kind in EmbeddedKind])
def test_other_data_of_the_same_kind_are_declined(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText, kind: str
) -> None:
    """The gain map of another edit is not this one."""
    members = [
        member("/p/a", **holding(kind, "some data", digest="0" * 16)),
        member("/p/b", **holding(kind, "some data", digest="1" * 16)),
    ]
    reason = f"holds another some data than its keeper (--allow {kind})"
    assert declined(plan(group(members, "picture"), verdict="picture")) == {"/p/b": reason}


@pytest.mark.parametrize("name", ["EXIF", "EXIF exposure", "XMP", "IPTC", "MakerNote"])
def test_blocks_whose_fields_have_reasons_of_their_own_must_only_be_there(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText, name: str
) -> None:
    members = [
        member("/p/a", **holding("metadata", name, digest="0" * 16)),
        member("/p/b", **holding("metadata", name, digest="1" * 16)),
    ]
    assert proposed(plan(group(members, "picture"), verdict="picture")) == {"/p/b": "/p/a"}


def test_the_same_film_is_not_missed_though_its_length_is_told_in_other_words(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText
) -> None:
    members = [
        member("/p/a", **holding("film", "film")),
        member("/p/b", **holding("film", "film of 2.1 s")),
    ]
    assert proposed(plan(group(members, "picture"), verdict="picture")) == {"/p/b": "/p/a"}


@pytest.mark.parametrize(
    ("change", "coloured"),
    [(Change.IN_COLOUR, "/p/b"), (Change.GREYSCALE, "/p/a"), (Change.HALF_SIZE, "")],
)
def test_a_grey_keeper_stored_with_three_channels_is_known_by_the_match(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
    change: Change,
    coloured: str,
) -> None:
    members = [member("/p/a"), member("/p/b", mtime_ns=0)]
    one = replace(
        group(members), edges={(0, 1): Edge(Verdict.PICTURE, (Change.RE_ENCODED, change))}
    )

    for keep, target in (("newest", "/p/b"), ("oldest", "/p/a")):
        found = declined(plan(one, verdict="picture", keep=(keep,)))
        reason = "has colours, the keeper is grey (--allow colour)"
        assert found == ({target: reason} if target == coloured else {})


def test_all_the_reasons_are_told_at_once(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    one = group([member("/p/a"), member("/p/b", gps=True, frames=2)], "pixels")

    reasons = (
        "has GPS, the keeper has not (--allow gps); has 2 frames, the keeper 1 (--allow frames)"
    )
    assert {"/p/b": reasons} == declined(plan(one, verdict="pixels"))


HERE, NEAR, FAR = "48.1371,11.5754", "48.1379,11.5762", "48.1371,11.5774"


@pytest.mark.parametrize(
    ("own", "kept", "reason"),
    [
        (HERE, HERE, ""),
        (HERE, NEAR, ""),
        (HERE, FAR, f"says it was taken at {HERE}, the keeper at {FAR}"),
        (HERE, "49.1371,11.5754", f"says it was taken at {HERE}, the keeper at 49.1371,11.5754"),
        (HERE, None, f"says it was taken at {HERE}, the keeper does not say where"),
        (None, HERE, ""),
        (None, None, ""),
        ("-17.5000,180.0000", "-17.5000,-179.9999", ""),
    ],
)
def test_another_place_than_the_keepers_is_declined(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
    own: str | None,
    kept: str | None,
    reason: str,
) -> None:
    """Both have GPS; where the numbers make no sense, the position is not known."""
    members = [member("/p/a", gps=True, position=kept), member("/p/b", gps=True, position=own)]

    found = declined(plan(group(members, "pixels"), verdict="pixels"))
    assert found == ({"/p/b": f"{reason} (--allow gps)"} if reason else {})


def test_other_words_than_the_keepers_are_declined(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    members = [member("/p/a", notes="0" * 16), member("/p/b", notes="1" * 16)]

    reason = "has descriptions, keywords or names, the keeper others (--allow notes)"
    assert declined(plan(group(members, "picture"), verdict="picture")) == {"/p/b": reason}


def test_what_is_declined_may_be_a_keeper_itself(
    member: MakeMember, group: MakeGroup, plan: MakePlan, proposed: PathToText
) -> None:
    members = [member("/p/a"), member("/p/b", gps=True), member("/p/c", gps=True)]

    assert proposed(plan(group(members, "picture"), verdict="picture")) == {"/p/c": "/p/b"}


def test_equal_pixels_with_other_capture_times_are_declined(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    times = ("2026-11-22T09:41:00", "2020-01-01T00:00:00")
    members = [member(f"/p/{time}", captured=time) for time in times]

    [reason] = declined(plan(group(members, "pixels"), verdict="pixels")).values()
    assert reason.endswith("the keeper 2026-11-22T09:41:00 (--allow captured)")


@pytest.mark.parametrize(
    ("own", "kept", "reason"),
    [
        ({"captured": "2003-04-05", **GUESS}, {}, "states a date, the keeper none"),
        (
            {"captured": "2012-12-22T10:37:28"},
            {"captured": "2015-01-01T00:00:00", **GUESS},
            "says when it was taken, the keeper only when it was saved",
        ),
        (
            {"captured": "2012-12-22T10:37"},
            {"captured": "2012-12-22"},
            "says it was taken 2012-12-22T10:37, the keeper only 2012-12-22",
        ),
        (
            {"captured": "in summer"},
            {"captured": "2012-12-22"},
            "says it was taken in summer, the keeper 2012-12-22",
        ),
        (
            {"captured": "2003-04-05", **GUESS},
            {"captured": "2015-01-01", **GUESS},
            "says it was taken 2003-04-05, the keeper 2015-01-01",
        ),
        ({"captured": "a\x1bb"}, {"captured": "a"}, "says it was taken a\\x1bb, the keeper a"),
        *((one, other, "") for one, other in SAME_TIMES),
    ],
)
def test_a_date_that_the_keeper_does_not_tell_as_well_is_declined(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
    own: Details,
    kept: Details,
    reason: str,
) -> None:
    one = group([member("/p/a", **kept), member("/p/b", **own)], "pixels")

    found = declined(plan(one, verdict="pixels"))
    assert found == ({"/p/b": f"{reason} (--allow captured)"} if reason else {})
    assert declined(plan(one, verdict="pixels", allow=("captured",))) == {}


@pytest.mark.parametrize(
    ("own", "kept", "reason"),
    [
        ("label Red", None, "is marked label Red, the keeper not"),
        ("label Red", "pick 3", "is marked label Red, the keeper pick 3"),
        ("label Red", "label Red", ""),
        (None, "label Red", ""),
    ],
)
def test_a_label_that_the_keeper_lacks_is_declined(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
    own: str | None,
    kept: str | None,
    reason: str,
) -> None:
    one = group([member("/p/a", labels=kept), member("/p/b", labels=own)], "pixels")

    found = declined(plan(one, verdict="pixels"))
    assert found == ({"/p/b": f"{reason} (--allow rating)"} if reason else {})
    assert declined(plan(one, verdict="pixels", allow=("rating",))) == {}


# -- bursts ----------------------------------------------------------------------------------------


def reasons_for(
    names: tuple[str, str],
    make: tuple[MakeMember, MakeGroup, MakePlan, PathToText],
    verdict: str = "picture",
    **details: Any,
) -> str:
    """Why the second of two names is declined; empty when it goes."""
    member, group, plan, declined = make
    one = group([member(f"/p/{name}", **details) for name in names], verdict)
    return "".join(declined(plan(one, verdict=verdict)).values())


@pytest.fixture(scope="module")
def make(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> tuple[MakeMember, MakeGroup, MakePlan, PathToText]:
    """All that two pictures are declined with."""
    return member, group, plan, declined


@pytest.mark.parametrize(
    "names",
    [
        ("IMG_0012.jpg", "IMG_0013.JPG"),
        ("IMG_20240101_120059.jpg", "IMG_20240101_120100.jpg"),
        ("2024-01-01 12.00.59.jpg", "2024-01-01 12.01.00.jpg"),
        ("00000IMG_00000_BURST20190101_COVER.jpg", "00001IMG_00001_BURST20190101.jpg"),
        ("IMG_1 (1).jpg", "IMG_2 (1).jpg"),
    ],
)
def test_names_of_a_burst_are_declined(names: tuple[str, str], make: Any) -> None:
    for details in ({}, {"captured": "2026-11-22T09:41:00"}):
        assert "(--allow burst)" in reasons_for(names, make, **details)
    for verdict in ("file", "pixels"):
        same = {"content": "same"} if verdict == "file" else {}
        assert reasons_for(names, make, verdict, **same) == ""


@pytest.mark.parametrize(
    "names",
    [
        ("a.jpg", "a-1024x768.jpg"),
        ("a-1024x768.jpg", "a-800x600.jpg"),
        ("IMG_1.jpg", "IMG_1 (1).jpg"),
        ("IMG_1 (1).jpg", "IMG_1 (2).jpg"),
        ("IMG_1.jpg", "IMG_1 copy.jpg"),
        ("IMG_1 copy.jpg", "IMG_1 copy 2.jpg"),
        ("IMG_1.jpg", "IMG_1 - Copy (3).jpg"),
        ("IMG_0001.jpg", "IMG_0001.png"),
        ("one/IMG_0001.jpg", "other/IMG_0002.jpg"),
        ("IMG_BURST1.jpg", "other/IMG_BURST1.jpg"),
    ],
)
def test_names_of_copies_are_not(names: tuple[str, str], make: Any) -> None:
    assert reasons_for(names, make) == ""


def test_the_time_of_a_save_makes_no_other_shot(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    """Unless no file states another time, as with old cameras."""
    taken, saved = "2012-12-22T10:37:28", "2015-01-01T00:00:00"

    def why(kept: Details, own: Details) -> str:
        one = group([member("/p/a", **kept), member("/p/b", **own)], "picture")
        return "".join(declined(plan(one, verdict="picture")).values())

    assert why({"captured": taken}, {"captured": saved, **GUESS}) == ""
    assert "(--allow burst)" in why({"captured": taken}, {"captured": saved})
    both = why({"captured": taken, **GUESS}, {"captured": saved, **GUESS})
    assert "(--allow burst)" in both


def test_equal_digits_of_a_second_of_a_save_do_not_outweigh_names(make: Any) -> None:
    for moment in ("2012-12-22T10:37:28", "2012-12-22"):
        assert "(--allow burst)" in reasons_for(("IMG_1.jpg", "IMG_2.jpg"), make, captured=moment)


def test_the_same_fraction_of_a_second_is_the_same_shot(make: Any) -> None:
    moment = {"captured": "2026-11-22T09:41:00.123"}

    assert reasons_for(("IMG_1.jpg", "IMG_2.jpg"), make, **moment) == ""


def test_running_numbers_of_other_dimensions_are_no_burst(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    members = [member("/p/a-1.jpg"), member("/p/a-2.jpg", width=200, height=150)]

    assert declined(plan(group(members, "picture"), verdict="picture")) == {}


# -- equal sidecars --------------------------------------------------------------------------------

SAME, OTHER = b"1" * 32, b"2" * 32


@pytest.mark.parametrize(
    ("own", "its", "goes"),
    [
        (("/q/b.jpg.json", SAME), ("/p/a.jpg.json", SAME), True),
        (("/q/b.jpg.json", SAME), ("/p/a.jpg.json", OTHER), False),
        (("/q/b.jpg.json", b""), ("/p/a.jpg.json", b""), False),  # neither was read
        (("/q/b.jpg.xmp", SAME), ("/p/a.jpg.json", SAME), False),  # another program's
    ],
)
@pytest.mark.parametrize("action", ["quarantine", "delete"])
def test_a_sidecar_that_the_keeper_has_too_does_not_decline(
    member: MakeMember,
    companion: MakeCompanion,
    group: MakeGroup,
    plan: MakePlan,
    own: tuple[str, bytes],
    its: tuple[str, bytes],
    goes: bool,
    action: str,
) -> None:
    beside = [replace(companion(path), digest=digest) for path, digest in (own, its)]
    beside[1] = replace(beside[1], inode=78)
    keeper = member("/p/a.jpg", "same", companions=(beside[1],))
    made = plan(group([keeper, member("/q/b.jpg", "same", companions=(beside[0],))]), action=action)
    targets = [row.target.path for row in made.rows if not row.declined]
    assert targets == (["/q/b.jpg", own[0]] if goes else [])
    if goes:
        assert made.rows[1].explanation == "goes with b.jpg; its keeper has the same"


def test_a_sidecar_that_both_share_declines(
    member: MakeMember, companion: MakeCompanion, group: MakeGroup, plan: MakePlan
) -> None:
    shared = replace(companion("/p/a.xmp", shared=True), digest=SAME)
    pair = [member(path, "same", companions=(shared,)) for path in ("/p/a.jpg", "/p/a.png")]
    assert all(row.declined for row in plan(group(pair)).rows)


# -- what else is in a file ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ((Change.ROTATED_CLOCKWISE,), "holds orientation that its keeper lacks (--allow metadata)"),
        ((Change.HALF_SIZE,), ""),
    ],
)
def test_an_orientation_is_only_missed_in_a_keeper_that_is_shown_turned(
    member: MakeMember,
    group: MakeGroup,
    plan: MakePlan,
    declined: PathToText,
    changes: tuple[Change, ...],
    reason: str,
) -> None:
    members = [member("/p/a"), member("/p/b", **holding("metadata", "orientation"))]
    one = replace(group(members), edges={(0, 1): Edge(Verdict.PICTURE, changes)})

    found = declined(plan(one, verdict="picture"))
    assert found == ({"/p/b": reason} if reason else {})


def test_a_part_of_exif_is_missed_where_the_keeper_has_other_exif(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    names = ("EXIF", "EXIF exposure")
    items = tuple(EmbeddedItem(EmbeddedKind.METADATA, name, "1" * 16) for name in names)
    for kept, missing in ((holding("metadata", "EXIF"), "EXIF exposure"), ({}, "EXIF")):
        members = [member("/p/a", **kept), member("/p/b", embedded=items)]
        found = declined(plan(group(members, "picture"), verdict="picture"))
        assert found == {"/p/b": f"holds {missing} that its keeper lacks (--allow metadata)"}


def test_profiles_of_one_name_are_told_apart_by_their_colours(
    member: MakeMember, group: MakeGroup, plan: MakePlan, declined: PathToText
) -> None:
    def shown(digit: str) -> Details:
        profile = holding("metadata", "ICC profile", digest=digit * 16)
        return {"colour_profile": "Camera RGB", **profile}

    reason = "has a colour profile Camera RGB of other colours than the keeper's"
    for digit, expected in (("1", {}), ("2", {"/p/b": f"{reason} (--allow colour-profile)"})):
        members = [member("/p/a", **shown("1")), member("/p/b", **shown(digit))]
        assert declined(plan(group(members, "picture"), verdict="picture")) == expected
