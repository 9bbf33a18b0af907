"""docs/acting.md is executed: its session does and says what it says there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.dedupe.plan import ALLOWED, RULES
from dupscan.model.plan import Action

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "docs" / "acting.md").read_text(encoding="utf-8")
SESSION = "".join(re.findall(r"```console\n(.*?)```", DOCUMENT, flags=re.DOTALL))
STEPS = [step.partition("\n") for step in SESSION.split("$ ")[1:]]


def without_chance(text: str, folder: str) -> str:
    """A session's output without what differs from run to run."""
    text = text.replace(folder, "/home/me")
    text = re.sub(r"(plan-|quarantine/)[0-9a-f]{12}", r"\1ID", text)
    return re.sub(r"[\d,.]+ rows/s", "RATE", text)


def test_the_session_says_what_a_real_one_says(demo: Path, typed: Callable[[str], str]) -> None:
    for command, _, expected in STEPS:
        actual = without_chance(typed(command), os.path.realpath(demo))
        assert without_chance(expected, "/home/me").rstrip() == actual.rstrip(), command


@pytest.mark.parametrize("action", [action.value for action in Action])
def test_every_action_is_described(action: str) -> None:
    assert f"\n| `{action}`" in DOCUMENT


def test_every_rule_and_every_word_of_allow_is_described() -> None:
    missing = [word for word in (*RULES, *ALLOWED) if f"`{word}`" not in DOCUMENT]
    assert missing == []
