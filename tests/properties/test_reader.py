"""Whatever a report says of its groups is what is read of it again."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dupscan.model.changes import Change
from dupscan.model.embedded import EmbeddedItem, EmbeddedKind
from dupscan.model.files import FileEntry
from dupscan.model.groups import DuplicateGroup
from dupscan.model.matches import Evidence, Match, Verdict
from dupscan.model.pictures import Hashes, Picture, PictureInfo, Traits
from dupscan.model.report import Companion, CompanionKind, Counts, ScanHeader, ScanReport
from dupscan.model.saved_report import Edge, Member
from dupscan.model.views import View
from dupscan.report import json_format
from dupscan.report.reader import read_report
from dupscan.settings import FingerprintSettings, MatchSettings, ScanSettings, WalkSettings
from dupscan.system import atomic

NO_HASHES = np.empty(0, np.uint64)
EVIDENCE = Evidence(2, 0.0, 1.0, 0.1, 1.0, View("plain"))
NUMBERS = st.integers(0, 2**64 - 1)
SIZES = st.integers(0, 2**63 - 1)
TEXT = st.text(max_size=8)
CHANGES = st.lists(st.sampled_from(Change), max_size=4).map(tuple)
PATHS = st.binary(min_size=1, max_size=12).map(
    lambda name: "/" + name.replace(b"\0", b"/").decode("utf-8", "surrogateescape")
)
EMBEDDED = st.builds(
    EmbeddedItem,
    kind=st.sampled_from(EmbeddedKind),
    name=TEXT,
    digest=st.binary(min_size=8, max_size=8).map(bytes.hex),
)
INFOS = st.builds(
    PictureInfo,
    format=st.sampled_from(["JPEG", "PNG", "RAW"]),
    width=st.integers(1, 10**5),
    height=st.integers(1, 10**5),
    frames=st.integers(1, 9),
    channels=st.sampled_from(["RGB", "RGBA", "L"]),
    colour_profile=st.none() | TEXT,
    captured=st.none() | TEXT,
    gps=st.booleans(),
    rating=st.none() | st.integers(-1, 5),
    position=st.none()
    | st.builds("{:.4f},{:.4f}".format, st.floats(-90, 90), st.floats(-180, 180)),
    notes=st.none() | TEXT,
    captured_is_guess=st.booleans(),
    labels=st.none() | TEXT,
    transparent=st.booleans(),
    embedded=st.lists(EMBEDDED, max_size=2).map(tuple),
)
COMPANIONS = st.builds(
    Companion,
    kind=st.sampled_from(CompanionKind),
    path=PATHS,
    size=SIZES,
    mtime_ns=st.integers(-(2**63), 2**63),
    device=NUMBERS,
    inode=NUMBERS,
    shared=st.booleans(),
)


@st.composite
def reports(draw: st.DrawFn) -> ScanReport:
    """A report of one group of pictures, some of them of equal bytes."""
    paths = draw(st.lists(PATHS, min_size=2, max_size=6, unique=True))
    pictures = []
    for number, path in enumerate(paths):
        file = FileEntry(
            path,
            draw(SIZES),
            draw(st.integers(-(2**63), 2**63)),
            draw(NUMBERS),
            draw(NUMBERS),
            draw(st.integers(1, 9)),
            aliases=(path + "~",) if draw(st.booleans()) and path + "~" not in paths else (),
            reference=draw(st.booleans()),
            symbolic_link=draw(st.booleans()),
        )
        digest = bytes([draw(st.integers(0, 3))]) * 32
        traits = Traits(digest, Hashes(0, NO_HASHES, NO_HASHES), 50.0, False, draw(INFOS))
        pictures.append(Picture(file, traits, low_detail=False, fingerprint_id=number))
    members = range(len(pictures))
    group = draw(groups(pictures))
    return ScanReport(
        header=ScanHeader(
            scan_id="0123456789ab",
            complete=draw(st.booleans()),
            version="1",
            started="2026-11-22T01:02:03+00:00",
            roots=tuple(draw(st.lists(PATHS, max_size=3))),
            settings=ScanSettings(
                WalkSettings(()),
                FingerprintSettings(draw(st.integers(1, 9)), draw(st.floats(0.01, 1e9))),
                MatchSettings(draw(st.integers(0, 32)), max_rms=draw(st.floats(0, 1))),
            ).recorded(),
            seconds=1.0,
        ),
        counts=Counts(),
        pictures=tuple(pictures),
        groups=(group,),
        low_detail=(),
        failures=(),
        true_pixels={number: draw(SIZES) for number in members},
        companions={
            number: tuple(draw(st.lists(COMPANIONS, max_size=2)))
            for number in members
            if draw(st.booleans())
        },
    )


@st.composite
def groups(draw: st.DrawFn, pictures: list[Picture]) -> DuplicateGroup:
    """A group as scans form them: matches between contents, listed by the first of each."""
    digests = [one.digest for one in pictures]
    keeper = draw(st.sampled_from(range(len(pictures))))
    stand_ins = {digest: digests.index(digest) for digest in digests} | {digests[keeper]: keeper}
    between = {
        frozenset(pair): draw(st.sampled_from(list(Verdict)[1:]))
        for pair in combinations(stand_ins, 2)
        if digests[keeper] in pair or draw(st.booleans())
    }
    edges = [
        Match(*sorted(stand_ins[digest] for digest in pair), verdict, EVIDENCE, draw(CHANGES))
        for pair, verdict in between.items()
    ]
    duplicates = [
        Match(
            *sorted((keeper, other)),
            between.get(frozenset((digests[keeper], digests[other])), Verdict.FILE),
            EVIDENCE,
        )
        for other in range(len(pictures))
        if other != keeper
    ]
    return DuplicateGroup(keeper, tuple(duplicates), edges=tuple(edges), kept_over=(draw(TEXT),))


def expected_edges(group: DuplicateGroup, digests: list[bytes]) -> dict[tuple[int, int], Verdict]:
    """Every two members whose contents match, by their places."""
    members = group.members
    known = {
        frozenset((digests[one.a], digests[one.b])): one.verdict
        for one in (*group.edges, *group.duplicates)
    }
    pairs = {
        (a, b): frozenset((digests[members[a]], digests[members[b]]))
        for a, b in combinations(range(len(members)), 2)
    }
    return {
        places: Verdict.FILE if len(pair) == 1 else known[pair]
        for places, pair in pairs.items()
        if len(pair) == 1 or pair in known
    }


@given(reports())
def test_what_was_written_is_read(report: ScanReport) -> None:
    with tempfile.TemporaryDirectory() as folder:
        atomic.write_together(
            Path(folder), {"report.json": lambda file: json_format.write(report, bytes, file)}
        )
        found = read_report(Path(folder))
        (read,) = found.groups
    (group,) = report.groups
    expected = [
        Member(
            report.pictures[number].file,
            report.pictures[number].digest,
            report.pictures[number].info,
            report.true_pixels[number],
            report.companions.get(number, ()),
        )
        for number in group.members
    ]
    assert expected == list(read.members)
    assert (group.kept, 1) == (read.kept, read.number)
    digests = [one.digest for one in report.pictures]
    assert expected_edges(group, digests) == {
        pair: edge.verdict for pair, edge in read.edges.items()
    }
    order = {number: place for place, number in enumerate(group.members)}
    for match in group.edges:
        one, other = sorted((match.a, match.b), key=order.__getitem__)
        expected_edge = Edge(match.verdict, match.changes_seen_from(one))
        assert expected_edge == read.edges[order[one], order[other]]
    settings = report.header.settings
    assert settings["fingerprint"] == asdict(found.fingerprint)
    assert settings["match"] == asdict(found.match)
    assert report.header.roots == found.roots
    assert report.header.complete == found.complete
