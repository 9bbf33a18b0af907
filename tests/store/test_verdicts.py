"""What was found of a pair comes back as it was, for the same question only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.model.matches import EXACT, Evidence, Match, Verdict
from dupscan.model.views import View
from dupscan.store import Store

FRACTION = st.floats(0, 1)
BOX = st.tuples(*[FRACTION] * 4)
PART = st.tuples(*[st.floats(0, 0.4)] * 2, *[st.floats(0.6, 1)] * 2)
NUMBER = st.floats(-1e6, 1e6)
EVIDENCE = st.builds(
    Evidence,
    distance=st.integers(0, 64),
    histogram_rms=FRACTION,
    difference=NUMBER,
    fine=NUMBER,
    agreement=st.none() | FRACTION,
    view=st.builds(View, st.text(max_size=9), st.integers(0, 7), PART),
    edited=st.none() | BOX,
    gain=NUMBER,
    brightness=NUMBER,
    colour=NUMBER,
    hue=NUMBER,
    saturation=NUMBER,
)
MATCH = Match(3, 5, Verdict.PICTURE, EXACT)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store() as made:
        yield made


def test_nothing_is_known_of_pairs_that_were_not_looked_at(store: Store) -> None:
    assert store.verdicts.recall("recognise", []) == {}
    assert store.verdicts.recall("recognise", [(1, 2, 3)]) == {}


@given(verdict=st.sampled_from(Verdict), evidence=EVIDENCE)
def test_any_finding_comes_back_as_it_was(
    store: Store, verdict: Verdict, evidence: Evidence
) -> None:
    store.verdicts.remember("any", {(1, 2, 3): Match(10, 20, verdict, evidence)})
    assert store.verdicts.recall("any", [(1, 2, 3)]) == {(1, 2, 3): (verdict, evidence)}


def test_that_nothing_was_found_is_known_too(store: Store) -> None:
    store.verdicts.remember("confirm", {(1, 2, 0): None, (1, 3, 0): MATCH})
    assert store.verdicts.recall("confirm", [(1, 2, 0), (1, 3, 0), (1, 4, 0)]) == {
        (1, 2, 0): None,
        (1, 3, 0): (MATCH.verdict, MATCH.evidence),
    }


@pytest.mark.parametrize(
    "other",
    [("other kind", (7, 8, 9)), ("kind", (8, 7, 9)), ("kind", (7, 8, 10)), ("kind", (7, 9, 9))],
    ids=str,
)
def test_another_question_has_no_answer_yet(
    store: Store, other: tuple[str, tuple[int, int, int]]
) -> None:
    store.verdicts.remember("kind", {(7, 8, 9): MATCH})
    kind, key = other
    assert store.verdicts.recall(kind, [key]) == {}


def test_the_latest_finding_counts(store: Store) -> None:
    store.verdicts.remember("again", {(1, 2, 3): MATCH})
    store.verdicts.remember("again", {(1, 2, 3): None})
    assert store.verdicts.recall("again", [(1, 2, 3)]) == {(1, 2, 3): None}
